"""Which version of the rules judges an interview, and what another one would change."""

import pytest

from interview_desk.domain.edit_rules import check_delete, check_edit
from interview_desk.domain.evaluation.comparing import previewed
from interview_desk.domain.evaluation.computed import Peer, Segments
from interview_desk.domain.evaluation.rule_sets import AddScore, Flag, KnockOut
from interview_desk.domain.evaluation.versions import in_force
from interview_desk.domain.records import Record
from interview_desk.domain.refusals import ChangeRefusedError
from tests.helpers.judging import answers, inputs, judge, leaf, rated, rule, rules, sheet

YES = True


def version(record_id: str, state: str = "published", **fields: object) -> Record:
    return Record("evaluation_rules", record_id, {"state": state, **fields})  # type: ignore[dict-item]  # told by tests


def event_type(number: int, rule_set_id: str | None) -> Record:
    return Record(
        "event_types", f"type-{number}", {"calcom_id": number, "rule_set_id": rule_set_id}
    )


def chosen(*versions: Record, types: tuple[Record, ...] = (), **interview: object) -> str | None:
    found = in_force(interview, event_types=types, rule_sets=versions)  # type: ignore[arg-type]  # told by tests
    return found.id if found else None


def test_without_published_rules_the_usual_ones_judge():
    assert chosen() is None
    assert (
        chosen(version("a", "draft"), version("b", "retired"), version("c", guide_id="g")) is None
    )


def test_the_newest_that_fits_the_guide_judges():
    general, newer = version("a"), version("b")
    special = version("0", guide_id="g")
    assert chosen(general, newer) == "b"
    assert chosen(general, newer, special) == "b"
    assert chosen(general, newer, special, guide_id="g") == "0"


def test_an_event_types_own_rules_come_first_in_their_newest_version():
    own = version("a"), version("b", replaces="a"), version("c", "draft", replaces="b")
    types = (event_type(7, "a"), event_type(8, None))
    assert chosen(*own, version("z"), types=types, event_type_id=7) == "b"
    assert chosen(*own, version("z"), types=types, event_type_id=8) == "z"
    assert chosen(*own, version("z"), types=types, event_type_id=9) == "z"
    retired = version("a", "retired"), version("b", replaces="a")
    assert chosen(*retired, types=types, event_type_id=7) == "b"


def test_versions_that_replace_each_other_in_a_circle_end_somewhere():
    circle = version("a", replaces="b"), version("b", replaces="a")
    assert chosen(*circle, types=(event_type(7, "a"),), event_type_id=7) in {"a", "b"}


def refused(current: dict[str, object] | None, **edit: object) -> str | None:
    try:
        check_edit("evaluation_rules", "r", edit=edit, current=current)  # type: ignore[arg-type]  # told by tests
    except ChangeRefusedError as error:
        return str(error)
    return None


def test_a_draft_may_become_anything():
    assert refused(None, name="Fit", state="draft") is None
    assert refused({"name": "Fit"}, criteria=[], state="published") is None
    assert refused({"state": "draft"}, state="retired", name="Old") is None


@pytest.mark.parametrize("state", ["published", "retired"])
def test_what_was_published_stays_as_it_is(state):
    held = {"state": state, "name": "Fit", "criteria": [1]}
    assert refused(held, criteria=[2]) == (
        "Published rules stay as they are; make a new version of them."
    )
    assert refused(held, state="draft") is not None
    assert refused(held, state="retired") is None
    assert refused(held, criteria=[1], name="Fit") is None


def test_what_is_retired_does_not_come_back():
    assert refused({"state": "retired"}, state="published") is not None


def test_only_drafts_are_deleted():
    check_delete("evaluation_rules", {"name": "Fit"})
    with pytest.raises(ChangeRefusedError, match="retired, not deleted"):
        check_delete("evaluation_rules", {"state": "published"})


OLD = rules(rated("fit"), rated("pain"))
GIVEN = {
    "same": inputs(sheets=[sheet("ada", fit=5, pain=5)]),
    "worse": inputs(sheets=[sheet("ada", fit=5, pain=1)]),
}


def compared(new, *, partial: bool = False):
    return previewed(
        (name, judge(OLD, given), judge(new, given, is_partial=partial))
        for name, given in GIVEN.items()
    )


def test_a_preview_says_how_many_would_change_which_and_why():
    strict = rules(rated("fit"), rated("pain", 3, must_have=True))
    found = compared(strict)
    assert found.words == "1 of 2 interviews would change."
    (changed,) = found.differences
    assert (changed.interview_id, changed.before, changed.after) == (
        "worse",
        "Maybe",
        "Knocked out",
    )
    assert (changed.score_before, changed.score_after) == (50, 25)
    assert changed.because == (
        "Score: 50 becomes 25.",
        "New: Pain is 1 of 5; at least 3 is a must.",
    )


def test_a_preview_tells_what_no_longer_holds_and_what_is_not_seen():
    flagged = rules(rated("fit"), rule("high", leaf("ratings.fit", "is", 5), Flag("High"), "Fits."))
    found = compared(flagged, partial=True)
    assert [one.because for one in found.differences] == [
        ("New: Fits.",),
        ("Score: 50 becomes 100.", "New: Fits."),
    ]
    assert found.words == (
        "2 of 2 interviews would change; 2 are judged without ratings you cannot see yet."
    )
    back = previewed([("one", judge(flagged, GIVEN["same"]), judge(OLD, GIVEN["same"]))])
    assert back.differences[0].because == ("No longer: Fits.",)
    assert back.words == "1 of 1 interview would change."


def test_more_known_and_the_same_score_is_no_change():
    more = rules(rated("fit"), rated("pain"), rated("other", 1))
    assert compared(more).words == "0 of 2 interviews would change."


def test_coverage_is_told_where_it_tips_the_verdict():
    most = rules(rated("fit"), rated("pain"), rated("other", 9))
    assert compared(most).differences[0].because == ("Known of the weight: 100 becomes 18.2.",)


def test_a_knock_out_by_rule_is_told_once():
    out = rules(
        rated("fit"),
        rated("pain"),
        rule("out", leaf("ratings.pain", "is", 1), KnockOut(), "No pain."),
        rule("less", leaf("ratings.pain", "is", 1), AddScore(-10), "Ten less."),
    )
    (changed,) = compared(out).differences
    assert changed.because == ("Score: 50 becomes 40.", "New: No pain.", "New: Ten less.")


def forces(interview_id: str, segment: str | None, push: int | None) -> list[Record]:
    said = answers(
        context__startup={"segment": segment},
        outcomes__push_strength=push,
        outcomes__pull_strength=0,
        outcomes__anxiety_strength=0,
        outcomes__habit_strength=0,
    )
    return [one._replace(fields={**one.fields, "interview_id": interview_id}) for one in said]


def test_peers_are_of_the_same_segment_and_have_a_balance():
    everything = [
        *forces("own", "SaaS", 3),
        *forces("b", " saas ", 2),
        *forces("a", "SaaS", 1),
        *forces("other", "Retail", 3),
        *forces("open", "SaaS", None),
    ]
    segments = Segments([*everything, *forces("loner", None, 3)])
    assert segments.peers("own") == (Peer("a", 1), Peer("b", 2))
    assert segments.peers("open") == (Peer("a", 1), Peer("b", 2), Peer("own", 3))
    assert segments.peers("nobody") == segments.peers("loner") == segments.peers("other") == ()
