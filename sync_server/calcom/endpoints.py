"""`POST /webhooks/calcom`: take an event, keep it, say so; everything else happens later.

Plain ASGI rather than a path function: Cal.com's booking page waits for the answer, and a burst
should cost little more than its bytes.
"""

import logging
import re
from http import HTTPStatus
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import State
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_desk.wire import routes
from interview_desk.wire.problems import Code
from sync_server.calcom.accepting import Acceptance
from sync_server.calcom.intake import Arrival, Intake, intake_of
from sync_server.calcom.reading import read_event
from sync_server.calcom.shapes import text
from sync_server.calcom.signature import HEADER
from sync_server.calcom.translate import booking_uid
from sync_server.infra.crypto import KeysUnusable
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Forbidden, Problem, TooLarge, Unavailable
from sync_server.infra.senders import sender_of
from sync_server.infra.tally import WEBHOOKS

_log = logging.getLogger(__name__)

LIMIT = 256 * 1024
_ENDPOINT = re.compile(r"/webhooks/calcom(?:/([^/]*))?/?")
_LONGEST_NAME = 120
# What fails on our side only: a statement, or a secret that cannot be opened.
_OURS = (SQLAlchemyError, KeysUnusable)


class SignatureInvalid(Problem):
    """The body is not signed with any secret we share with Cal.com."""

    status = HTTPStatus.UNAUTHORIZED
    code = Code.SIGNATURE_INVALID
    title = "The signature does not fit the body. Check the secret of the webhook at Cal.com."


class NotAnEvent(Problem):
    """The body is signed, but it is no event."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = Code.NOT_AN_EVENT
    title = "This is not a Cal.com event."


class NotPosted(Problem):
    """Somebody looks at the address of the webhook, for instance in a browser."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = Code.METHOD_NOT_ALLOWED
    title = "Cal.com posts its events here."


class _Door(NamedTuple):
    """What deciding about a request takes, made once per server."""

    parts: Parts
    intake: Intake
    acceptance: Acceptance


class CalcomWebhooks:
    """Answers `/webhooks/calcom` before the rest of the application is asked.

    Matching a request against all our paths costs more than keeping the event; a burst of
    webhooks should not pay for it. `state` holds the server's parts once it is open.
    """

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state
        self._opened: _Door | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        endpoint = _endpoint(scope)
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        door = self._door()
        try:
            answer = await _answer(door, scope, receive, endpoint=endpoint)
        except ClientDisconnect:
            return
        except Problem as problem:
            await _refuse(door, problem, scope, receive=receive, send=send)
            return
        except _OURS as failure:
            # Cal.com sends an event once: it must neither take it for kept nor for impossible.
            _log.error("a webhook could not be taken: %s", type(failure).__name__)
            await _refuse(door, Unavailable(), scope, receive=receive, send=send)
            return
        _count(door, scope, answer.status, HTTPStatus.OK)
        await send(answer.head)
        await send(answer.body)

    def _door(self) -> _Door:
        parts: Parts = self._state.parts
        if self._opened is None or self._opened.parts is not parts:
            self._opened = _Door(parts, intake_of(parts.database), Acceptance(parts))
        return self._opened


async def _refuse(
    door: _Door, problem: Problem, scope: Scope, *, receive: Receive, send: Send
) -> None:
    _count(door, scope, problem.code, problem.status)
    await problem.response()(scope, receive, send)


def _count(door: _Door, scope: Scope, outcome: str, status: int) -> None:
    door.parts.tally.count(WEBHOOKS, outcome)
    path = routes.CALCOM_WEBHOOK_ENDPOINT if _endpoint(scope) else routes.CALCOM_WEBHOOK
    door.parts.tally.count_request(scope["method"], path, status)


def _endpoint(scope: Scope) -> str | None:
    """The name after our path, empty where there is none; None for what is not ours."""
    if scope["type"] != "http" or not scope["path"].startswith(routes.CALCOM_WEBHOOK):
        return None
    found = _ENDPOINT.fullmatch(scope["path"])
    return (text(found[1]) or "") if found else None


class _Answer(NamedTuple):
    """The two messages of an answer, made once."""

    status: str
    head: Message
    body: Message


def _saying(status: str) -> _Answer:
    body = f'{{"status":"{status}"}}'.encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    return _Answer(
        status,
        {"type": "http.response.start", "status": HTTPStatus.OK.value, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


_ACCEPTED = _saying("accepted")
_DUPLICATE = _saying("duplicate")


async def _answer(door: _Door, scope: Scope, receive: Receive, *, endpoint: str) -> _Answer:
    if scope["method"] != "POST":
        raise NotPosted(headers={"Allow": "POST"})
    headers = scope["headers"]
    _admit(door, scope)
    body = await _read(receive, _first(headers, b"content-length"))
    if not await door.acceptance.fits(body, _first(headers, HEADER), endpoint=endpoint):
        raise SignatureInvalid
    arrival = _arrival(endpoint, body)
    is_new = await door.intake.keep(arrival)
    if arrival.reason is not None:
        raise NotAnEvent(arrival.reason)
    return _ACCEPTED if is_new else _DUPLICATE


def _admit(door: _Door, scope: Scope) -> None:
    settings = door.parts.settings
    if not settings.calcom_allowed_networks:
        return
    sender = sender_of(HTTPConnection(scope), settings.trusted_proxies)
    if sender is None or not any(sender in net for net in settings.calcom_allowed_networks):
        raise Forbidden("Webhooks are not taken from this address.")


def _first(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    for key, value in headers:
        if key == name:
            return value
    return None


async def _read(receive: Receive, announced: bytes | None) -> bytes:
    """The whole body, or TooLarge as soon as that is known, without reading on."""
    if announced is not None and announced.isdigit() and int(announced[:20]) > LIMIT:
        raise _too_large()
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LIMIT:
            raise _too_large()
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large() -> TooLarge:
    # The rest of the body stays unread, so the connection cannot serve another request.
    headers = {"Connection": "close"}
    return TooLarge(f"An event has at most {LIMIT // 1024} KiB.", headers=headers)


def _arrival(endpoint: str, body: bytes) -> Arrival:
    event, reason = read_event(body)
    if reason is not None:
        return Arrival(endpoint, body, None, None, reason)
    trigger = (text(event.get("triggerEvent")) or "")[:_LONGEST_NAME]
    return Arrival(endpoint, body, trigger, booking_uid(event))
