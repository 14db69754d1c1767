"""What a stage's notes said before: every version, from the server or from this computer."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from interview_desk.domain.errors import DeskError
from interview_desk.domain.ids import note_document_id
from interview_desk.domain.note_versions import Edit, Version, versions_of
from interview_desk.notes import NoteDocument, NoteUpdateInvalid
from interview_desk.services.ports import Clock, KeptUpdate, Me, NoteAddress, NoteJournal, Records

# Two hours of typing without a pause are sixty versions; nobody reads back further at once.
_PAGES: Final = 10


class VersionsPage(NamedTuple):
    """Some versions, newest first; with `more` there are older ones."""

    versions: Sequence[Version]
    more: bool


class VersionsFeed(Protocol):
    """The server's memory of a note."""

    async def versions(self, doc: str, *, before: int | None) -> VersionsPage:
        """The versions before `before`, newest first."""
        ...

    async def version_text(self, doc: str, seq: int) -> str:
        """What the note said at `seq`."""
        ...


class NoteVersion(NamedTuple):
    """The notes as a stretch of typing left them, and who had typed."""

    seq: int
    began: datetime
    at: datetime
    by: tuple[str, ...]
    is_local: bool


class Earlier(NamedTuple):
    """The versions at `now`, newest first; not complete where the rest is only on the server."""

    versions: tuple[NoteVersion, ...]
    complete: bool
    now: datetime


class EarlierVersions:
    """Reads versions of notes: the server's where it answers, else what this computer kept."""

    def __init__(
        self,
        journal: NoteJournal,
        records: Records,
        *,
        me: Me,
        clock: Clock,
        feed: VersionsFeed | None = None,
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._records = records
        self._me = me
        self.feed = feed

    async def of(self, note: NoteAddress) -> Earlier:
        """Every version of the notes; the newest is what they say now."""
        names = await self._names()
        try:
            found, complete = await self._from_server(note)
        except DeskError:
            return await self._from_here(note, names)
        shown = (_named(version, names, is_local=False) for version in found)
        return Earlier(tuple(shown), complete, self._clock.now())

    async def text(self, note: NoteAddress, version: NoteVersion) -> str:
        """What the notes said then."""
        if self.feed is not None and not version.is_local:
            return await self.feed.version_text(note_document_id(*note), version.seq)
        kept = (await self._journal.history(note))[: version.seq]
        # A long note takes a moment; nobody's typing waits for it.
        return await asyncio.to_thread(_text_of, kept)

    async def _from_server(self, note: NoteAddress) -> tuple[list[Version], bool]:
        if self.feed is None:
            raise NoServerError
        found: list[Version] = []
        more = True
        for _ in range(_PAGES):
            before = found[-1].seq if found else None
            page = await self.feed.versions(note_document_id(*note), before=before)
            found += page.versions
            more = page.more
            if not more:
                break
        return found, not more

    async def _from_here(self, note: NoteAddress, names: Mapping[str, str]) -> Earlier:
        kept = await self._journal.history(note)
        # Without a server nothing is elsewhere; what came as one piece has its parts there.
        is_whole = self._me.server is None or not any(update.at is None for update in kept)
        found = versions_of(_edits(kept, self._me.member_id))
        shown = (_named(version, names, is_local=True) for version in reversed(found))
        return Earlier(tuple(shown), is_whole, self._clock.now())

    async def _names(self) -> Mapping[str, str]:
        members = await self._records.all_of("poblysh_team_members")
        names = {member.id: str(member.fields.get("name") or "") for member in members}
        return {self._me.member_id: self._me.name, **names}


class NoServerError(DeskError):
    """This desk works alone."""

    code = "no_server"


def _edits(kept: Sequence[KeptUpdate], own_member: str) -> list[Edit]:
    edits: list[Edit] = []
    last = next((update.at for update in kept if update.at is not None), None)
    for seq, update in enumerate(kept, 1):
        last = update.at or last
        if last is not None:
            edits.append(Edit(seq, last, own_member if update.is_own else update.author))
    return edits


def _named(version: Version, names: Mapping[str, str], *, is_local: bool) -> NoteVersion:
    by = tuple(names.get(member) or "Somebody who left" for member in version.by)
    return NoteVersion(version.seq, version.began, version.at, by, is_local)


def _text_of(kept: Sequence[KeptUpdate]) -> str:
    document = NoteDocument()
    try:
        document.apply((update.body for update in kept), checked=True)
    except NoteUpdateInvalid:
        for update in kept:
            _try(document, update.body)
    return document.text


def _try(document: NoteDocument, body: bytes) -> None:
    try:
        document.apply([body])
    except NoteUpdateInvalid:
        return
