"""Recordings and transcripts as an interview shows them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from interview_desk.services.media import Medium, media_of
from interview_desk.ui.widgets.media_lines import medium_words
from tests.helpers.desk import MemoryRecords

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
    records.put("recordings", "r2", interview_id="i")
    found = await media_of(records, "i")
    assert found == (
        Medium(
            is_recording=True,
            source="calcom",
            minutes=45,
            keep_until=datetime(2027, 3, 2, 23, 30, tzinfo=UTC),
        ),
        Medium(is_recording=True, source=""),
        Medium(is_recording=False, source="file", language="en", lines=1),
        Medium(is_recording=False, source="calcom"),
    )
    assert await media_of(records, "other") == ()
    assert [medium_words(one, BERLIN) for one in found] == [
        "Recording, 45 min, from Cal.com, kept until Wednesday 3 March 2027",
        "Recording",
        "Transcript, 1 line, en, from a file",
        "Transcript, from Cal.com",
    ]
