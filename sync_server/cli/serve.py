"""`serve`: one process, one event loop, until it is asked to stop."""

import argparse
import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import IPv6Address, ip_address
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from fastapi import FastAPI
from typing_extensions import override

from sync_server.app import create_app
from sync_server.operations.commands import CommandFailed, run_command
from sync_server.operations.mail_commands import check_mail_folder
from sync_server.operations.opening import check_unused
from sync_server.settings import Settings

# Bounds for one small machine; beyond them a caller is told to come back. Each desk that is open
# holds one connection all day.
_CONNECTIONS = 4000
_KEEP_ALIVE_SECONDS = 75
_LARGEST_SOCKET_MESSAGE = 2 * 1024 * 1024
_SOCKET_BACKLOG = 32
_GRACE_SECONDS = 10
# Who has taken nothing of what was sent for so long is gone, or as good as gone.
_STALLED_MILLISECONDS = 60_000
_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104  - recognised here, not bound


def serve(settings: Settings, asked: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT; everything that was begun is finished first."""
    _log_plainly(settings)
    # Before the port, which a second server on the same data finds taken as well.
    check_unused(settings)
    check_mail_folder(settings)
    _allow_connections()
    pin = _pin(asked.tls_cert) if asked.tls_cert else None
    scheme = "https" if asked.tls_cert else "http"
    with _listener(asked.host, asked.port) as listener:
        port = listener.getsockname()[1]
        app = create_app(
            settings,
            server_url=f"{scheme}://{_reachable_host(asked.host)}:{port}",
            certificate_pin=pin,
        )
        config = _config(app, asked)
        said = f"listening on {scheme}://{_spelt(asked.host)}:{port}"
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_run(app, config, listener=listener, said=said))


def _config(app: FastAPI, asked: argparse.Namespace) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",  # ours is entered outside, so that its failures are plain exceptions
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # TRUSTED_PROXIES decides, see infra.senders
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_SOCKET_MESSAGE,
        ws_max_queue=_SOCKET_BACKLOG,
        # Pings travel as messages, see sync.live.hub; compressing small ones costs each connection
        # more memory than all the rest of it.
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        ssl_certfile=asked.tls_cert,
        ssl_keyfile=asked.tls_key,
    )


class _Server(uvicorn.Server):
    """Says when it is ready, and leaves it to us when the process ends."""

    def __init__(self, config: uvicorn.Config, *, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would raise the signal again and end us before the database is closed.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _run(app: FastAPI, config: uvicorn.Config, *, listener: socket.socket, said: str) -> None:
    async with app.router.lifespan_context(app):
        members = await run_command(app.state.parts, "member.list", {})
        who = members[0]["email"] if members else None

        def ready() -> None:
            _say(said)
            _say(_hint(who))

        # What the application is made of stays as long as it serves.
        gc.freeze()
        await _Server(config, ready=ready).serve(sockets=[listener])


def _hint(who: str | None) -> str:
    if who is None:
        return (
            "nobody is in the team yet: interview-desk-server member add "
            "--email YOU@EXAMPLE.ORG --name YOUR-NAME --role owner"
        )
    return "pair a device: interview-desk-server pair --email ADDRESS-OF-A-MEMBER"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _listener(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with ExitStack() as undo:
            listener = undo.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _end_stalled(listener)
            listener.bind(address)
            undo.pop_all()
    except OSError as error:
        raise CommandFailed(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    return listener


def _end_stalled(listener: socket.socket) -> None:
    """Have the kernel end connections whose peer takes nothing; each one inherits it."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        listener.setsockopt(socket.IPPROTO_TCP, option, _STALLED_MILLISECONDS)


def _allow_connections() -> None:
    """Raise the limit of open files as far as this process may, for all who connect."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _spelt(host: str) -> str:
    try:
        return f"[{host}]" if isinstance(ip_address(host), IPv6Address) else host
    except ValueError:
        return host


def _reachable_host(host: str) -> str:
    return "127.0.0.1" if host in _EVERYWHERE else _spelt(host)


def _pin(certificate: Path) -> str | None:
    """The SHA-256 of a certificate that nobody but itself vouches for."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
    except ValueError as error:
        raise CommandFailed(f"{certificate} is not a certificate.") from error
    return found.fingerprint(SHA256()).hex() if found.issuer == found.subject else None


def _log_plainly(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # httpx logs whole addresses, and an address may carry a secret.
    for name in ("httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # These would log headers, and of live connections what is said: tokens, and what people type.
    for name in ("uvicorn", "httpcore", "websockets"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))
