"""Recordings and transcripts as an interview shows them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from interview_desk.domain.links import MeetingLink
from interview_desk.domain.roles import Role
from interview_desk.domain.transcripts import Cue
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.joining import Opened, Refused
from interview_desk.services.media import (
    MediaService,
    MediaTools,
    Medium,
    NotAgreed,
    NothingToAsk,
    Recording,
    TranscriptGone,
    TranscriptTooLarge,
    media_of,
)
from interview_desk.ui.widgets.media_lines import medium_words
from tests.helpers.calcom_desk import MemoryCalcom, MemoryHosts
from tests.helpers.desk import ME, MemoryRecords, StoppedClock, counted_ids

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

BERLIN = ZoneInfo("Europe/Berlin")


async def test_recordings_come_before_transcripts_and_what_is_unknown_stays_so() -> None:
    records = MemoryRecords()
    records.put("transcripts", "t1", interview_id="i", source="file", cues=[{}], language="en")
    records.put("transcripts", "t2", interview_id="i", source="calcom", cues=None)
    records.put(
        "recordings",
        "r1",
        interview_id="i",
        source="calcom",
        minutes=44.6,
        keep_until="2027-03-02T23:30:00Z",
    )
    records.put("recordings", "r2", interview_id="i", consent_guest_id="ben")
    found = await media_of(records, "i")
    assert found == (
        Medium(
            "r1",
            is_recording=True,
            source="calcom",
            minutes=45,
            keep_until=datetime(2027, 3, 2, 23, 30, tzinfo=UTC),
        ),
        Medium("r2", is_recording=True, source="", consent_guest_id="ben"),
        Medium("t1", is_recording=False, source="file", language="en", lines=1),
        Medium("t2", is_recording=False, source="calcom"),
    )
    assert await media_of(records, "other") == ()
    yes = {"ada": "Ada", "ben": "Ben"}
    assert [medium_words(one, BERLIN, yes) for one in found] == [
        (
            "Recording, 45 min, from Cal.com, with the yes of Ada and Ben, "
            "kept until Wednesday 3 March 2027"
        ),
        "Recording, with the yes of Ben",
        "Transcript, 1 line, en, from a file",
        "Transcript, from Cal.com",
    ]
    nobody = "Recording, nobody has said yes to it yet"
    assert medium_words(found[1], BERLIN, {"ada": "Ada"}) == nobody


CUE = Cue(1.0, 2.0, "Ada", "It broke.")
YES = {"value": "yes", "at": "2026-11-16T09:00:00Z", "by": None}


class Door:
    """A browser that opens everything it is given."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open_link(
        self, link: MeetingLink, *, native: bool, allowed: frozenset[str]
    ) -> Opened | Refused:
        assert not native
        assert link.host in allowed
        self.opened.append(link.url)
        return Opened(link.url, link.host)


@pytest.fixture
def records() -> MemoryRecords:
    made = MemoryRecords()
    made.put("interviews", "i", title="Talk")
    made.guest("i", "Ada", consent_recording=YES)
    return made


def service(
    records: MemoryRecords,
    *,
    desk: MemoryCalcom | None = None,
    door: Door | None = None,
    cues: Sequence[Cue] = (CUE,),
    role: Role = Role.INTERVIEWER,
) -> MediaService:
    async def read(_path: Path) -> Sequence[Cue]:
        return cues

    tools = MediaTools(desk, read, door or Door(), MemoryHosts())
    me = ME._replace(role=role)
    return MediaService(records, tools, me=me, new_id=counted_ids(StoppedClock()))


FILE = Path("talk.vtt")


async def test_a_file_becomes_a_record_of_the_interview_once(records: MemoryRecords) -> None:
    media = service(records)
    assert await media.import_file("i", FILE) == 1
    (row,) = await records.of_interview("transcripts", "i")
    assert row.fields == {"interview_id": "i", "source": "file", "cues": [CUE.fields()]}
    assert await media.import_file("i", FILE) == 0
    assert len(await records.of_interview("transcripts", "i")) == 1


async def test_what_was_said_is_read_while_every_guest_agrees(records: MemoryRecords) -> None:
    media = service(records, role=Role.OBSERVER)
    odd: list[Json] = [CUE.fields(), {"text": "without a time"}, "?"]
    records.put("transcripts", "t", interview_id="i", cues=odd)
    records.put("transcripts", "none", interview_id="i", cues=None)
    assert await media.read("t") == (CUE,)
    assert await media.read("none") == ()
    with pytest.raises(TranscriptGone):
        await media.read("gone")
    records.guest("i", "Ben")
    with pytest.raises(NotAgreed):
        await media.read("t")


async def test_a_file_that_no_record_can_hold_is_refused(records: MemoryRecords) -> None:
    large = service(records, cues=[CUE._replace(text="b" * 1_100_000)])
    with pytest.raises(TranscriptTooLarge, match="too large"):
        await large.import_file("i", FILE)
    with pytest.raises(InterviewGone):
        await large.import_file("gone", FILE)
    assert await records.of_interview("transcripts", "i") == []


@pytest.mark.parametrize("answers", [(), ("no",), ("unknown",), ("yes", "no")])
async def test_nothing_is_brought_in_or_opened_without_every_guests_yes(
    answers: tuple[str, ...],
) -> None:
    records = MemoryRecords()
    records.put("interviews", "i", title="Talk")
    for answer in answers:
        records.guest("i", "Ada", consent_recording={**YES, "value": answer})
    desk = MemoryCalcom(StoppedClock())
    media = service(records, desk=desk)
    for asked in (
        media.import_file("i", FILE),
        media.fetch_transcripts("i"),
        media.recordings("i"),
    ):
        with pytest.raises(NotAgreed, match="said yes to being recorded"):
            await asked
    assert desk.about == []
    assert records.written == []


async def test_the_server_asks_cal_com_and_who_works_alone_is_told_so(
    records: MemoryRecords,
) -> None:
    desk = MemoryCalcom(StoppedClock())
    desk.recorded, desk.transcripts = (Recording("https://files.example.org/a", 45),), 2
    media = service(records, desk=desk)
    assert media.has_server
    assert await media.recordings("i") == desk.recorded
    assert await media.fetch_transcripts("i") == 2
    alone = service(records)
    assert not alone.has_server
    for asked in (alone.recordings("i"), alone.fetch_transcripts("i")):
        with pytest.raises(NothingToAsk, match="Join a team"):
            await asked


async def test_a_recording_is_opened_only_where_its_host_is_allowed(records: MemoryRecords) -> None:
    door = Door()
    media = service(records, door=door)
    recording = Recording("https://files.example.org/a?token=secret", 45)
    assert "secret" not in repr(recording)
    refused = await media.open(recording)
    assert isinstance(refused, Refused)
    assert refused.host == "files.example.org"
    await media.allow("Files.example.org")
    assert isinstance(await media.open(recording), Opened)
    assert door.opened == [recording.url]
    hidden = await media.open(Recording("http://files.example.org/a", 1))
    assert hidden == Refused("Only secure web links (https) are opened.")


@pytest.mark.parametrize(("role", "may"), [(Role.INTERVIEWER, True), (Role.OBSERVER, False)])
def test_who_runs_interviews_may_bring_them_in(
    records: MemoryRecords, role: Role, *, may: bool
) -> None:
    assert service(records, role=role).may_bring is may
