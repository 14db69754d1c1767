"""Fetching a transcript's file from wherever Cal.com has put it."""

from typing import Self
from urllib.parse import urlsplit

import httpx

from sync_server.calcom.api.errors import CalcomUnavailable

_LARGEST = 8 * 1024 * 1024
_SECONDS = 20.0


class TranscriptFiles:
    """Reads files behind links that Cal.com has just told; without our key, which is not theirs."""

    def __init__(self, base_url: str) -> None:
        self._own_host = urlsplit(base_url).netloc
        self._client = httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._client.aclose()

    async def text(self, link: str) -> str:
        """The text of a file; empty where there is none any more.

        Only https, and what lies at the Cal.com we talk to anyway. Raises CalcomUnavailable where
        it cannot be fetched or is far larger than any transcript.
        """
        if not self._may_fetch(link):
            return ""
        body = bytearray()
        try:
            async with self._client.stream("GET", link) as response:
                if not response.is_success:
                    return ""
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST:
                        raise CalcomUnavailable("The transcript is too large to be taken.")
        except httpx.InvalidURL:
            return ""
        except httpx.HTTPError as error:
            raise CalcomUnavailable from error
        return body.decode("utf-8", "replace")

    def _may_fetch(self, link: str) -> bool:
        try:
            parts = urlsplit(link)
        except ValueError:
            return False
        return parts.scheme == "https" or parts.netloc == self._own_host
