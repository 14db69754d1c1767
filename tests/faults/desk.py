"""The real desk without its windows: its database, its exchange, an editor for each open note."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from interview_desk.domain.errors import DeskError
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.remote import HttpSyncApi, Session
from interview_desk.services.exchange import NotePage, SequencedUpdate, SyncStore, Tokens
from interview_desk.services.exchange_round import ExchangeRound
from interview_desk.services.ports import Me, NoteAddress
from interview_desk.services.stage_notes import StageNote
from interview_desk.store import LocalStore
from interview_desk.store.connection import Connection
from interview_desk.wire import routes
from interview_desk.wire.notes import decode_update
from tests.faults.network import BadNetwork, Crashed, Weather
from tests.helpers.server import EPOCH, NOON, SetClock
from tests.helpers.team import Key, Laptop

KEY = bytes(range(32))
SERVER = "http://127.0.0.1"

StoreFault = Callable[[LocalStore], SyncStore]


def faultless(store: LocalStore) -> SyncStore:
    """The store as it is shipped."""
    return store


class FaultDesk:
    """One person's desk on a bad network; `crash` takes its computer out and starts it again."""

    def __init__(
        self,
        folder: Path,
        laptop: Laptop,
        network: BadNetwork,
        *,
        role: Role = Role.INTERVIEWER,
        store_fault: StoreFault = faultless,
        has_threads: bool = True,
    ) -> None:
        self._folder = folder
        self._starts = 0
        self._role = role
        self._store_fault = store_fault
        self._has_threads = has_threads
        self._editors: dict[NoteAddress, StageNote] = {}
        self.laptop = laptop
        self.network = network
        self.clock = SetClock()
        self.store: LocalStore
        self.session: Session

    async def begin(self) -> None:
        """Pair, as far as the server has not done it already."""
        await self._open()
        await self.pair(self.laptop, epoch=EPOCH)

    async def pair(self, laptop: Laptop, *, epoch: str) -> None:
        """Be this device from now on, maybe another one than before."""
        self.laptop = laptop
        me = Me(laptop.member_id, "N", None, self._role, "Team", SERVER, laptop.device_id)
        await self.store.tokens.keep(Tokens(laptop.token, "never needed", NOON + timedelta(days=1)))
        await self.store.become(me, epoch=epoch)

    async def _open(self) -> None:
        path = self._home / "desk.db"
        if self._has_threads:
            self.store = await LocalStore.open(path, KEY)
        else:
            self.store = LocalStore.open_at_once(path, KEY)
        assert self.store.rescued is None
        self.session = Session(SERVER, self.store.tokens, transport=self.network)
        self._round = ExchangeRound(
            self._store_fault(self.store), HttpSyncApi(self.session), self.clock
        )

    @property
    def _home(self) -> Path:
        return self._folder / str(self._starts)

    async def close(self) -> None:
        """Leave the desk; what is typed is flushed first."""
        await self._put_pens_down()
        await self.session.close()
        await self.store.close()

    async def crash(self) -> None:
        """The program ends without a word; the next one finds the files as they lie."""
        before = self._home
        self._starts += 1
        shutil.copytree(before, self._home)
        old, self._editors = self._editors, {}
        for editor in old.values():
            editor.close()
        await self.session.close()
        await self.store.close()
        await self._open()

    def keep_copy(self) -> None:
        """Somebody copies the desk's files."""
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self._home, self._copy)

    @property
    def has_copy(self) -> bool:
        """Whether there is a copy to put back."""
        return self._copy.exists()

    async def put_copy_back(self) -> None:
        """Somebody puts the copied files in the place of today's."""
        await self.close()
        self._starts += 1
        shutil.copytree(self._copy, self._home)
        await self._open()

    @property
    def _copy(self) -> Path:
        return self._folder / "copy"

    async def exchange(self, *forecast: Weather) -> None:
        """One round with the server, however it ends."""
        self.network.forecast.extend(forecast)
        try:
            with suppress(DeskError):
                await self._round.run()
        except Crashed:
            self.network.forecast.clear()
            await self.crash()
        self.network.forecast.clear()

    async def settle(self) -> None:
        """Exchange in clear weather until nothing waits; whatever fails now is a failure."""
        await self._round.run()

    async def edit(self, key: Key, **fields: Any) -> None:
        """Somebody changes fields of a record."""
        await self.store.write([Edit(*key, fields)])

    async def delete(self, key: Key) -> None:
        """Somebody deletes a record."""
        await self.store.write([Edit(*key, {}, delete=True)])

    async def shown(self, entity: str) -> dict[str, dict[str, Any]]:
        """What is on this desk of one kind, by id."""
        return {record.id: dict(record.fields) for record in await self.store.all_of(entity)}

    async def everything(self) -> str:
        """All that this desk's database says of records."""
        tables = ("records", "outbox", "acknowledged", "quarantine", "search_texts")

        def work(connection: Connection) -> str:
            return repr([connection.execute(f"SELECT * FROM {one}").fetchall() for one in tables])  # noqa: S608  - our own names

        return await self.store._engine.read(work)

    async def fresh(self) -> Laptop:
        """A new copy of the same device, as the server would make it now."""
        laptop = self.laptop
        copy = Laptop(laptop.client, laptop.member_id, laptop.device_id, laptop.token)
        await copy.pull()
        return copy

    async def note(self, address: NoteAddress) -> StageNote:
        """The editor of a note, open from its first use until the desk goes out."""
        if address not in self._editors:
            editor = StageNote(address, self.store, on_typed=lambda: None)
            await editor.load()
            self._editors[address] = editor
        return self._editors[address]

    async def _put_pens_down(self) -> None:
        for editor in self._editors.values():
            await editor.flush()
            editor.close()
        self._editors.clear()

    async def hears_note(self, doc: str, which: int) -> None:
        """One update of a note arrives by the live connection, maybe before an earlier one."""
        answer = await self.laptop.call("GET", routes.note_updates(doc))
        if answer.status_code != 200 or not answer.json()["updates"]:
            return
        updates = answer.json()["updates"]
        chosen = updates[which % len(updates)]
        update = SequencedUpdate(chosen["seq"], decode_update(chosen["update"]))
        page = NotePage(doc, after=update.seq - 1, seq=update.seq, updates=(update,))
        await self._store_fault(self.store).apply_notes(page)
