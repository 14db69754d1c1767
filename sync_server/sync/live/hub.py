"""Who hears what: news of this process and of others on the same database, to live connections.

One task for all connections. It asks the database for rights and for what other processes have
written, once for all who wait for it, so that a connection that only waits costs next to nothing.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from interview_desk.wire import live
from interview_desk.wire.notes import MAX_OWN_UPDATE_BYTES
from sync_server.auth.errors import DeviceRevoked
from sync_server.auth.news import DeviceSignedOut
from sync_server.auth.service import Caller, callers
from sync_server.infra.bus import Missed, Subscription
from sync_server.infra.database import DatabaseUnavailable
from sync_server.infra.parts import Parts
from sync_server.infra.problems import Problem
from sync_server.sync.counter import Poke, Reaching, position
from sync_server.sync.live.connection import CLOSE_SILENT, Connection
from sync_server.sync.live.elsewhere import Elsewhere, PresenceAsked, PresenceTold
from sync_server.sync.live.looking import sights, typed_elsewhere
from sync_server.sync.live.note_order import NoteOrder
from sync_server.sync.live.pokes import JoinedPokes
from sync_server.sync.live.presence import Attendee, PresenceChanged, Presences, Room, shown_cursor
from sync_server.sync.notes.reading import sequenced
from sync_server.sync.notes.taking import NoteAppended, NotesTyped

_log = logging.getLogger(__name__)

PING_SECONDS = 20.0
# The connections take turns in being asked, so that nobody waits for a thousand of them.
_TURNS = 10
# What was overtaken is waited for; then readers are better served by pulling.
LATE_SECONDS = 0.3
# Nobody is in more interviews at a time.
_ROOMS = 20
_CLOSE_FAILED = 1011
_PING = live.Ping().model_dump_json()


@dataclass(frozen=True, slots=True)
class _Late:
    """What the document waits for has not come."""

    doc: str


@dataclass(slots=True)
class _Round:
    """What one look at the news has brought."""

    notes: list[NoteAppended] = field(default_factory=list)
    typed_elsewhere: list[NotesTyped] = field(default_factory=list)
    stages: set[PresenceChanged] = field(default_factory=set)
    pokes: dict[str, int] = field(default_factory=dict)
    missed: bool = False


class Hub:
    """All live connections of one server; used from its event loop only."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._connections: dict[str, Connection] = {}
        self._watchers: dict[str, set[Connection]] = {}
        self._presences = Presences()
        self._elsewhere = Elsewhere(parts, self._presences)
        self._order = NoteOrder()
        self._pokes = JoinedPokes(self._broadcast)
        self._sights = 0
        self._news: Subscription | None = None
        self._work: asyncio.Future[None] | None = None
        self._collectors: Mapping[type, Callable[[Any, _Round], None]] = {
            Poke: self._on_poke,
            Reaching: self._on_reaching,
            NoteAppended: self._on_note,
            NotesTyped: self._on_typed_elsewhere,
            _Late: self._on_late,
            PresenceChanged: self._on_presence,
            PresenceTold: self._on_presence_told,
            Missed: self._on_missed,
        }
        self._actions: Mapping[type, Callable[[Any], None]] = {
            PresenceAsked: self._on_presence_asked,
            DeviceSignedOut: self._on_signed_out,
        }

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[None]:
        """Let a connection hear what happens from now on, until the block is left."""
        if self._work is None or self._work.done():
            self._stop()
            self._start()
        self._connections[connection.id] = connection
        try:
            yield
        finally:
            del self._connections[connection.id]
            self.watch(connection, frozenset())
            for room in self._presences.rooms_of(connection.id):
                self._leave(room, connection.id)
            if not self._connections:
                self._stop()

    def watch(self, connection: Connection, docs: frozenset[str]) -> None:
        """Send updates of exactly these documents to the connection from now on."""
        for doc in connection.watched - docs:
            self._watchers[doc].discard(connection)
            if not self._watchers[doc]:
                del self._watchers[doc]
                self._order.forget(doc)
        for doc in docs - connection.watched:
            self._watchers.setdefault(doc, set()).add(connection)
        connection.watched = docs

    async def present(self, connection: Connection, said: live.Present) -> None:
        """Show the connection's member where they say they are, if they may be there."""
        room = (connection.caller.workspace_id, said.interview)
        await self._look_up({(connection, said.interview)})
        if not connection.sight.get(said.interview):
            return
        if not said.here:
            self._leave(room, connection.id)
            return
        is_new = self._presences.attendee(room, connection.id) is None
        if is_new and len(self._presences.rooms_of(connection.id)) >= _ROOMS:
            return
        attendee = Attendee(
            connection.caller.device_id,
            connection.caller.member_id,
            connection.name,
            said.stage,
            shown_cursor(said.cursor),
        )
        changed = self._presences.enter(room, connection.id, attendee)
        self._tell(changed)
        self._elsewhere.tell(room, connection.id)
        if is_new:
            self._welcome(connection, room, shown={change.stage for change in changed})

    def _welcome(self, connection: Connection, room: Room, *, shown: set[str | None]) -> None:
        for stage in self._presences.stages(room) - shown:
            connection.offer(self._presences.message(room, stage).model_dump_json())
        self._elsewhere.ask(room)

    def _leave(self, room: Room, connection_id: str) -> None:
        self._tell(self._presences.leave(room, connection_id))
        self._elsewhere.tell(room, connection_id)

    def _tell(self, changes: Iterable[PresenceChanged]) -> None:
        for change in changes:
            self._parts.bus.publish(change)

    def _start(self) -> None:
        self._news = self._parts.bus.subscribe(self._concerns)
        self._work = asyncio.ensure_future(self._run(self._news))
        self._work.add_done_callback(self._on_end)

    def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()
        if self._news is not None:
            self._news.close()
        self._work = self._news = None
        self._pokes.stop()
        self._elsewhere.forget_all()

    def _on_end(self, work: "asyncio.Future[None]") -> None:
        if work.cancelled() or work is not self._work:
            return
        _log.error("live connections are closed after a failure", exc_info=work.exception())
        for connection in self._connections.values():
            connection.end(_CLOSE_FAILED)

    async def _run(self, news: Subscription) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._route_all(news))
            tasks.create_task(self._ask_all())

    async def _route_all(self, news: Subscription) -> None:
        missed = 0
        async for first in news:
            batch = [first, *news.waiting()]
            if news.missed > missed:
                missed = news.missed
                batch.append(Missed())
            try:
                await self._route(batch)
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; what was typed is pulled later")

    async def _route(self, batch: list[object]) -> None:
        found = _Round()
        for message in batch:
            self._take(message, found)
        for workspace_id, seq in found.pokes.items():
            self._pokes.at_once(workspace_id, seq)
        if found.missed:
            await self._look_again()
        await self._fetch(found)
        await self._look_up(self._interested(found))
        for note in found.notes:
            self._send_note(note)
        for change in found.stages:
            self._send_presence(change)

    def _concerns(self, message: object) -> bool:
        return type(message) in self._collectors or type(message) in self._actions

    def _take(self, message: object, found: _Round) -> None:
        if (collect := self._collectors.get(type(message))) is not None:
            collect(message, found)
        else:
            self._actions[type(message)](message)

    def _on_poke(self, poke: Poke, found: _Round) -> None:
        if not poke.notes_only:
            # Any record may have given or taken somebody's sight.
            self._sights += 1
        if not self._parts.database.announces:
            self._on_reaching(Reaching(poke), found)

    def _on_reaching(self, reaching: Reaching, found: _Round) -> None:
        poke = reaching.poke
        if poke.notes_only:
            self._pokes.joined(poke.workspace_id, poke.seq)
        else:
            found.pokes[poke.workspace_id] = max(poke.seq, found.pokes.get(poke.workspace_id, 0))

    def _on_note(self, news: NoteAppended, found: _Round) -> None:
        if news.doc in self._watchers:
            found.notes += self._order.arrived(news)
            if self._order.is_waiting(news.doc):
                asyncio.get_running_loop().call_later(LATE_SECONDS, self._offer, _Late(news.doc))

    def _on_late(self, late: _Late, found: _Round) -> None:
        found.notes += self._order.give_up(late.doc)

    def _on_typed_elsewhere(self, typed: NotesTyped, found: _Round) -> None:
        if typed.doc in self._watchers:
            found.typed_elsewhere.append(typed)

    def _on_presence(self, change: PresenceChanged, found: _Round) -> None:
        found.stages.add(change)

    def _on_presence_told(self, told: PresenceTold, found: _Round) -> None:
        found.stages |= self._elsewhere.heard(told)

    def _on_presence_asked(self, asked: PresenceAsked) -> None:
        for connection_id in self._presences.connections(asked.room):
            if connection_id in self._connections:
                self._elsewhere.tell(asked.room, connection_id)

    def _on_signed_out(self, news: DeviceSignedOut) -> None:
        for connection in self._connections.values():
            if connection.caller.device_id == news.device_id:
                connection.end(live.CLOSE_REVOKED)

    def _on_missed(self, _: Missed, found: _Round) -> None:
        found.missed = True
        self._sights += 1
        self._order = NoteOrder()

    async def _look_again(self) -> None:
        """What was missed is pulled; who may listen, and who is there, is asked anew."""
        here = [*self._connections.values()]
        await self._recognise_all(here)
        await self._parts.database.caught_up()
        for workspace_id in {connection.caller.workspace_id for connection in here}:
            reached = await self._parts.database.read(partial(position, workspace_id=workspace_id))
            self._broadcast(workspace_id, reached.seq)
        for room in {room for one in here for room in self._presences.rooms_of(one.id)}:
            self._elsewhere.ask(room)

    def _offer(self, message: object) -> None:
        if self._news is not None:
            self._news.offer(message)

    def _interested(self, found: _Round) -> set[tuple[Connection, str]]:
        """Whose sight of which interview decides about the news of this round."""
        readers = {
            (connection, note.interview_id)
            for note in found.notes
            for connection in self._watchers.get(note.doc, ())
        }
        company = {
            (self._connections[one], change.interview)
            for change in found.stages
            for one in self._presences.connections(change.room)
            if one in self._connections
        }
        return readers | company

    async def _fetch(self, found: _Round) -> None:
        """Read what other processes have written into documents that are watched here."""
        if found.typed_elsewhere:
            work = partial(typed_elsewhere, typed=found.typed_elsewhere)
            for news in await self._parts.database.read(work):
                self._on_note(news, found)

    async def _look_up(self, wanted: set[tuple[Connection, str]]) -> None:
        """Know whether the callers see the interviews, as the database says now."""
        now = self._sights
        asked: dict[Connection, set[str]] = {}
        for connection, interview in wanted:
            if connection.sight_of != now or interview not in connection.sight:
                asked.setdefault(connection, set()).add(interview)
        if not asked:
            return
        tokens: dict[str, set[str]] = {}
        for connection, interviews in asked.items():
            tokens.setdefault(connection.token, set()).update(interviews)
        found = await self._parts.database.read(partial(sights, asked=tokens))
        for connection in asked:
            caller, sight = found[connection.token]
            if connection.sight_of != now:
                connection.sight, connection.sight_of = {}, now
            connection.sight |= sight
            self._recognise(connection, caller)

    def _recognise(self, connection: Connection, caller: Caller | Problem) -> None:
        if isinstance(caller, Caller):
            connection.caller = caller
        else:
            revoked = isinstance(caller, DeviceRevoked)
            connection.end(live.CLOSE_REVOKED if revoked else live.CLOSE_UNAUTHORIZED)

    def _send_note(self, note: NoteAppended) -> None:
        # A large one is pulled like everything that was missed.
        if len(note.kept.update) > MAX_OWN_UPDATE_BYTES:
            return
        said = sequenced(note.kept)
        text = live.LiveNote(
            doc=note.doc, seq=said.seq, update=said.update, by=said.by, at=said.at
        ).model_dump_json()
        for connection in self._watchers.get(note.doc, ()):
            if connection.sight.get(note.interview_id):
                connection.offer(text)

    def _send_presence(self, change: PresenceChanged) -> None:
        here = [one for one in self._presences.connections(change.room) if one in self._connections]
        text = self._presences.message(change.room, change.stage).model_dump_json()
        for connection in map(self._connections.__getitem__, here):
            if connection.sight.get(change.interview):
                connection.offer(text)
            else:
                self._leave(change.room, connection.id)

    def _broadcast(self, workspace_id: str, seq: int) -> None:
        text = live.Poke(seq=seq).model_dump_json()
        for connection in self._connections.values():
            if connection.caller.workspace_id == workspace_id:
                connection.offer(text)

    async def _ask_all(self) -> None:
        """Find out who has gone without a word, and who may no longer listen."""
        for turn in itertools.cycle(range(_TURNS)):
            await asyncio.sleep(PING_SECONDS / _TURNS)
            its_turn = [one for one in self._connections.values() if one.number % _TURNS == turn]
            try:
                await self._recognise_all(its_turn)
            except DatabaseUnavailable:
                _log.warning("the database cannot be used; tokens are looked at later")
            for connection in its_turn:
                self._ask(connection)
            self._tell(self._elsewhere.forget_silent())

    def _ask(self, connection: Connection) -> None:
        if connection.is_stalled:
            connection.end(live.CLOSE_TOO_SLOW)
        elif not connection.heard:
            connection.end(CLOSE_SILENT)
        connection.heard = False
        connection.offer(_PING)
        for room in self._presences.rooms_of(connection.id):
            self._elsewhere.tell(room, connection.id)

    async def _recognise_all(self, connections: list[Connection]) -> None:
        tokens = [connection.token for connection in connections]
        found = await self._parts.database.read(partial(callers, tokens=tokens))
        for connection in connections:
            self._recognise(connection, found[connection.token])
