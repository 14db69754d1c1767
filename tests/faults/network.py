"""A network between a desk and a server in this process that fails as it is told to."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum

import httpx
from typing_extensions import override


class Weather(StrEnum):
    """What becomes of one call."""

    CLEAR = "clear"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    ANSWER_CUT = "answer cut"
    SENT_TWICE = "sent twice"
    # A cache on the way repeats what it answered to the same question before.
    OLD_ANSWER = "old answer"
    # The server has done it, and then the desk's computer goes out.
    CRASH = "crash"
    # Somebody goes on typing while the answer is on its way.
    TYPING = "typing"


class Crashed(Exception):  # noqa: N818  - not an error of the program: the computer goes out
    """The desk's computer went out in the middle of a call."""


class _CutStream(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content[: len(self._content) // 2]
        raise httpx.ReadError("the connection was cut")


class BadNetwork(httpx.AsyncBaseTransport):
    """Treats each call by the next of `forecast`; clear weather when that is used up."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._told: dict[str, httpx.Response] = {}
        self.forecast: deque[Weather] = deque()
        self.typing: Callable[[], Awaitable[None]] | None = None

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        weather = self.forecast.popleft() if self.forecast else Weather.CLEAR
        if weather is Weather.REQUEST_LOST:
            raise httpx.ConnectError("nobody there")
        question = f"{request.method} {request.url}"
        if weather is Weather.OLD_ANSWER and question in self._told:
            return _again(self._told[question])
        answer = await self._answer(request)
        if weather is Weather.SENT_TWICE:
            answer = await self._answer(request)
        if request.method == "GET":
            self._told[question] = answer
        if weather is Weather.TYPING and self.typing is not None:
            await self.typing()
        return _delivered(answer, weather)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        sent = httpx.Request(request.method, request.url, headers=request.headers, content=content)
        answer = await self._inner.handle_async_request(sent)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        raw = b"".join([part async for part in answer.stream])
        # As it travelled: whoever receives it undoes the compression.
        return _Raw(answer.status_code, answer.headers, raw)


class _Raw(httpx.Response):
    """An answer whose content stays as it came over the wire."""

    def __init__(self, status: int, headers: httpx.Headers, raw: bytes) -> None:
        super().__init__(status, headers=headers, stream=httpx.ByteStream(raw))
        self._content = raw


def _delivered(answer: httpx.Response, weather: Weather) -> httpx.Response:
    if weather is Weather.ANSWER_LOST:
        raise httpx.ReadTimeout("no answer")
    if weather is Weather.CRASH:
        raise Crashed
    if weather is Weather.ANSWER_CUT:
        cut = _CutStream(answer.content)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=cut)
    return _again(answer)


def _again(answer: httpx.Response) -> httpx.Response:
    return httpx.Response(
        answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content)
    )
