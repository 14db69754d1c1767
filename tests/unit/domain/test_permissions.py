"""Who sees and changes what, row by row and field by field."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.permissions import (
    Subject,
    Viewer,
    check_may_write,
    is_hidden_kind,
    may_see_field,
    visible_fields,
)
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.roles import Role

ME = "me"
TEAM_ROLES = [Role.OWNER, Role.ADMIN, Role.INTERVIEWER, Role.OBSERVER]


@dataclass
class GivenSight:
    """What somebody was given, spelled out."""

    given: set[str] = field(default_factory=set)
    scores: set[str] = field(default_factory=set)
    led: set[str] = field(default_factory=set)
    records: dict[str, Subject] = field(default_factory=dict)

    def is_given(self, record_id: str) -> bool:
        return record_id in self.given

    def sees_scores(self, interview_id: str) -> bool:
        return interview_id in self.scores

    def leads(self, interview_id: str) -> bool:
        return interview_id in self.led

    def subject(self, entity: str, record_id: str) -> Subject | None:
        return self.records.get(f"{entity}/{record_id}")


NOTHING = GivenSight()
ASSIGNED = GivenSight(given={"i", "s", "g"})


def viewer(role: Role) -> Viewer:
    return Viewer(ME, role)


def row(entity: str, record_id: str = "r", **fields: Any) -> Subject:
    return Subject(entity, record_id, fields)


def seen(role: Role, subject: Subject, sight: GivenSight = NOTHING) -> set[str] | None:
    found = visible_fields(viewer(role), subject, sight)
    return None if found is None else set(found)


def refusal(
    role: Role,
    change: Subject,
    *,
    current: Subject | None = None,
    sight: GivenSight = NOTHING,
) -> Rejection | None:
    """Why the change is refused, or None where it may be made."""
    try:
        check_may_write(viewer(role), change, current=current, sight=sight)
    except ChangeRefusedError as refused:
        return refused.reason
    return None


FREE = sorted(set(ENTITIES) - {"rating_sheets", "evaluations", "conflicts"})


@pytest.mark.parametrize("role", TEAM_ROLES)
@pytest.mark.parametrize("entity", FREE)
def test_the_team_reads_everything_but_scores(role: Role, entity: str) -> None:
    assert seen(role, row(entity, name="n", email="e")) == {"name", "email"}
    assert not is_hidden_kind(role, entity)


@pytest.mark.parametrize("entity", sorted(set(ENTITIES) - {"poblysh_team_members"}))
def test_an_external_member_without_assignment_sees_no_row(entity: str) -> None:
    assert seen(Role.EXTERNAL, row(entity, "i", interview_id="i", member_id="other")) is None


HIDDEN = [
    "contacts",
    "evaluations",
    "event_types",
    "out_of_office",
    "booking_requests",
    "evaluation_rules",
    "sequences",
    "enrolments",
    "follow_up_messages",
    "recordings",
    "transcripts",
    "flags",
    "erasures",
]


@pytest.mark.parametrize("entity", HIDDEN)
def test_some_kinds_no_external_member_ever_sees(entity: str) -> None:
    assert is_hidden_kind(Role.EXTERNAL, entity)
    sight = GivenSight(given={"i", "r"}, scores={"i"})
    assert seen(Role.EXTERNAL, row(entity, interview_id="i", score=1), sight) is None
    assert refusal(Role.EXTERNAL, row(entity, interview_id="i"), sight=sight) is (
        Rejection.NOT_FOUND
    )


def test_a_test_mail_goes_to_oneself_only() -> None:
    mine = row("follow_up_messages", member_id=ME, subject="Hello")
    assert refusal(Role.INTERVIEWER, mine) is None
    assert refusal(Role.OBSERVER, mine) is Rejection.FORBIDDEN
    theirs = row("follow_up_messages", member_id="other", subject="Hello")
    assert refusal(Role.OWNER, theirs) is Rejection.FORBIDDEN


def test_what_is_not_hidden_may_be_seen_by_an_external_member() -> None:
    shown = {entity for entity in ENTITIES if not is_hidden_kind(Role.EXTERNAL, entity)}
    assert shown == set(ENTITIES) - set(HIDDEN)


EXTERNAL_SEES: list[tuple[Subject, set[str]]] = [
    (
        row("interviews", "i", title="t", priority=1, booking_uids=[], tags=[], join_url="u"),
        {"title", "join_url"},
    ),
    (
        row("interview_guests", interview_id="i", name="n", zone="z", email="e", contact_id="c"),
        {"interview_id", "name", "zone"},
    ),
    (row("startups", "s", name="n", website="w", notes="x"), {"name"}),
    (row("guides", "g", name="n", stages=[]), {"name", "stages"}),
    (row("poblysh_team_members", name="n", email="e", role="owner"), {"name"}),
    (row("interview_answers", interview_id="i", value=1), {"interview_id", "value"}),
    (row("interview_insights", interview_id="i", statement="s"), {"interview_id", "statement"}),
    (row("interview_assignments", interview_id="i", role="lead"), {"interview_id", "role"}),
    (row("note_documents", interview_id="i", seq=1), {"interview_id", "seq"}),
    (row("rating_forms", interview_id="i", criteria=[]), {"interview_id", "criteria"}),
]


@pytest.mark.parametrize(("subject", "fields"), EXTERNAL_SEES)
def test_an_assigned_external_member_sees_the_listed_fields(
    subject: Subject, fields: set[str]
) -> None:
    assert seen(Role.EXTERNAL, subject, ASSIGNED) == fields


LOCATIONS: list[tuple[dict[str, Any], bool]] = [
    ({"location": "+49 30 1234"}, False),
    ({"location": "https://meet.example.org/1"}, True),
    ({"location": "https://meet.example.org/1", "location_is_guests": True}, False),
    ({"location": "Our office", "location_is_guests": False}, True),
    ({"location": None}, False),
]


@pytest.mark.parametrize(("fields", "shown"), LOCATIONS)
def test_a_location_that_may_be_the_guests_is_hidden_from_external_members(
    fields: dict[str, Any], *, shown: bool
) -> None:
    found = seen(Role.EXTERNAL, row("interviews", "i", **fields), ASSIGNED)
    assert found is not None
    assert ("location" in found) is shown


def test_a_change_of_a_field_that_is_empty_now_may_still_be_known() -> None:
    interview = row("interviews", "i", title="t")
    eve, ada = viewer(Role.EXTERNAL), viewer(Role.INTERVIEWER)
    assert may_see_field(eve, interview, name="join_url", sight=ASSIGNED)
    assert not may_see_field(eve, interview, name="priority", sight=ASSIGNED)
    assert not may_see_field(eve, interview, name="title", sight=NOTHING)
    assert may_see_field(eve, interview, name="deleted", sight=ASSIGNED)
    assert may_see_field(ada, interview, name="priority", sight=NOTHING)
    member = row("poblysh_team_members")
    assert may_see_field(eve, member, name="name", sight=NOTHING)
    assert not may_see_field(eve, member, name="email", sight=NOTHING)


def test_a_change_that_tells_a_place_is_hidden_unless_it_is_a_link_before_and_after() -> None:
    link = "https://meet.example.org/1"
    interview = row("interviews", "i", location=link)

    def may(role: Role, *values: str | None) -> bool:
        return may_see_field(
            viewer(role), interview, name="location", sight=ASSIGNED, values=values
        )

    assert may(Role.EXTERNAL, None, link)
    assert not may(Role.EXTERNAL, "+49 30 1234", link)
    assert may(Role.OBSERVER, "+49 30 1234", link)


def sheet(member: str = "other", state: str = "submitted") -> Subject:
    return row("rating_sheets", interview_id="i", member_id=member, state=state)


@pytest.mark.parametrize("role", TEAM_ROLES)
def test_a_sheet_of_another_is_seen_once_submitted_and_shown(role: Role) -> None:
    shown = GivenSight(scores={"i"})
    assert seen(role, sheet(state="draft"), shown) is None
    assert seen(role, sheet(), NOTHING) is None
    assert seen(role, sheet(), shown) == {"interview_id", "member_id", "state"}


@pytest.mark.parametrize("role", TEAM_ROLES)
def test_ones_own_sheet_is_always_seen_and_written(role: Role) -> None:
    own = sheet(ME, "draft")
    assert seen(role, own) is not None
    assert refusal(role, own) is None
    assert refusal(role, row("rating_sheets", state="submitted"), current=own) is None


def test_an_external_member_rates_where_they_are_assigned() -> None:
    assert seen(Role.EXTERNAL, sheet(ME), ASSIGNED) is not None
    assert seen(Role.EXTERNAL, sheet(ME), NOTHING) is None
    assert refusal(Role.EXTERNAL, sheet(ME), sight=ASSIGNED) is None
    assert refusal(Role.EXTERNAL, sheet(ME), sight=NOTHING) is Rejection.NOT_FOUND
    shown = GivenSight(given={"i"}, scores={"i"})
    assert seen(Role.EXTERNAL, sheet(), shown) is None


@pytest.mark.parametrize("role", TEAM_ROLES)
def test_nobody_writes_anothers_sheet(role: Role) -> None:
    shown = GivenSight(scores={"i"})
    edit = row("rating_sheets", state="draft")
    assert refusal(role, edit, current=sheet(), sight=shown) is Rejection.FORBIDDEN
    assert refusal(role, edit, current=sheet(state="draft"), sight=shown) is Rejection.NOT_FOUND
    assert refusal(role, sheet(), sight=shown) is Rejection.NOT_FOUND
    steal = row("rating_sheets", member_id="other")
    assert refusal(role, steal, current=sheet(ME)) is Rejection.FORBIDDEN


def test_evaluations_are_seen_with_the_scores_and_written_by_the_server() -> None:
    evaluation = row("evaluations", interview_id="i", score=70)
    shown = GivenSight(scores={"i"})
    assert seen(Role.OWNER, evaluation) is None
    assert seen(Role.OWNER, evaluation, shown) == {"interview_id", "score"}
    assert refusal(Role.OWNER, evaluation, sight=shown) is Rejection.FORBIDDEN


@pytest.mark.parametrize("entity", ["evaluations", "recordings", "note_documents"])
def test_some_kinds_only_the_server_writes(entity: str) -> None:
    assert refusal(Role.OWNER, row(entity)) is Rejection.FORBIDDEN


SETTINGS = ["poblysh_team_members", "guides", "evaluation_rules", "sequences", "flags", "erasures"]


@pytest.mark.parametrize("entity", SETTINGS)
def test_settings_are_for_owner_and_admin(entity: str) -> None:
    assert refusal(Role.OWNER, row(entity, name="n")) is None
    assert refusal(Role.ADMIN, row(entity, name="n")) is None
    assert refusal(Role.INTERVIEWER, row(entity, name="n")) is Rejection.FORBIDDEN
    assert refusal(Role.OBSERVER, row(entity, name="n")) is Rejection.FORBIDDEN


def test_an_interviewer_writes_the_rest() -> None:
    rest = set(ENTITIES) - {*SETTINGS, "rating_sheets", "conflicts"}
    for entity in sorted(name for name in rest if not ENTITIES[name].server_only):
        assert refusal(Role.INTERVIEWER, row(entity, title="t")) is None
        assert refusal(Role.OBSERVER, row(entity, title="t")) is Rejection.FORBIDDEN
    event_type = row("event_types", roles={})
    assert refusal(Role.INTERVIEWER, event_type) is Rejection.FORBIDDEN
    assert refusal(Role.ADMIN, event_type) is None


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.EXTERNAL])
def test_a_guest_of_the_team_answers_their_own_assignment(role: Role) -> None:
    mine = row("interview_assignments", interview_id="i", member_id=ME, state="proposed")
    hers = row("interview_assignments", interview_id="i", member_id="other")
    accept = row("interview_assignments", state="accepted")
    assert refusal(role, accept, current=mine, sight=ASSIGNED) is None
    for change, current in (
        (accept, hers),
        (row("interview_assignments", role="lead"), mine),
        (row("interview_assignments"), mine),
        (row("interview_assignments", interview_id="i", member_id=ME), None),
    ):
        assert refusal(role, change, current=current, sight=ASSIGNED) is Rejection.FORBIDDEN


@pytest.mark.parametrize("entity", ["interview_answers", "interview_insights"])
def test_an_external_member_writes_answers_and_insights_where_assigned(entity: str) -> None:
    new = row(entity, interview_id="i", value=1)
    assert refusal(Role.EXTERNAL, new, sight=ASSIGNED) is None
    assert refusal(Role.EXTERNAL, new) is Rejection.NOT_FOUND
    elsewhere = row(entity, interview_id="j")
    assert refusal(Role.EXTERNAL, elsewhere, current=new, sight=ASSIGNED) is Rejection.NOT_FOUND


def test_an_external_member_changes_nothing_else_they_see() -> None:
    for subject, _ in EXTERNAL_SEES:
        if subject.entity in {"interview_answers", "interview_insights"}:
            continue
        change = Subject(subject.entity, subject.id, {"name": "x"})
        found = refusal(Role.EXTERNAL, change, current=subject, sight=ASSIGNED)
        assert found is Rejection.FORBIDDEN


def test_the_round_is_closed_by_the_lead_or_who_runs_the_team() -> None:
    interview, close = row("interviews", "i"), row("interviews", "i", ratings_closed=True)
    led = GivenSight(led={"i"}, given={"i"})
    assert refusal(Role.INTERVIEWER, close, current=interview) is Rejection.FORBIDDEN
    assert refusal(Role.INTERVIEWER, close, current=interview, sight=led) is None
    assert refusal(Role.OWNER, close, current=interview) is None
    for role in (Role.OBSERVER, Role.EXTERNAL):
        assert refusal(role, close, current=interview, sight=led) is Rejection.FORBIDDEN


def conflict(entity: str, name: str) -> Subject:
    fields: dict[str, Any] = {"entity": entity, "record_id": "r", "field": name, "state": "open"}
    return Subject("conflicts", "c", fields)


SETTLE = row("conflicts", "c", state="settled")


def about(entity: str, **fields: Any) -> GivenSight:
    target = Subject(entity, "r", fields)
    return GivenSight(given={"r", "i"}, records={f"{entity}/r": target})


def test_a_conflict_is_seen_where_its_field_is() -> None:
    sight = about("interviews", title="t", priority=1)
    assert seen(Role.EXTERNAL, conflict("interviews", "title"), sight) is not None
    assert seen(Role.EXTERNAL, conflict("interviews", "priority"), sight) is None
    assert seen(Role.OBSERVER, conflict("interviews", "priority"), sight) is not None
    draft = about("rating_sheets", member_id="other", interview_id="i", state="draft")
    assert seen(Role.OWNER, conflict("rating_sheets", "ratings"), draft) is None


def test_a_conflict_about_nothing_is_the_teams_unless_it_states_a_score() -> None:
    assert seen(Role.OBSERVER, conflict("startups", "name")) is not None
    assert seen(Role.EXTERNAL, conflict("startups", "name")) is None
    assert seen(Role.OWNER, conflict("rating_sheets", "ratings")) is None
    assert refusal(Role.INTERVIEWER, SETTLE, current=conflict("startups", "name")) is None
    settled_by_observer = refusal(Role.OBSERVER, SETTLE, current=conflict("startups", "name"))
    assert settled_by_observer is Rejection.FORBIDDEN


@pytest.mark.parametrize("name", ["title", "deleted"])
def test_a_conflict_is_settled_by_who_may_write_its_field(name: str) -> None:
    sight = about("interviews", title="t")
    current = conflict("interviews", name)
    assert refusal(Role.INTERVIEWER, SETTLE, current=current, sight=sight) is None
    assert refusal(Role.OBSERVER, SETTLE, current=current, sight=sight) is Rejection.FORBIDDEN
    assert refusal(Role.EXTERNAL, SETTLE, current=current, sight=sight) is Rejection.FORBIDDEN


def test_a_conflict_is_never_made_nor_rewritten() -> None:
    sight = about("interviews", title="t")
    current = conflict("interviews", "title")
    assert refusal(Role.OWNER, SETTLE, sight=sight) is Rejection.NOT_FOUND
    for change in (row("conflicts", "c", kept=1), row("conflicts", "c")):
        assert refusal(Role.OWNER, change, current=current, sight=sight) is Rejection.FORBIDDEN


values = st.sampled_from(["i", "j", ME, "other", "submitted", "draft", None])


@given(
    role=st.sampled_from(Role),
    entity=st.sampled_from(sorted(ENTITIES)),
    fields=st.dictionaries(st.sampled_from(["interview_id", "member_id", "state"]), values),
    given_ids=st.sets(st.sampled_from(["i", "j", "r"])),
    scores=st.sets(st.sampled_from(["i", "j"])),
    edit=st.dictionaries(st.sampled_from(["interview_id", "member_id", "state"]), values),
)
def test_what_is_not_seen_does_not_exist_for_a_writer_either(
    role: Role,
    entity: str,
    fields: dict[str, Any],
    given_ids: set[str],
    scores: set[str],
    edit: dict[str, Any],
) -> None:
    sight = GivenSight(given=given_ids, scores=scores)
    current = Subject(entity, "r", fields)
    if seen(role, current, sight) is None:
        found = refusal(role, Subject(entity, "r", edit), current=current, sight=sight)
        assert found is Rejection.NOT_FOUND
