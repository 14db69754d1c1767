"""The live connection: pokes, notes as they are typed, and who is there.

Nothing that travels here is the truth. A client that misses something pulls it, so a reader that
cannot keep up is cut off rather than waited for.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, cast

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from interview_desk.wire import live, routes
from interview_desk.wire.model import WireModel
from interview_desk.wire.notes import MAX_OWN_UPDATE_BYTES, encode_update
from sync_server.auth.caller import Caller, authenticate
from sync_server.auth.errors import DeviceRevoked, Unauthorized
from sync_server.auth.news import DeviceSignedOut
from sync_server.infra.bus import Subscription
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts, parts
from sync_server.sync.counter import Poke, position
from sync_server.sync.notes import NoteAppended
from sync_server.sync.presence import Attendee, PresenceChanged, Presences
from sync_server.sync.read import read_record
from sync_server.sync.rows import CallerView

router = APIRouter()

HELLO_SECONDS = 10.0
SEND_SECONDS = 10.0
PING_SECONDS = 20.0
# Pokes caused only by notes are joined to one in this time.
NOTES_POKE_SECONDS = 1.0
# What may wait for a slow reader, in characters, before pulling serves them better.
_BACKLOG = 4 * 1024 * 1024
_CLOSE_SILENT = 1001
_CLOSE_TOO_BIG = 1009


class _Closed(Exception):  # noqa: N818  - a signal inside this module
    """The connection is to end with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@router.websocket(routes.LIVE)
async def live_connection(socket: WebSocket, parts: Annotated[Parts, Depends(parts)]) -> None:
    """Tell one device what happens, until it goes or is sent away."""
    await socket.accept()
    try:
        hello = await _hello(socket)
        # Listening begins before the first look, so that nothing falls between them.
        with parts.bus.subscribe() as news:
            caller, name, seq = await _admit(parts, hello)
            session = _Session(socket, parts, caller=caller, token=hello.token, name=name)
            session.watched = frozenset(hello.docs[: live.MAX_WATCHED_DOCS])
            session.offer(live.Poke(seq=seq))
            await session.run(news)
    except _Closed as closed:
        await _close(socket, closed.code)


async def _hello(socket: WebSocket) -> live.Hello:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            return live.Hello.model_validate_json(await _text(socket))
    except (TimeoutError, ValidationError) as error:
        raise _Closed(live.CLOSE_NOT_UNDERSTOOD) from error


async def _admit(parts: Parts, hello: live.Hello) -> tuple[Caller, str, int]:
    try:
        caller = await authenticate(parts, hello.token)
    except DeviceRevoked as error:
        raise _Closed(live.CLOSE_REVOKED) from error
    except Unauthorized as error:
        raise _Closed(live.CLOSE_UNAUTHORIZED) from error
    now = await parts.database.read(lambda tx: position(tx, caller.workspace_id))
    if hello.epoch is not None and hello.epoch != now.epoch:
        raise _Closed(live.CLOSE_EPOCH_CHANGED)
    member = await parts.database.read(
        lambda tx: read_record(tx, caller.workspace_id, "poblysh_team_members", caller.member_id)
    )
    return caller, str(member.fields.get("name") or "") if member else "", now.seq


