"""One device's signed-in session: every call carries its token, renewed where it has expired."""

import asyncio
from typing import Any, Final

import httpx

from interview_desk.remote.answers import code_of, read_answer
from interview_desk.remote.trust import Trust
from interview_desk.services.exchange import TokenKeeper, Tokens
from interview_desk.services.server_errors import (
    NotPairedError,
    ServerUnreachableError,
)
from interview_desk.wire import auth, routes
from interview_desk.wire.problems import Code

# A slow line still brings a page of rows within this; a dead one is noticed in it.
_TIMEOUT: Final = httpx.Timeout(60.0, connect=10.0)


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
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def access_token(self) -> str:
        """The token to show; NotPairedError where there is none."""
        return (await self._kept()).access

    async def call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The server's answer to a signed-in call."""
        token = await self.access_token()
        response = await self._signed(token, method, path, **arguments)
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return response
        if code_of(response) == Code.DEVICE_REVOKED:
            raise self._signed_out()
        return await self._signed(await self.renewed(token), method, path, **arguments)

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
        client = await self._connected()
        try:
            return await client.request(method, path, **arguments)
        except httpx.TransportError as error:
            raise ServerUnreachableError from error

    async def _renew(self, tokens: Tokens) -> Tokens:
        response = await self.send("POST", routes.REFRESH, json={"refresh_token": tokens.refresh})
        if response.status_code == httpx.codes.UNAUTHORIZED:
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

    async def _signed(self, token: str, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return await self.send(method, path, headers=headers, **arguments)

    async def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            context = await self.trust.context()
            self._client = httpx.AsyncClient(
                base_url=self.server,
                transport=self._transport,
                verify=context if context is not None else False,
                headers={routes.PROTOCOL_HEADER: str(routes.PROTOCOL_MAX)},
                timeout=_TIMEOUT,
                # A portal that answers instead of our server redirects; our server never does.
                follow_redirects=False,
            )
        return self._client
