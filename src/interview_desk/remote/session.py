"""One device's signed-in session: every call carries its token, renewed where it has expired."""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx

from interview_desk.domain.errors import DeskError
from interview_desk.remote.answers import code_of, is_ours, read_answer
from interview_desk.remote.pace import NARROW_BYTES
from interview_desk.remote.trust import Trust
from interview_desk.services.exchange import TokenKeeper, Tokens
from interview_desk.services.server_errors import (
    CertificateInvalidError,
    NotPairedError,
    ServerUnreachableError,
    UntrustedServerError,
)
from interview_desk.wire import auth, routes
from interview_desk.wire.problems import Code

# A slow line still brings a page of rows within this; a dead one is noticed in it.
_TIMEOUT: Final = httpx.Timeout(60.0, connect=10.0)
# An answer that comes byte by byte is never silent for so long. The largest batch, 8 MB, takes this
# at 64 kbit/s; what is streamed has this long to begin.
LONGEST_CALL: Final = 1200.0

# How OpenSSL says that a certificate is not valid yet, or no more.
_OUT_OF_DATE: Final = (9, 10)


class Session:
    """Calls the server as this device.

    Whether a token has expired is the server's to say: this computer's clock may be wrong. Bytes
    travel over the network, or over `transport` where one is given.
    """

    def __init__(
        self,
        server: str,
        tokens: TokenKeeper,
        *,
        pin: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.server = server
        self._transport = transport
        self.trust = Trust(server, pin)
        self._keeper = tokens
        self._tokens: Tokens | None = None
        self._renewing = asyncio.Lock()
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Let go of the connections; the next call opens others."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def access_token(self) -> str:
        """The token to show; NotPairedError where there is none."""
        return (await self._kept()).access

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The server's answer to a signed-in call."""
        return await self._signed_in(await self._connected(), method, path, **arguments)

    @asynccontextmanager
    async def streamed(
        self, method: str, path: str, **arguments: Any
    ) -> AsyncGenerator[httpx.Response]:
        """The beginning of a signed-in answer, to be read piece by piece.

        It has a connection of its own, which never has much under way on a slow line.
        """
        transport = _narrow(self._transport, await self.trust.context())
        async with self._client_over(transport) as client:
            response = await self._signed_in(client, method, path, stream=True, **arguments)
            try:
                yield response
            except httpx.RequestError as error:
                raise unreachable(error, is_pinned=self.trust.is_pinned) from error
            finally:
                await response.aclose()

    async def renewed(self, stale: str) -> str:
        """A token newer than `stale`; its successor is safe on this computer before it is used."""
        async with self._renewing:
            # Another session of this desk may have renewed them: using the old refresh token
            # then would look like a theft to the server.
            self._tokens = None
            tokens = await self._kept()
            if tokens.access == stale:
                tokens = await self._renew(tokens)
            return tokens.access

    async def adopt(self, tokens: Tokens) -> None:
        """Be another device from now on."""
        await self._keeper.keep(tokens)
        self._tokens = tokens

    async def send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The server's answer to a call without a token."""
        return await self._sent(await self._connected(), method, path, **arguments)

    async def _renew(self, tokens: Tokens) -> Tokens:
        response = await self.send("POST", routes.REFRESH, json={"refresh_token": tokens.refresh})
        if _is_refused(response):
            raise self._signed_out()
        answer = read_answer(response, auth.Tokens)
        fresh = Tokens(answer.access_token, answer.refresh_token, answer.expires_at)
        await self.adopt(fresh)
        return fresh

    def _signed_out(self) -> NotPairedError:
        # Paired again, this desk has other tokens in their place.
        self._tokens = None
        return NotPairedError()

    async def _kept(self) -> Tokens:
        if self._tokens is None:
            self._tokens = await self._keeper.load()
        if self._tokens is None:
            raise NotPairedError
        return self._tokens

    async def _signed_in(
        self, client: httpx.AsyncClient, method: str, path: str, **arguments: Any
    ) -> httpx.Response:
        token = await self.access_token()
        response = await self._sent(client, method, path, token=token, **arguments)
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return response
        # A proxy may have put a page of its own in the answer's place: the renewal tells.
        if code_of(response) == Code.DEVICE_REVOKED:
            raise self._signed_out()
        token = await self.renewed(token)
        return await self._sent(client, method, path, token=token, **arguments)

    async def _sent(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        *,
        token: str | None = None,
        stream: bool = False,
        headers: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> httpx.Response:
        signed = {"Authorization": f"Bearer {token}"} if token else {}
        request = client.build_request(
            method, path, headers={**(headers or {}), **signed}, **arguments
        )
        try:
            async with asyncio.timeout(LONGEST_CALL):
                response = await client.send(request, stream=stream)
                if response.status_code == httpx.codes.UNAUTHORIZED:
                    await response.aread()
        except TimeoutError as error:
            raise ServerUnreachableError from error
        except httpx.RequestError as error:
            # No answer, or one whose bytes are not what its head says.
            raise unreachable(error, is_pinned=self.trust.is_pinned) from error
        return response

    async def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            context = await self.trust.context()
            self._client = self._client_over(self._transport, context)
        return self._client

    def _client_over(
        self, transport: httpx.AsyncBaseTransport | None, context: ssl.SSLContext | None = None
    ) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.server,
            transport=transport,
            verify=context if context is not None else False,
            headers={routes.PROTOCOL_HEADER: str(routes.PROTOCOL_MAX)},
            timeout=_TIMEOUT,
            # A portal that answers instead of our server redirects; our server never does.
            follow_redirects=False,
        )


def _is_refused(response: httpx.Response) -> bool:
    """Whether our server does not know this device; a proxy or a portal cannot say that."""
    return response.status_code == httpx.codes.UNAUTHORIZED and is_ours(response)


def _narrow(
    given: httpx.AsyncBaseTransport | None, context: ssl.SSLContext | None
) -> httpx.AsyncBaseTransport:
    if given is not None:
        return given
    options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_BYTES)]
    verify = context if context is not None else False
    return httpx.AsyncHTTPTransport(verify=verify, socket_options=options)


def unreachable(error: httpx.RequestError, *, is_pinned: bool) -> DeskError:
    """What a call that brought no answer, or none that can be read, means."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            if is_pinned and cause.verify_code not in _OUT_OF_DATE:
                # Every other certificate is somebody else's.
                return UntrustedServerError()
            return CertificateInvalidError(cause.verify_message)
        cause = cause.__cause__ or cause.__context__
    return ServerUnreachableError()