async def _text(socket: WebSocket) -> str:
    """The next message of the client; binary ones and giants are not understood."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise _Closed(int(message.get("code") or _CLOSE_SILENT))
    text = message.get("text")
    if not isinstance(text, str):
        raise _Closed(live.CLOSE_NOT_UNDERSTOOD)
    if len(text) > live.MAX_MESSAGE_BYTES:
        raise _Closed(_CLOSE_TOO_BIG)
    return text


async def _close(socket: WebSocket, code: int) -> None:
    # Who hangs up or does not read can no longer be told why.
    with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(SEND_SECONDS):
            await socket.close(code)


def presences_of(socket: WebSocket) -> Presences:
    """Everybody who is connected to this server, and where they are."""
    state = socket.app.state
    if not hasattr(state, "presences"):
        state.presences = Presences()
    return cast("Presences", state.presences)


class _Session:
    """One connected device."""

    def __init__(
        self, socket: WebSocket, parts: Parts, *, caller: Caller, token: str, name: str
    ) -> None:
        self.watched: frozenset[str] = frozenset()
        self._socket = socket
        self._parts = parts
        self._caller = caller
        self._token = token
        self._name = name
        self._presences = presences_of(socket)
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._waiting = 0
        self._notes_seq = 0
        self._notes_news = asyncio.Event()
        self._heard = True

    async def run(self, news: Subscription) -> None:
        """Serve until one side has had enough; raises `_Closed`."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in (
                    self._tell(news),
                    self._listen(),
                    self._send(),
                    self._poke_for_notes(),
                    self._ping(),
                ):
                    tasks.create_task(work)
        except* _Closed as closed:
            raise _first(closed) from None
        finally:
            self._leave_all()

    def offer(self, message: WireModel) -> None:
        """Send when the client reads; a client that does not read is cut off."""
        text = message.model_dump_json()
        self._waiting += len(text)
        if self._waiting > _BACKLOG:
            raise _Closed(live.CLOSE_TOO_SLOW)
        self._outgoing.put_nowait(text)

    async def _send(self) -> None:
        while True:
            text = await self._outgoing.get()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._socket.send_text(text)
            except TimeoutError as error:
                raise _Closed(live.CLOSE_TOO_SLOW) from error
            except WebSocketDisconnect as error:
                raise _Closed(_CLOSE_SILENT) from error
            self._waiting -= len(text)

    async def _ping(self) -> None:
        """Find out who has gone without a word, and who may no longer listen."""
        while True:
            await asyncio.sleep(PING_SECONDS)
            if not self._heard:
                raise _Closed(_CLOSE_SILENT)
            self._heard = False
            try:
                self._caller = await authenticate(self._parts, self._token)
            except Unauthorized as error:
                raise _Closed(live.CLOSE_UNAUTHORIZED) from error
            self.offer(live.Ping())

    async def _tell(self, news: Subscription) -> None:
        async for message in news:
            if news.missed:
                raise _Closed(live.CLOSE_TOO_SLOW)
            match message:
                case DeviceSignedOut(device_id=device) if device == self._caller.device_id:
                    raise _Closed(live.CLOSE_REVOKED)
                case Poke(workspace_id=here) if here == self._caller.workspace_id:
                    self._poke(message)
                case NoteAppended(workspace_id=here) if here == self._caller.workspace_id:
                    await self._note(message)
                case PresenceChanged():
                    self._presence(message)
                case _:
                    pass

    def _poke(self, poke: Poke) -> None:
        if not poke.notes_only:
            self.offer(live.Poke(seq=poke.seq))
            return
        self._notes_seq = poke.seq
        self._notes_news.set()

    async def _poke_for_notes(self) -> None:
        while True:
            await self._notes_news.wait()
            self._notes_news.clear()
            self.offer(live.Poke(seq=self._notes_seq))
            await asyncio.sleep(NOTES_POKE_SECONDS)

    async def _note(self, note: NoteAppended) -> None:
        # A large one is pulled like everything that was missed.
        kept = note.kept
        fits = len(kept.update) <= MAX_OWN_UPDATE_BYTES
        if fits and note.doc in self.watched and await self._sees(note.interview_id):
            update = encode_update(kept.update)
            self.offer(
                live.LiveNote(doc=note.doc, seq=kept.seq, update=update, by=kept.by, at=kept.at)
            )

    async def _sees(self, interview_id: str) -> bool:
        caller = self._caller

        def work(tx: Tx) -> bool:
            found = read_record(tx, caller.workspace_id, "interviews", interview_id)
            return found is not None and CallerView(tx, caller).sees(found)

        return await self._parts.database.read(work)

    async def _listen(self) -> None:
        async for message in self._messages():
            self._heard = True
            match message:
                case live.Watch(docs=docs):
                    self.watched = frozenset(docs[: live.MAX_WATCHED_DOCS])
                case live.Present():
                    await self._present(message)
                case live.Pong():
                    pass

    async def _messages(self) -> AsyncIterator[live.FromClient]:
        while True:
            text = await _text(self._socket)
            # What a newer client adds is not for us.
            with suppress(ValidationError):
                yield live.from_client.validate_json(text)

    async def _present(self, message: live.Present) -> None:
        if not await self._sees(message.interview):
            return
        caller = self._caller
        room = (caller.workspace_id, message.interview)
        if not message.here:
            self._publish(self._presences.leave(room, caller.device_id))
            return
        is_new = not self._presences.is_in(room, caller.device_id)
        attendee = Attendee(
            caller.device_id, caller.member_id, self._name, message.stage, message.cursor
        )
        changed = self._presences.enter(room, attendee)
        others = self._presences.stages(room) - {change.stage for change in changed}
        if is_new:
            for stage in others:
                self.offer(self._presences.message(room, stage))
        self._publish(changed)

    def _presence(self, change: PresenceChanged) -> None:
        room = (change.workspace_id, change.interview)
        if self._presences.is_in(room, self._caller.device_id):
            self.offer(self._presences.message(room, change.stage))

    def _leave_all(self) -> None:
        caller = self._caller
        for room in self._presences.rooms_of(caller.workspace_id, caller.device_id):
            self._publish(self._presences.leave(room, caller.device_id))

    def _publish(self, changes: list[PresenceChanged]) -> None:
        for change in changes:
            self._parts.bus.publish(change)


def _first(closed: BaseExceptionGroup[_Closed]) -> _Closed:
    """The reason to give, out of those that came together."""
    found = closed.exceptions[0]
    return found if isinstance(found, _Closed) else _first(found)
