"""Recordings and transcripts of Cal.com: with every guest's yes, fetched when asked, never kept."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from interview_desk.wire.calcom import RecordingLink
from sync_server.bookings.media.files import TranscriptFiles
from sync_server.bookings.media.limit import keep_known
from sync_server.calcom.api.errors import CalcomUnavailable
from sync_server.calcom.api.opening import close_calcom
from sync_server.infra.parts import Parts
from sync_server.operations.control import EXPECTED
from sync_server.operations.housekeeping import keep_order_where_due
from sync_server.operations.transcript_commands import import_transcript
from tests.helpers import kinds
from tests.helpers.connecting import calling
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import DISCOVERY
from tests.helpers.server import Databases
from tests.helpers.team import Laptop, Team, new_id, team_on
from tests.server.calcom.api.test_client import monday

LINK = "https://files.example.org/recording?token=secret-token"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>It broke.</v>\n"


databases = kinds.databases


@pytest.fixture
async def team(
    databases: Databases, fake_calcom: FakeCalcom, tmp_path: Path
) -> AsyncIterator[Team]:
    """A team on a server with a key."""
    async with calling(databases, fake_calcom, tmp_path) as parts:
        team = team_on(parts)
        yield team
        await team.client.aclose()
    await close_calcom(parts)


@pytest.fixture
async def ivan(team: Team) -> Laptop:
    return await team.member("Ivan")


@pytest.fixture
def booked(fake_calcom: FakeCalcom) -> str:
    """A booking at Cal.com with a recording, and a transcript in two forms."""
    guest = {"name": "Ada", "email": "ada@example.org", "timeZone": "Europe/Paris"}
    (booking,) = fake_calcom.act(
        "create", eventTypeId=DISCOVERY, start=monday().isoformat(), attendee=guest
    )
    fake_calcom.set(files={"a.txt": "Plain words", "a.vtt": VTT})
    fake_calcom.act(
        "record",
        uid=booking["uid"],
        recordings=[
            {"id": "r1", "roomName": "x", "duration": 61.5, "downloadLink": LINK},
            {"id": "r2", "roomName": "x", "duration": 5},
        ],
        transcripts=[f"{fake_calcom.url}/files/a.txt", f"{fake_calcom.url}/files/a.vtt"],
    )
    return str(booking["uid"])


async def interview_of(team: Team, *uids: str, consents: tuple[str, ...] = ("yes",)) -> str:
    interview = new_id()
    await team.server_writes("interviews", interview, title="Talk", booking_uids=list(uids))
    for value in consents:
        consent = {"value": value, "at": "2026-11-23T12:00:00Z", "by": None}
        await team.server_writes(
            "interview_guests", new_id(), interview_id=interview, consent_recording=consent
        )
    return interview


async def transcripts(laptop: Laptop) -> list[dict[str, Any]]:
    await laptop.pull()
    return [row["fields"] for key, row in laptop.rows.items() if key[0] == "transcripts"]


async def test_links_are_told_to_who_asks_and_kept_by_nobody(team, ivan, booked, caplog) -> None:
    interview = await interview_of(team, "gone", booked)
    answer = await ivan.call("GET", routes.recording_links(interview))
    expected = {"recordings": [{"url": LINK, "seconds": 61}], "keep_until": None}
    assert answer.json() == expected
    await ivan.pull()
    assert "secret-token" not in f"{ivan.rows}{caplog.text}"
    assert "secret-token" not in repr(RecordingLink(url=LINK))


async def limit_known(team: Team, days: int | None, *, since: datetime) -> None:
    """Have recordings been kept for so many days since then."""
    await team.parts.database.write(lambda tx: keep_known(replace(tx, now=since), days))


@dataclass
class Limited:
    """An interview on a server that keeps recordings for 30 days, and who asks for them."""

    team: Team
    ivan: Laptop
    interview: str
    now: datetime

    async def ended(self, days_ago: int) -> None:
        end = format_instant(self.now - timedelta(days=days_ago))
        await self.team.server_writes("interviews", self.interview, end=end)

    async def since(self, days_ago: int, days: int | None) -> None:
        """Another limit has begun to hold so many days ago."""
        await limit_known(self.team, days, since=self.now - timedelta(days=days_ago))

    async def written_down(self) -> None:
        await keep_order_where_due(self.team.parts)

    async def left(self) -> float:
        """For how many days they are still kept; 0 where they are not."""
        answer = await self.ivan.call("GET", routes.recording_links(self.interview))
        if answer.status_code == 410:
            return 0
        left: timedelta = parse_instant(answer.json()["keep_until"]) - self.now
        return round(left / timedelta(days=1), 1)


@pytest.fixture
async def limited(
    databases: Databases, fake_calcom: FakeCalcom, tmp_path: Path, booked: str
) -> AsyncIterator[Limited]:
    async with calling(databases, fake_calcom, tmp_path, recordings_kept_days=30) as parts:
        team = team_on(parts)
        interview = await interview_of(team, booked)
        yield Limited(team, await team.member("Ivan"), interview, parts.clock.now())
        await team.client.aclose()


@kinds.on_both
async def test_a_new_limit_leaves_a_week_for_what_was_never_counted(limited: Limited) -> None:
    await limited.ended(400)
    # Set this moment, two days ago, a week ago.
    assert await limited.left() == 7
    for days_ago, left in ((0, 7), (2, 5), (7, 0)):
        await limited.since(0, None)
        await limited.since(days_ago, 30)
        await limited.written_down()
        assert await limited.left() == left
    # A longer time than before begins no new week.
    await limited.since(9, 20)
    await limited.since(0, 30)
    assert await limited.left() == 0


@kinds.on_both
async def test_a_shorter_limit_brings_nothing_back_that_was_gone_already(limited: Limited) -> None:
    async def left(*, ended: int, before: int | None, is_written: bool) -> float:
        """With the 30 days set just now, and another limit for weeks before."""
        await limited.since(90, None)
        await limited.since(20, before)
        if is_written:
            await limited.written_down()
        await limited.ended(ended)
        return await limited.left()

    for is_written in (False, True):
        assert await left(ended=61, before=60, is_written=is_written) == 0
        # The new limit alone takes these away, so they have their week.
        assert await left(ended=59, before=60, is_written=is_written) == 7
        assert await left(ended=61, before=None, is_written=is_written) == 7


@kinds.on_both
async def test_of_two_limits_soon_after_each_other_the_second_takes_away_what_the_first_left(
    limited: Limited,
) -> None:
    await limited.ended(61)
    for first_days_ago, left in ((2, 7), (30, 0)):
        # Long ago its recordings went by the first; two days ago that had only begun.
        await limited.since(90, None)
        await limited.since(first_days_ago, 50)
        await limited.since(min(first_days_ago, 3), 40)
        await limited.written_down()
        assert await limited.left() == left


@kinds.on_both
async def test_a_limit_from_before_limits_were_written_down_begins_no_week(
    limited: Limited,
) -> None:
    await limited.ended(31)
    assert await limited.left() == 7  # nothing shows that there was a limit
    day = format_instant(limited.now + timedelta(days=5))
    await limited.team.server_writes("recordings", new_id(), interview_id=new_id(), keep_until=day)
    assert await limited.left() == 0
    await limited.written_down()
    assert await limited.left() == 0


@kinds.on_both
@pytest.mark.parametrize(("days", "words"), [(1, "1 day"), (30, "30 days")])
async def test_after_their_day_recordings_are_no_longer_asked_for(
    databases: Databases,
    fake_calcom: FakeCalcom,
    tmp_path: Path,
    booked: str,
    days: int,
    words: str,
) -> None:
    async with calling(databases, fake_calcom, tmp_path, recordings_kept_days=days) as parts:
        team = team_on(parts)
        ivan = await team.member("Ivan")
        interview = await interview_of(team, booked)
        now = parts.clock.now()
        path = routes.recording_links(interview)
        await limit_known(team, days, since=now - timedelta(days=8))

        async def ended(days_ago: float) -> None:
            end = format_instant(now - timedelta(days=days_ago))
            await team.server_writes("interviews", interview, end=end)

        async def status() -> int:
            return (await ivan.call("GET", path)).status_code

        assert await status() == 200  # nobody knows when it ended
        await ended(days - 0.5)
        assert await status() == 200
        await ended(days + 0.5)
        calls = fake_calcom.numbers()["calls"]
        answer = await ivan.call("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (410, "recordings_not_kept")
        assert f"kept for {words} after an interview" in answer.json()["detail"]
        assert fake_calcom.numbers()["calls"] == calls
        # Its words are kept as long as the interview.
        assert (await ivan.call("POST", routes.fetch_transcripts(interview))).is_success
        # The limit came later than the recording: it has a day of its own.
        recording = new_id()
        for shift, expected in ((timedelta(hours=1), 200), (timedelta(0), 410)):
            until = format_instant(now + shift)
            await team.server_writes(
                "recordings", recording, interview_id=interview, keep_until=until
            )
            assert await status() == expected
        await team.client.aclose()


@kinds.on_both
async def test_a_transcript_is_taken_with_speakers_and_times_and_only_once(
    team: Team, ivan: Laptop, booked: str
) -> None:
    interview = await interview_of(team, booked)
    await team.server_writes("transcripts", new_id(), interview_id=interview, source="calcom")
    for new in (1, 0):
        answer = await ivan.call("POST", routes.fetch_transcripts(interview))
        assert answer.json() == {"transcripts": new}
    (kept,) = await transcripts(ivan)
    assert kept["source"] == "calcom"
    assert kept["cues"] == [{"start": 1.0, "end": 2.0, "speaker": "Ada", "text": "It broke."}]


async def test_a_second_transcript_has_a_record_of_its_own(team, ivan, booked, fake_calcom) -> None:
    interview = await interview_of(team, booked)
    await ivan.call("POST", routes.fetch_transcripts(interview))
    fake_calcom.set(files={"a.vtt": VTT.replace("broke", "works")})
    answer = await ivan.call("POST", routes.fetch_transcripts(interview))
    assert answer.json() == {"transcripts": 1}
    assert len(await transcripts(ivan)) == 2


@pytest.mark.parametrize("consents", [(), ("no",), ("unknown",), ("yes", "no")])
async def test_without_every_guests_yes_nothing_is_fetched(
    team: Team, ivan: Laptop, booked: str, fake_calcom: FakeCalcom, consents: tuple[str, ...]
) -> None:
    interview = await interview_of(team, booked, consents=consents)
    for method, path in (
        ("GET", routes.recording_links(interview)),
        ("POST", routes.fetch_transcripts(interview)),
    ):
        answer = await ivan.call(method, path)
        assert answer.status_code == 403
        assert "said yes to being recorded" in answer.json()["detail"]
    assert fake_calcom.numbers()["calls"] == 0


async def test_only_who_runs_interviews_may_ask_and_only_for_what_they_see(team, booked) -> None:
    interview = await interview_of(team, booked)
    for role in (Role.OBSERVER, Role.EXTERNAL):
        laptop = await team.member(role.value, role)
        answer = await laptop.call("GET", routes.recording_links(interview))
        assert answer.status_code == 403
    ivan = await team.member("Ivan")
    assert (await ivan.call("GET", routes.recording_links(new_id()))).status_code == 404


async def test_a_transcript_in_no_known_form_is_told(team, ivan, booked, fake_calcom) -> None:
    fake_calcom.set(files={"a.txt": "Plain words"})
    interview = await interview_of(team, booked)
    answer = await ivan.call("POST", routes.fetch_transcripts(interview))
    assert (answer.status_code, "cannot be read" in answer.json()["detail"]) == (422, True)
    assert await transcripts(ivan) == []


async def test_a_transcript_too_large_for_a_record_is_told(team, ivan, booked, fake_calcom) -> None:
    fake_calcom.set(files={"a.vtt": VTT.replace("broke", "b" * 1_100_000)})
    interview = await interview_of(team, booked)
    answer = await ivan.call("POST", routes.fetch_transcripts(interview))
    assert (answer.status_code, "too large" in answer.json()["detail"]) == (422, True)


async def test_an_interview_made_by_hand_has_nothing_at_cal_com(team, ivan, fake_calcom) -> None:
    interview = await interview_of(team)
    answer = await ivan.call("POST", routes.fetch_transcripts(interview))
    assert answer.json() == {"transcripts": 0}
    assert fake_calcom.numbers()["calls"] == 0


async def test_a_dead_key_is_told_and_nothing_is_kept(team, ivan, booked, fake_calcom) -> None:
    interview = await interview_of(team, booked)
    fake_calcom.set(keys=[])
    answer = await ivan.call("POST", routes.fetch_transcripts(interview))
    assert (answer.status_code, answer.json()["code"]) == (422, "calcom_refused")


async def test_a_server_without_a_key_says_so(parts: Parts) -> None:
    team = team_on(parts)
    ivan = await team.member("Ivan")
    answer = await ivan.call("GET", routes.recording_links(new_id()))
    assert (answer.status_code, answer.json()["code"]) == (409, "calcom_off")
    await team.client.aclose()


async def test_files_are_read_from_safe_places_only(fake_calcom: FakeCalcom) -> None:
    fake_calcom.set(files={"a": "x" * (9 * 1024 * 1024)})
    async with TranscriptFiles(fake_calcom.url) as files:
        assert await files.text("http://169.254.169.254/latest") == ""
        assert await files.text("file:///etc/passwd") == ""
        assert await files.text("https://[::1/a") == ""
        assert await files.text("https://files.example:port/a") == ""
        assert await files.text("https://files\x00.example/a") == ""
        assert await files.text(f"{fake_calcom.url}/files/none") == ""
        with pytest.raises(CalcomUnavailable, match="too large"):
            await files.text(f"{fake_calcom.url}/files/a")
        with pytest.raises(CalcomUnavailable):
            await files.text("https://127.0.0.1:9/a")


@kinds.on_both
async def test_a_file_is_brought_into_an_interview_once(team, ivan, tmp_path) -> None:
    interview = await interview_of(team)
    file = tmp_path / "talk.vtt"
    file.write_text(VTT, encoding="utf-8")
    for new in (1, 0):
        args = {"interview": interview, "file": str(file)}
        assert await import_transcript(team.parts, args) == {"transcripts": new, "cues": 1}
    (kept,) = await transcripts(ivan)
    assert (kept["source"], kept["cues"][0]["speaker"]) == ("file", "Ada")


async def test_a_file_that_may_not_or_cannot_be_brought_is_told(team, ivan, tmp_path) -> None:
    refused = await interview_of(team, consents=("no",))
    agreed = await interview_of(team)
    talk, other, large = (tmp_path / name for name in ("talk.vtt", "other.txt", "large.vtt"))
    talk.write_text(VTT, encoding="utf-8")
    other.write_text("Dear Ada", encoding="utf-8")
    large.write_bytes(b" " * (8 * 1024 * 1024 + 1))
    for interview, file, sentence in (
        (refused, talk, "said yes to being recorded"),
        (new_id(), talk, "There is no interview"),
        (agreed, other, "There is no transcript in this file"),
        (agreed, large, "far larger than any transcript"),
        (agreed, tmp_path / "none", "No such file"),
    ):
        args = {"interview": interview, "file": str(file)}
        with pytest.raises(EXPECTED, match=sentence):
            await import_transcript(team.parts, args)
    assert await transcripts(ivan) == []
