"""What happens when a change meets a record that has moved on."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.domain.merge import (
    DELETED,
    Incoming,
    Loss,
    Merge,
    Standing,
    applied,
    base_after_restore,
    base_of_edit,
    merge,
    same,
    set_after,
)
from interview_desk.domain.records import ENTITIES, Policy

STARTUPS = ENTITIES["startups"]
INTERVIEWS = ENTITIES["interviews"]
GUESTS = ENTITIES["interview_guests"]


def standing(
    ver: int = 5, writer: str = "ada", *, deleted: bool = False, **fields: Any
) -> Standing:
    writers = dict.fromkeys(fields, writer) | ({DELETED: writer} if deleted else {})
    return Standing(fields, dict.fromkeys(fields, ver), writers, deleted=deleted)


def incoming(base: Mapping[str, int] | None = None, writer: str = "ben", **fields: Any) -> Incoming:
    return Incoming(fields, base or {}, writer)


def test_a_new_record_takes_everything() -> None:
    merged = merge(STARTUPS, None, incoming(name="Example", tags={"add": ["b", "a"]}))
    assert merged == Merge({"name": "Example", "tags": ["a", "b"]}, revives=True)
    assert merged.has_effect


def test_deleting_what_never_was_does_nothing() -> None:
    assert not merge(STARTUPS, None, Incoming({}, delete=True)).has_effect


def test_an_edit_that_has_seen_the_value_is_taken() -> None:
    merged = merge(STARTUPS, standing(name="Old"), incoming({"name": 5}, name="New"))
    assert merged == Merge({"name": "New"})


def test_an_edit_of_another_field_is_taken() -> None:
    merged = merge(STARTUPS, standing(name="Old"), incoming(website="https://example.org"))
    assert merged == Merge({"website": "https://example.org"})


def test_equal_values_never_conflict() -> None:
    assert merge(STARTUPS, standing(name="Same"), incoming(name="Same")) == Merge({})


def test_the_device_that_wrote_last_may_go_on_without_having_pulled() -> None:
    merged = merge(STARTUPS, standing(name="Old", writer="ben"), incoming(name="New"))
    assert merged == Merge({"name": "New"})


def test_an_unseen_value_stays_and_the_other_is_kept() -> None:
    merged = merge(STARTUPS, standing(name="Theirs"), incoming({"name": 4}, name="Mine"))
    assert merged == Merge({}, (Loss("name", "Theirs", "Mine", arriving=True),))
    assert not merged.has_effect


def test_the_server_has_the_last_word_about_what_it_writes() -> None:
    change = Incoming({"name": "Cal.com's"}, overrides=True, writer="calcom")
    assert merge(STARTUPS, standing(name="Ours"), change) == Merge({"name": "Cal.com's"})


def test_a_last_writer_field_takes_the_later_arrival() -> None:
    merged = merge(INTERVIEWS, standing(priority=1), incoming(priority=2))
    assert merged == Merge({"priority": 2})


@pytest.mark.parametrize("writer", ["clock", "meeting"])
def test_what_was_only_inferred_gives_way_to_a_person(writer: str) -> None:
    before = standing(status="held", writer=writer)
    assert merge(INTERVIEWS, before, incoming(status="no_show")) == Merge({"status": "no_show"})


def test_additions_and_removals_both_take_effect() -> None:
    before = standing(tags=["a", "b"])
    merged = merge(STARTUPS, before, incoming(tags={"add": ["c"], "remove": ["a"]}))
    assert merged == Merge({"tags": ["b", "c"]})


def test_adding_what_is_there_changes_nothing() -> None:
    assert merge(STARTUPS, standing(tags=["a"]), incoming(tags={"add": ["a"]})) == Merge({})


def test_a_plain_list_replaces_a_set() -> None:
    assert set_after(["a"], ["c", "b", "b"]) == ["b", "c"]
    assert set_after(None, None) == []
    assert set_after("no list", {"add": "no list"}) == []


def said(value: str, by: str = "ada") -> dict[str, str]:
    return {"value": value, "by": by}


def test_a_no_wins_over_a_yes_that_it_has_not_seen() -> None:
    before = standing(consent_notes=said("yes"))
    merged = merge(GUESTS, before, incoming(consent_notes=said("no", "ben")))
    loss = Loss("consent_notes", said("no", "ben"), said("yes"), arriving=False)
    assert merged == Merge({"consent_notes": said("no", "ben")}, (loss,))


def test_a_yes_does_not_win_over_a_no_that_it_has_not_seen() -> None:
    before = standing(consent_notes=said("no"))
    merged = merge(GUESTS, before, incoming(consent_notes=said("yes", "ben")))
    loss = Loss("consent_notes", said("no"), said("yes", "ben"), arriving=True)
    assert merged == Merge({}, (loss,))


def test_a_yes_that_has_seen_the_no_is_taken() -> None:
    before = standing(consent_notes=said("no"))
    merged = merge(GUESTS, before, incoming({"consent_notes": 5}, consent_notes=said("yes")))
    assert merged == Merge({"consent_notes": said("yes")})


def test_the_same_consent_by_two_people_is_no_conflict() -> None:
    before = standing(consent_notes=said("yes"))
    assert merge(GUESTS, before, incoming(consent_notes=said("yes", "ben"))) == Merge({})


def test_no_consent_at_all_says_unknown() -> None:
    assert same(Policy.RESTRICTIVE, None, said("unknown"))
    assert not same(Policy.EXPLICIT, None, "unknown")


def test_a_deletion_that_has_seen_everything_is_taken() -> None:
    change = Incoming({}, {"name": 5}, "ben", delete=True)
    assert merge(STARTUPS, standing(name="Old"), change) == Merge({}, deletes=True)


def test_an_unseen_edit_wins_over_a_deletion() -> None:
    change = Incoming({}, {"name": 4}, "ben", delete=True)
    merged = merge(STARTUPS, standing(name="Old"), change)
    assert merged == Merge({}, (Loss(DELETED, kept=False, lost=True, arriving=True),))


def test_the_server_deletes_without_asking() -> None:
    change = Incoming({}, delete=True, overrides=True)
    assert merge(STARTUPS, standing(name="Old"), change).deletes


def test_deleting_again_does_nothing() -> None:
    before = standing(name="Old", deleted=True)
    assert merge(STARTUPS, before, Incoming({}, delete=True)) == Merge({})


def test_an_edit_brings_back_what_another_deleted_unseen() -> None:
    before = standing(name="Old", deleted=True)
    merged = merge(STARTUPS, before, incoming({"name": 5}, name="New"))
    loss = Loss(DELETED, kept=False, lost=True, arriving=False)
    assert merged == Merge({"name": "New"}, (loss,), revives=True)


def test_bringing_back_what_one_deleted_oneself_is_no_conflict() -> None:
    before = standing(name="Old", writer="ben", deleted=True)
    merged = merge(STARTUPS, before, incoming({"name": 5}, name="Old"))
    assert merged == Merge({}, revives=True)
    assert merged.has_effect


def test_the_server_brings_back_what_was_there() -> None:
    before = standing(name="Old", deleted=True)
    change = Incoming({"website": "https://x"}, writer="calcom", overrides=True)
    assert merge(STARTUPS, before, change) == Merge({"website": "https://x"}, revives=True)


def test_a_new_record_in_the_place_of_a_deleted_one_starts_afresh() -> None:
    before = standing(name="Old", website="https://old", deleted=True)
    merged = merge(STARTUPS, before, incoming(name="New"))
    assert merged == Merge({"name": "New"}, revives=True, resets=True)


def test_an_edit_is_shown_before_the_server_has_answered() -> None:
    fields: dict[str, Any] = {"name": "Old", "tags": ["a"]}
    edit: dict[str, Any] = {"name": "New", "tags": {"add": ["b"], "remove": ["a"]}, "later": 1}
    assert applied(STARTUPS, fields, edit) == {"name": "New", "tags": ["b"], "later": 1}


def test_an_edit_inherits_the_base_of_the_pending_one() -> None:
    base = base_of_edit(
        ["name", "notes", "zone"], pending={"name": 3}, seen={"name": 9, "notes": 7}
    )
    assert base == {"name": 3, "notes": 7, "zone": 0}


def test_after_a_restore_the_base_says_whether_the_field_is_as_it_was() -> None:
    assert base_after_restore("a", "a", ver=7) == 7
    assert base_after_restore("a", "b", ver=7) == 0


texts = st.text("ab", max_size=2)
versions = st.integers(0, 6)


@given(current=texts, new=texts, ver=versions, base=versions, writer=st.sampled_from("ab"))
def test_no_value_vanishes(current: str, new: str, ver: int, base: int, writer: str) -> None:
    merged = merge(
        STARTUPS,
        standing(name=current, ver=ver, writer="a"),
        incoming({"name": base}, name=new, writer=writer),
    )
    value = merged.changes.get("name", current)
    kept = {value} | {loss.lost for loss in merged.losses if isinstance(loss.lost, str)}
    seen = base >= ver or writer == "a"
    assert new in kept
    assert current in kept or seen


tags = st.lists(st.sampled_from("abcd"), max_size=4)


@given(current=tags, one=tags, two=tags)
def test_additions_commute(current: list[str], one: list[str], two: list[str]) -> None:
    first = set_after(set_after([*current], {"add": [*one]}), {"add": [*two]})
    second = set_after(set_after([*current], {"add": [*two]}), {"add": [*one]})
    assert first == second == sorted({*current, *one, *two})


@given(value=texts, ver=versions, base=versions)
def test_applying_a_change_twice_is_applying_it_once(value: str, ver: int, base: int) -> None:
    change = incoming({"name": base}, name=value)
    first = merge(STARTUPS, standing(name="a", ver=ver), change)
    after = standing(name="a", ver=ver)
    if first.has_effect:
        after = standing(name=first.changes["name"], ver=ver + 1, writer="ben")
    again = merge(STARTUPS, after, change)
    assert not again.has_effect
    assert again.losses == first.losses


ASSIGNMENTS = ENTITIES["interview_assignments"]
PART: dict[str, Any] = {"interview_id": "i", "member_id": "m"}


@pytest.mark.parametrize("answer", ["accepted", "declined"])
def test_an_answer_stays_where_somebody_asks_the_same_without_having_seen_it(answer: str) -> None:
    before = standing(**PART, role="lead", state=answer)
    for asked in ({"role": "lead"}, {**PART, "role": "lead"}, {}):
        assert merge(ASSIGNMENTS, before, incoming(**asked, state="proposed")) == Merge({})


@pytest.mark.parametrize("answer", ["accepted", "declined"])
def test_an_answer_is_taken_where_somebody_has_asked_the_same_meanwhile(answer: str) -> None:
    asked = Standing(
        {"role": "lead", "state": "proposed"}, {"role": 3, "state": 7}, {"role": "a", "state": "a"}
    )
    assert merge(ASSIGNMENTS, asked, incoming({"state": 5}, state=answer)) == Merge(
        {"state": answer}
    )
    # Whoever took the part without having been asked.
    took = incoming(**PART, role="lead", state=answer)
    assert merge(ASSIGNMENTS, standing(**PART, role="lead", state="proposed"), took) == Merge(
        {"state": answer}
    )


def test_an_answer_to_another_question_is_not_taken_for_this_one() -> None:
    asked_for_more = standing(7, role="lead", state="proposed")
    lost = Loss("state", kept="proposed", lost="accepted", arriving=True)
    merged = merge(ASSIGNMENTS, asked_for_more, incoming({"state": 5}, state="accepted"))
    assert merged == Merge({}, (lost,))
    merged = merge(ASSIGNMENTS, asked_for_more, incoming(role="observer", state="accepted"))
    assert merged.losses == (Loss("role", "lead", "observer", arriving=True), lost)


def test_who_asks_for_another_part_without_having_seen_the_answer_is_told_of_it() -> None:
    before = Standing(
        {"role": "lead", "state": "accepted"}, {"role": 3, "state": 7}, {"role": "a", "state": "b"}
    )
    asks = incoming({"role": 3, "state": 3}, role="observer", state="proposed")
    lost = Loss("state", kept="accepted", lost="proposed", arriving=True)
    assert merge(ASSIGNMENTS, before, asks) == Merge({"role": "observer"}, (lost,))
    # Where the other part is not taken the answer is one to what stays.
    unseen = incoming({"role": 2, "state": 2}, role="observer", state="proposed")
    other = Loss("role", kept="lead", lost="observer", arriving=True)
    assert merge(ASSIGNMENTS, before, unseen) == Merge({}, (other,))


def test_two_answers_that_cross_are_shown_and_who_has_seen_one_may_ask_again() -> None:
    before = standing(**PART, role="lead", state="declined")
    lost = Loss("state", kept="declined", lost="accepted", arriving=True)
    assert merge(ASSIGNMENTS, before, incoming(state="accepted")) == Merge({}, (lost,))
    again = incoming({"state": 5}, state="proposed")
    assert merge(ASSIGNMENTS, before, again) == Merge({"state": "proposed"})
