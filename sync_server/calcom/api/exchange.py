"""One exchange with Cal.com over HTTP: sent once, and what came back told in our words."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from math import inf
from typing import Any, NamedTuple

import httpx
from pydantic import SecretStr

from sync_server.calcom.api.calls import Call
from sync_server.calcom.api.errors import (
    CalcomRefused,
    CalcomUnavailable,
    CalcomUncertain,
    refusal_of,
    refused,
)

# Creating a booking makes Cal.com talk to calendars and video services first.
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_LARGEST = 16 * 1024 * 1024
_LIMIT = re.compile(r"x-ratelimit-(?P<what>limit|remaining|reset)-?(?P<name>.*)")
# A limit that begins anew within so many seconds says nothing of a minute.
_MOMENTS = 10.0


class Limits(NamedTuple):
    """What Cal.com says about the key's budget; seconds count from this answer on."""

    limit: int | None = None
    remaining: int | None = None
    reset_seconds: float | None = None


class Reply(NamedTuple):
    """An answer of Cal.com, with its budget; `pagination` is empty where there are no pages."""

    status: int
    content: Any
    limits: Limits

    @property
    def data(self) -> Any:
        """What the answer is about."""
        return self.content.get("data") if isinstance(self.content, Mapping) else None

    @property
    def pagination(self) -> Mapping[str, Any]:
        """What it says about pages."""
        found = self.content.get("pagination") if isinstance(self.content, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    @property
    def said(self) -> str:
        """The text of an error, in whichever of its shapes; empty where there is none."""
        if not isinstance(self.content, Mapping):
            return ""
        error = self.content.get("error")
        places = (error, self.content) if isinstance(error, Mapping) else (self.content,)
        for place in places:
            message = place.get("message")
            if isinstance(message, str):
                return message
            if isinstance(message, list):
                return ", ".join(map(str, message))
        return error if isinstance(error, str) else ""


class NotSent(CalcomUnavailable):
    """Cal.com could not be reached at all, so it has not heard of the call."""


class Exchange:
    """Connections to one Cal.com with one key."""

    def __init__(self, base_url: str, key: SecretStr) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            timeout=_TIMEOUT,
            # A redirect would carry the key to somebody else.
            follow_redirects=False,
            headers={"Authorization": f"Bearer {key.get_secret_value()}"},
        )

    async def send(self, call: Call) -> Reply:
        """What Cal.com answers, whatever that is.

        Raises NotSent where it never heard of the call, CalcomUncertain where it may have.
        """
        request = self._client.build_request(
            call.method,
            call.path,
            params=dict(call.parameters),
            json=None if call.body is None else dict(call.body),
            headers=call.headers,
        )
        try:
            response = await self._client.send(request, stream=True)
            try:
                content = await _read(response)
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent from error
        except httpx.HTTPError as error:
            raise CalcomUncertain from error
        return Reply(response.status_code, content, limits_in(response.headers))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()


async def _read(response: httpx.Response) -> Any:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST:
            raise CalcomUncertain("Cal.com answered with more than can be read.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def limits_in(headers: Mapping[str, str]) -> Limits:
    """The budget by the headers' prefix.

    Of several named limits the tightest says what is left and until when. How many calls a minute
    a key has is told by the one called Default. Another one, for a few of the calls, counts where
    it stands alone and is not over in moments.
    """
    named = _named_limits(headers)
    resets = [one["reset"] for one in named.values() if "reset" in one]
    left = [one for one in named.values() if "remaining" in one]
    # Of those that are used up, the longest has to be waited for; the others have not.
    tightest = min(left, key=lambda one: (one["remaining"], -one.get("reset", 0)), default={})
    reset = tightest.get("reset", max(resets, default=None))
    again = _number(headers.get("retry-after", ""))
    waits = [seconds for seconds in (reset, again) if seconds is not None]
    limit = _by_the_minute(named)
    remaining = tightest.get("remaining")
    return Limits(
        None if limit is None else int(limit),
        None if remaining is None else int(remaining),
        max(waits, default=None),
    )


def _named_limits(headers: Mapping[str, str]) -> dict[str, dict[str, float]]:
    named: dict[str, dict[str, float]] = {}
    for header, value in headers.items():
        found, number = _LIMIT.fullmatch(header.lower()), _number(value)
        if found and number is not None:
            named.setdefault(found["name"], {})[found["what"]] = number
    return named


def _by_the_minute(named: Mapping[str, Mapping[str, float]]) -> float | None:
    default = named.get("default", {}).get("limit")
    if default is not None:
        return default
    lasting = [one for one in named.values() if one.get("reset", inf) > _MOMENTS]
    return min((one["limit"] for one in lasting if "limit" in one), default=None)


def _number(value: str) -> float | None:
    return float(value[:9]) if value.strip().isdecimal() else None


def checked(call: Call, reply: Reply) -> Reply:
    """`reply`, where it says that all is well.

    Raises CalcomRefused for what would be refused again, CalcomUnavailable for a read that may
    succeed later, CalcomUncertain for a change that an error may have left half done.
    """
    if reply.status < HTTPStatus.MULTIPLE_CHOICES and isinstance(reply.content, Mapping):
        return reply
    if HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _refusal(reply)
    if call.is_read:
        raise CalcomUnavailable
    raise CalcomUncertain


def _refusal(reply: Reply) -> CalcomRefused:
    return refused(refusal_of(reply.status, reply.said), reply.said)
