"""TLS: the system's authorities, or exactly the certificate that a link pins."""

import asyncio
import hashlib
import ssl
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from interview_desk.remote import HttpPairingApi, Session
from interview_desk.remote.trust import Trust, matches
from interview_desk.services.server_errors import (
    CertificateInvalidError,
    RefusedError,
    ServerUnreachableError,
    UntrustedServerError,
)
from tests.helpers.fakes import MemoryTokens
from tests.helpers.remote import Desks, Team
from tests.helpers.server import ServerProcess


class Certificate:
    """A self-signed certificate and its key, in files."""

    def __init__(self, directory: Path, name: str) -> None:
        self.pem = directory / f"{name}.pem"
        self.key = directory / f"{name}.key"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec"),
                *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
                *("-subj", f"/CN={name}", "-out", self.pem, "-keyout", self.key),
            ],
            check=True,
            capture_output=True,
        )

    @property
    def pin(self) -> str:
        der = ssl.PEM_cert_to_DER_cert(self.pem.read_text())
        return hashlib.sha256(der).hexdigest()

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        return context


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Certificate]:
    directory = tmp_path_factory.mktemp("certificates")
    return lambda name: Certificate(directory, name)


@asynccontextmanager
async def tls_server(certificate: Certificate, heard: list[bytes]) -> AsyncIterator[str]:
    """Hears what is sent to it and answers that it knows nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if request := await reader.readuntil(b"\r\n\r\n"):
                heard.append(request)
                body = b'{"title":"No.","status":404,"code":"not_found"}'
                head = f"HTTP/1.1 404 X\r\ncontent-length: {len(body)}\r\n"
                kind = "content-type: application/problem+json\r\n\r\n"
                writer.write((head + kind).encode() + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate.context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def pair(url: str, pin: str | None) -> None:
    api = HttpPairingApi(Session(url, MemoryTokens(), pin=pin))
    await api.pair("secret-code", device_name="x", install_nonce="y")


async def test_the_pinned_certificate_is_believed(certificates) -> None:
    certificate = certificates("one")
    heard: list[bytes] = []
    async with tls_server(certificate, heard) as url:
        with pytest.raises(RefusedError):
            await pair(url, certificate.pin)
    assert len(heard) == 1


async def test_another_certificate_hears_nothing(certificates) -> None:
    heard: list[bytes] = []
    async with tls_server(certificates("two"), heard) as url:
        with pytest.raises(UntrustedServerError):
            await pair(url, certificates("three").pin)
    assert heard == []


async def test_a_server_that_shows_another_certificate_later_is_not_the_teams(certificates) -> None:
    ours = certificates("ours")
    heard: list[bytes] = []
    async with tls_server(ours, heard) as url, tls_server(certificates("theirs"), heard) as other:
        session = Session(url, MemoryTokens(), pin=ours.pin)
        assert (await session.send("GET", "/")).status_code == 404
        await session.close()
        session.server = other
        with pytest.raises(UntrustedServerError):
            await session.send("GET", "/")
        await session.close()
    assert len(heard) == 1


async def test_a_certificate_nobody_vouches_for_hears_nothing(certificates) -> None:
    heard: list[bytes] = []
    async with tls_server(certificates("four"), heard) as url:
        with pytest.raises(CertificateInvalidError, match="not trusted on this computer"):
            await pair(url, None)
    assert heard == []


async def test_a_certificate_changed_after_the_look_hears_nothing(certificates) -> None:
    certificate = certificates("five")
    heard: list[bytes] = []
    trust = None
    async with tls_server(certificate, []) as url:
        trust = Trust(url, certificate.pin)
        context = await trust.context()
        assert await trust.context() is context
    async with tls_server(certificates("six"), heard) as url:
        port = int(url.rsplit(":", 1)[1])
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="x")
    assert heard == []


async def test_plain_http_has_no_settings() -> None:
    assert await Trust("http://127.0.0.1:1", None).context() is None


async def test_nobody_to_look_at_is_unreachable() -> None:
    with pytest.raises(ServerUnreachableError):
        await Trust("https://127.0.0.1:9", "00" * 32).context()


def test_a_pin_is_written_in_hex_or_base64() -> None:
    digest = hashlib.sha256(b"certificate").digest()
    colons = ":".join(f"{byte:02X}" for byte in digest)
    encoded = urlsafe_b64encode(digest).decode().rstrip("=")
    for pin in (digest.hex(), colons, encoded, f"sha256:{digest.hex()}", f" {encoded} "):
        assert matches(b"certificate", pin)
        assert not matches(b"another", pin)
    assert not matches(b"certificate", "ab")
    assert not matches(b"certificate", "not a pin!")


async def test_a_desk_pairs_with_a_self_signed_server_through_its_link(
    certificates, tmp_path: Path, desks: Desks
) -> None:
    certificate = certificates("own")
    process = ServerProcess(
        tmp_path / "server",
        *("--tls-cert", str(certificate.pem), "--tls-key", str(certificate.key)),
    )
    await asyncio.to_thread(process.start)
    try:
        team = Team(process)
        code = await asyncio.to_thread(team.first_code)
        desk = await desks.pair(process.url, code, pin=certificate.pin)
        assert (await desk.api.pull(None, limit=1)).epoch
        messages = desk.live.messages(cursor=None, epoch=None, docs=[])
        assert await anext(messages)
        await messages.aclose()
    finally:
        await asyncio.to_thread(process.stop)
