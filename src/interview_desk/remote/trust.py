"""Whom this desk believes to be its server: the system's authorities, or one pinned certificate."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

from interview_desk.services.server_errors import ServerUnreachableError, UntrustedServerError

_HTTPS_PORT = 443
_DIGEST_BYTES = 32
_PATIENCE = 10.0


class Trust:
    """Gives every connection to one server its TLS settings; plain http has none.

    A pinned certificate is fetched once, compared with the pin, and from then on the only one
    that is believed; nothing is sent before that.
    """

    def __init__(self, server: str, pin: str | None) -> None:
        self._server = urlsplit(server)
        self._pin = pin
        self._context: ssl.SSLContext | None = None

    @property
    def is_pinned(self) -> bool:
        """Whether one certificate alone is believed."""
        return self._pin is not None

    async def context(self) -> ssl.SSLContext | None:
        """The settings to connect with, or None for http to this very computer."""
        if self._server.scheme != "https":
            return None
        if self._context is None:
            self._context = await self._make()
        return self._context

    async def _make(self) -> ssl.SSLContext:
        if self._pin is None:
            return await asyncio.to_thread(ssl.create_default_context)
        certificate = await self._shown_certificate()
        if not matches(certificate, self._pin):
            raise UntrustedServerError
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # The pin names the certificate itself, so neither its name nor its issuer matter.
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(certificate))
        return context

    async def _shown_certificate(self) -> bytes:
        looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        looking.check_hostname = False
        looking.verify_mode = ssl.CERT_NONE
        try:
            async with asyncio.timeout(_PATIENCE):
                _, writer = await asyncio.open_connection(
                    self._server.hostname, self._server.port or _HTTPS_PORT, ssl=looking
                )
        except (OSError, TimeoutError) as error:
            raise ServerUnreachableError from error
        try:
            shown: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return shown or b""


def matches(certificate: bytes, pin: str) -> bool:
    """Whether `pin` (SHA-256, hex or base64url) is the fingerprint of this certificate."""
    expected = _digest_in(pin)
    return expected is not None and hmac.compare_digest(
        hashlib.sha256(certificate).digest(), expected
    )


def _digest_in(pin: str) -> bytes | None:
    text = pin.strip().removeprefix("sha256:").removeprefix("sha256/")
    for decode in (_from_hex, _from_base64):
        with suppress(ValueError, binascii.Error):
            digest = decode(text)
            if len(digest) == _DIGEST_BYTES:
                return digest
    return None


def _from_hex(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _from_base64(text: str) -> bytes:
    standard = text.replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
