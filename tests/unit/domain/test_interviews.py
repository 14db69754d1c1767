"""Records read as interviews, guests, assignments and members."""

from datetime import UTC, datetime

from interview_desk.domain.interviews import (
    Consent,
    Guest,
    Interview,
    all_agree_to_recording,
    assignment_of,
    guest_of,
    interview_of,
    member_of,
)
from interview_desk.domain.records import ENTITIES, Record
from interview_desk.domain.roles import AssignmentRole, AssignmentState, Role
from interview_desk.domain.status import MOVES, Status, may_move


def test_an_interview_reads_its_booking() -> None:
    interview = interview_of(
        Record(
            "interviews",
            "i1",
            {
                "title": "Why Lumen left spreadsheets",
                "status": "scheduled",
                "start": "2026-11-23T09:00:00Z",
                "end": "2026-11-23T10:00:00Z",
                "booking_uids": ["old", "new"],
                "tags": ["pilot"],
                "join_service": "zoom",
            },
            pending=frozenset({"title"}),
        )
    )
    assert interview.title == "Why Lumen left spreadsheets"
    assert interview.status is Status.SCHEDULED
    assert interview.start == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert interview.booking_uids == ("old", "new")
    assert interview.tags == ("pilot",)
    assert interview.is_booked
    assert interview.pending == {"title"}


def test_an_interview_without_fields_is_an_untitled_draft() -> None:
    interview = interview_of(Record("interviews", "i1", {"tags": "not a list"}))
    assert interview.title == "Untitled interview"
    assert interview.status is Status.DRAFT
    assert interview.start is None
    assert interview.tags == ()
    assert not interview.is_booked


def test_an_interview_without_an_own_title_shows_the_one_of_cal_com() -> None:
    record = Record("interviews", "i1", {"title": "", "calcom_title": "60 min with Ada"})
    assert interview_of(record).title == "60 min with Ada"


def test_a_guest_reads_what_was_allowed() -> None:
    guest = guest_of(
        Record(
            "interview_guests",
            "g1",
            {
                "interview_id": "i1",
                "name": "Ada Nwosu",
                "no_show": True,
                "consent_notes": {"value": "yes", "at": None, "by": None},
                "consent_quotes": {"at": None},
            },
        )
    )
    assert guest.name == "Ada Nwosu"
    assert guest.no_show is True
    assert guest.consent_notes is Consent.YES
    assert guest.consent_quotes is Consent.UNKNOWN
    assert guest.consent_recording is Consent.UNKNOWN
    assert guest.was_asked


def test_a_guest_of_whom_nothing_is_known_is_a_guest() -> None:
    guest = guest_of(Record("interview_guests", "g1", {"no_show": "maybe"}))
    assert (guest.name, guest.interview_id, guest.no_show) == ("Guest", "", None)
    assert not guest.was_asked


def test_an_assignment_is_proposed_until_somebody_answers() -> None:
    assignment = assignment_of(
        Record("interview_assignments", "a1", {"interview_id": "i1", "member_id": "m1"})
    )
    assert assignment.role is AssignmentRole.OBSERVER
    assert assignment.state is AssignmentState.PROPOSED


def test_a_member_without_a_name_is_called_by_address() -> None:
    member = member_of(Record("poblysh_team_members", "m1", {"email": "kim@example.org"}))
    assert (member.name, member.role) == ("kim@example.org", Role.OBSERVER)
    assert member_of(Record("poblysh_team_members", "m2", {})).name == "Member"


def test_only_owner_and_admin_run_the_team() -> None:
    assert {role for role in Role if role.runs_the_team} == {Role.OWNER, Role.ADMIN}


def test_every_status_has_its_moves_and_staying_is_always_allowed() -> None:
    assert set(MOVES) == set(Status)
    assert all(may_move(status, status) for status in Status)


def test_a_held_interview_is_not_moved_back_to_draft() -> None:
    assert not may_move(Status.HELD, Status.DRAFT)
    assert may_move(Status.SCHEDULED, Status.IN_PROGRESS)


def test_the_statuses_of_the_catalogue_are_those_of_the_table() -> None:
    choices = ENTITIES["interviews"].fields["status"].choices
    assert choices == tuple(status.value for status in Status)


def test_a_recording_needs_the_yes_of_every_guest() -> None:
    yes = Guest("a", "i", "Ada", consent_recording=Consent.YES)
    assert all_agree_to_recording([yes])
    assert not all_agree_to_recording([yes, yes._replace(consent_recording=Consent.UNKNOWN)])
    assert not all_agree_to_recording([])


def test_an_interview_lasts_from_its_start_to_its_end() -> None:
    start = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    timed = Interview("i", "Talk", Status.SCHEDULED, start, start.replace(minute=45))
    assert timed.minutes == 45
    assert timed._replace(end=None).minutes is None
    assert timed._replace(start=None).minutes is None
    assert timed._replace(end=start.replace(year=9000)).minutes == 7 * 24 * 60
    assert timed._replace(end=start.replace(hour=8)).minutes == 0
