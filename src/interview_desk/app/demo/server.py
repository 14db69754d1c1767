"""The demo's own server: a real process on an embedded database, stopped and started at will."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

from interview_desk.app.demo.bookings import Delivery
from interview_desk.domain.errors import DeskError

_STOP_SECONDS = 15
_READY = "listening on "


class DemoServerError(DeskError):
    """The demo's server did not do what the demo needs; says what it printed."""

    code = "demo_server"


class DemoServer:
    """A server process in `folder`, on loopback only, with a webhook secret of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._place, self._port = held_port()
        self.webhook_secret = secrets.token_hex(16)

    @property
    def address(self) -> str:
        """The server's address; the same after a restart, and nobody else's in between."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def process_id(self) -> int | None:
        """The running process, or None while the server is stopped."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the server and return when it accepts connections."""
        self._folder.mkdir(parents=True, exist_ok=True)
        log = (self._folder / "server.log").open("a")
        with log:
            self._process = subprocess.Popen(  # noqa: S603  - our own program, fixed arguments
                [*_program(), "serve", "--port", str(self._port)],
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._port = self._wait_until_ready()

    def stop(self) -> None:
        """End the process; for everyone else the network is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def deliver(self, delivery: Delivery) -> str:
        """Post one webhook as Cal.com does; returns the server's word for it."""
        request = urllib.request.Request(  # noqa: S310  - always http on loopback
            f"{self.address}/webhooks/calcom",
            data=delivery.body,
            headers={
                "Content-Type": "application/json",
                "X-Cal-Signature-256": delivery.signature,
                "X-Cal-Webhook-Version": "2021-10-20",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  - as above
                return str(json.load(answer)["status"])
        except urllib.error.URLError as failure:
            raise DemoServerError(f"The server refused a booking ({failure}).") from failure

    def add_member(self, name: str, email: str, role: str) -> None:
        """Add somebody to the team through the server's command line."""
        self._command("member", "add", "--email", email, "--name", name, "--role", role)

    def pairing_code(self, email: str) -> str:
        """A fresh one-time code for a device of `email`."""
        return str(json.loads(self._command("pair", "--email", email, "--json"))["code"])

    def interviews(self) -> list[dict[str, Any]]:
        """What the server exports, one object per interview."""
        lines = self._command("export", "interviews", "--format", "jsonl").splitlines()
        return [json.loads(line) for line in lines if line]

    def _command(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603  - our own program
            [*_program(), *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            raise DemoServerError(done.stderr.strip() or f"{arguments[0]} failed")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "INTERVIEW_DESK_DATA_DIR": str(self._folder / "data"),
            "INTERVIEW_DESK_CALCOM_WEBHOOK_SECRETS": self.webhook_secret,
        }

    def _wait_until_ready(self) -> int:
        assert self._process is not None  # noqa: S101  - set by the only caller
        assert self._process.stdout is not None  # noqa: S101  - asked for above
        printed = []
        for line in self._process.stdout:
            printed.append(line)
            if line.startswith(_READY):
                return int(line.strip().rpartition(":")[2])
        raise DemoServerError("The demo's server did not start: " + "".join(printed).strip())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._place.close()


def held_port() -> tuple[socket.socket, int]:
    """A port on loopback that no other program is given while the socket is open.

    It is bound and never listened at: our server, which shares addresses (SO_REUSEADDR), may still
    listen there, and without one a connection is refused. Only Linux lets two sockets share like
    this; elsewhere the port is 0, which the first start chooses.
    """
    place = socket.socket()
    if sys.platform != "linux":
        return place, 0
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", 0))
    return place, int(place.getsockname()[1])


def _program() -> list[str]:
    return [sys.executable, "-m", "sync_server"]
