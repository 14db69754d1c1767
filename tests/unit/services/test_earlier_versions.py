"""Every version of a note, wherever it is remembered."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from typing_extensions import override

from interview_desk.domain.note_versions import Version
from interview_desk.notes import NoteDocument
from interview_desk.services.earlier_versions import EarlierVersions, VersionsPage
from interview_desk.services.ports import KeptUpdate, NoteAddress
from interview_desk.services.server_errors import ServerUnreachableError
from tests.helpers.desk import ALONE, ME, NOW, MemoryRecords, StoppedClock
from tests.helpers.notes_fakes import MemoryJournal

NOTE = NoteAddress("0199c0de-0000-7000-8000-000000000001", "context")


class History(MemoryJournal):
    """A journal that remembers what a test says."""

    kept: Sequence[KeptUpdate] = ()

    @override
    async def history(self, note: NoteAddress) -> list[KeptUpdate]:
        return list(self.kept)


class Server:
    """A feed with one version a page."""

    def __init__(self, count: int) -> None:
        self.asked: list[int | None] = []
        self.away = False
        self._count = count

    async def versions(self, doc: str, *, before: int | None) -> VersionsPage:
        self.asked.append(before)
        if self.away:
            raise ServerUnreachableError
        seq = self._count if before is None else before - 1
        return VersionsPage([Version(seq, NOW, NOW, ("ben", "gone"))], seq > 1)

    async def version_text(self, doc: str, seq: int) -> str:
        return f"{doc[:4]} at {seq}"


def typed(*words: str) -> list[bytes]:
    log: list[bytes] = []
    document = NoteDocument(log.append)
    for word in words:
        document.insert(document.length, word)
    return log


def memory(journal: History, *, feed: Server | None = None, alone: bool = False) -> EarlierVersions:
    records = MemoryRecords()
    records.member("Ben Okoro", member_id="ben")
    me = ALONE if alone else ME
    return EarlierVersions(journal, records, me=me, clock=StoppedClock(), feed=feed)


async def test_the_server_tells_page_after_page():
    server = Server(3)
    earlier = await memory(History(), feed=server).of(NOTE)
    assert [version.seq for version in earlier.versions] == [3, 2, 1]
    assert server.asked == [None, 3, 2]
    assert earlier.versions[0].by == ("Ben Okoro", "Somebody who left")
    assert earlier.complete
    assert earlier.now == NOW


async def test_very_old_versions_are_left_to_the_server():
    earlier = await memory(History(), feed=Server(30)).of(NOTE)
    assert len(earlier.versions) == 10
    assert not earlier.complete


async def test_the_server_is_asked_for_the_text_of_its_versions():
    versions = memory(History(), feed=Server(1))
    (only,) = (await versions.of(NOTE)).versions
    assert (await versions.text(NOTE, only)).endswith(" at 1")


async def test_without_the_server_this_computer_remembers():
    journal, server = History(), Server(1)
    server.away = True
    one, two, three = typed("one", " two", " three")
    later, mine = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    journal.kept = [
        KeptUpdate(one, "ben", NOW),
        KeptUpdate(two, "ben", later),
        KeptUpdate(three, None, mine, is_own=True),
    ]
    versions = memory(journal, feed=server)
    earlier = await versions.of(NOTE)
    assert [version.by[0] for version in earlier.versions] == [ME.name, "Ben Okoro", "Ben Okoro"]
    assert [version.at for version in earlier.versions] == [mine, later, NOW]
    texts = [await versions.text(NOTE, version) for version in earlier.versions]
    assert texts == ["one two three", "one two", "one"]
    assert earlier.complete


async def test_what_has_no_time_belongs_to_what_came_before_or_after():
    journal = History()
    one, two, three = typed("one", " two", " three")
    journal.kept = [
        KeptUpdate(one, None, None),
        KeptUpdate(two, "ben", NOW),
        KeptUpdate(three, None, None),
    ]
    earlier = await memory(journal).of(NOTE)
    assert [(version.seq, version.at) for version in earlier.versions] == [(3, NOW)]
    assert not earlier.complete
    assert (await memory(journal, alone=True).of(NOTE)).complete


async def test_a_note_without_any_times_has_no_versions():
    journal = History()
    journal.kept = [KeptUpdate(update, None, None) for update in typed("one")]
    assert (await memory(journal).of(NOTE)).versions == ()


@pytest.mark.parametrize("broken", [b"\xff", b"\x01\x02broken"])
async def test_a_damaged_update_hides_nothing_but_itself(broken: bytes):
    journal = History()
    (one,) = typed("one")
    journal.kept = [
        KeptUpdate(broken, "ben", NOW),
        KeptUpdate(one, "ben", NOW),
    ]
    versions = memory(journal)
    (only,) = (await versions.of(NOTE)).versions
    assert await versions.text(NOTE, only) == "one"
