"""Random histories of several real desks on one server: what people and computers do."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from typing_extensions import override

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.services.ports import NoteAddress
from sync_server.infra.database import Tx
from sync_server.sync.removal.burying import bury
from sync_server.sync.removal.erasing import all_named, erase
from tests.faults.network import Weather
from tests.faults.team_of_desks import (
    ERASED,
    EXTERNAL,
    INSIDERS,
    INTERVIEW,
    SECRET,
    STAGES,
    STARTUPS,
    TEXTS,
    WORD,
    TeamOfDesks,
)
from tests.helpers.server import NOON, WORKSPACE_ID
from tests.helpers.team import Key, Laptop, new_id

insiders = st.integers(0, INSIDERS - 1)
anybody = st.integers(0, EXTERNAL)
weathers = st.lists(st.sampled_from(Weather), max_size=4)
places = st.integers(0, 1000)


class Histories(TeamOfDesks):
    """What happens between the beginning and the end, in any order."""

    @override
    async def _pair(self, laptop: Laptop, role: Role) -> None:
        who = len(self.desks)
        await super()._pair(laptop, role)
        if role is not Role.EXTERNAL:
            self.desks[who].network.typing = lambda: self._types(who, *TEXTS[0])

    # What people do.

    @rule(who=insiders, where=st.sampled_from(TEXTS))
    def types_a_text(self, who: int, where: tuple[Key, str]) -> None:
        self._run(self._types(who, *where))

    async def _types(self, who: int, key: Key, name: str) -> None:
        value = f"value {next(self.numbers)}"
        shown = (await self.desks[who].shown(key[0])).get(key[1], {})
        # Over one's own unsent text one still decides about what was there before it.
        before = shown.get(name)
        pending = await self._is_pending(who, key, name)
        self.said.saw[value] = self.said.saw.get(str(before)) if pending else before
        self.said.values[value] = (who, key, name)
        await self.desks[who].edit(key, **{name: value})

    async def _is_pending(self, who: int, key: Key, name: str) -> bool:
        record = await self.desks[who].store.get(*key)
        return record is not None and name in record.pending

    @rule(who=insiders, key=st.sampled_from(STARTUPS))
    def adds_a_tag(self, who: int, key: Key) -> None:
        value = f"tag {next(self.numbers)}"
        self.said.values[value] = (who, key, "tags")
        self._run(self.desks[who].edit(key, tags={"add": [value], "remove": []}))

    @rule(who=insiders)
    def deletes_a_startup(self, who: int) -> None:
        self._run(self._deletes(who, STARTUPS[1]))

    async def _deletes(self, who: int, key: Key) -> None:
        if key[1] in await self.desks[who].shown(key[0]):
            await self.desks[who].delete(key)

    @rule(who=anybody, address=st.sampled_from(STAGES), at=places, words=st.integers(1, 3))
    def writes_notes(self, who: int, address: NoteAddress, at: int, words: int) -> None:
        self._run(self._writes(who, address, at, words))

    async def _writes(self, who: int, address: NoteAddress, at: int, words: int) -> None:
        desk = self.desks[who]
        if address.interview_id not in await desk.shown("interviews"):
            return
        note = await desk.note(address)
        starts = [found.start() for found in WORD.finditer(note.document.text)]
        spots = [*starts, note.document.length]
        position = spots[at % len(spots)]
        for _ in range(words):
            word = f"<{next(self.numbers)}>"
            self.said.words[word] = (who, address)
            position += note.document.insert(position, word)
        await note.flush()

    @rule(who=anybody, address=st.sampled_from(STAGES), at=places)
    def removes_a_word(self, who: int, address: NoteAddress, at: int) -> None:
        self._run(self._removes(who, address, at))

    async def _removes(self, who: int, address: NoteAddress, at: int) -> None:
        desk = self.desks[who]
        if address.interview_id not in await desk.shown("interviews"):
            return
        note = await desk.note(address)
        words = list(WORD.finditer(note.document.text))
        if not words:
            return
        word = words[at % len(words)]
        self.said.removed.add(word.group())
        note.document.delete(word.start(), len(word.group()))
        await note.flush()

    @rule(who=insiders)
    def types_about_somebody_who_will_be_erased(self, who: int) -> None:
        self._run(self.desks[who].edit(ERASED, notes=f"{SECRET} {next(self.numbers)}"))

    # What computers and networks do.

    @rule(who=anybody, forecast=weathers)
    def exchanges(self, who: int, forecast: list[Weather]) -> None:
        self._run(self.desks[who].exchange(*forecast))

    @rule(who=anybody)
    def goes_out_and_starts_again(self, who: int) -> None:
        self._run(self.desks[who].crash())

    @rule(who=anybody, days=st.sampled_from([-2, 0, 2]))
    def has_a_wrong_clock(self, who: int, days: int) -> None:
        self.desks[who].clock.at = NOON + timedelta(days=days)

    @rule(who=anybody, address=st.sampled_from(STAGES), which=places)
    def hears_a_note_early(self, who: int, address: NoteAddress, which: int) -> None:
        self._run(self.desks[who].hears_note(note_document_id(*address), which))

    # What the team's server does.

    @rule()
    def assigns_the_external_member_or_not_any_more(self) -> None:
        self._run(self._assigns())

    async def _assigns(self) -> None:
        if self.assignment is not None:
            gone, self.assignment = self.assignment, None
            await self._server_writes(("interview_assignments", gone), delete=True)
            return
        self.assignment = new_id()
        await self._server_writes(
            ("interview_assignments", self.assignment),
            interview_id=INTERVIEW[1],
            member_id=self.desks[EXTERNAL].laptop.member_id,
            role="note_taker",
            state="accepted",
        )

    @rule()
    def buries_what_was_deleted(self) -> None:
        self.was_buried = True
        late = NOON + timedelta(minutes=1)
        self._run(self.database.write(lambda tx: bury(tx, WORKSPACE_ID, before=late)))

    @rule(who=insiders)
    def erases_somebody_for_good(self, who: int) -> None:
        self._run(self._erases(who))

    async def _erases(self, who: int) -> None:
        # Of what one has sent one's desk keeps a copy for a while, too.
        await self.desks[who].edit(ERASED, notes=f"{SECRET} {next(self.numbers)}")
        await self.desks[who].exchange()
        self.was_erased = True
        await self.database.write(_erase)

    @rule(startup=st.sampled_from(STARTUPS))
    def moves_the_interview_to_a_startup(self, startup: Key) -> None:
        self._run(self._server_writes(INTERVIEW, startup_id=startup[1]))


def _erase(tx: Tx) -> None:
    if found := all_named(tx, WORKSPACE_ID, [ERASED[1]]):
        erase(tx, WORKSPACE_ID, found)
