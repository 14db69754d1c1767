"""The states of mails and enrolments, and what people may change of them."""

from itertools import permutations

import pytest

from interview_desk.domain.edit_rules import check_delete, check_edit
from interview_desk.domain.refusals import ChangeRefusedError
from interview_desk.domain.sequences.messages import (
    MessageState,
    after_news,
    may_move,
    may_move_enrolment,
)
from interview_desk.domain.values import Fields

ID = "0190f5fe-7c00-7a00-8000-000000000001"
M = MessageState


def refusal(entity: str, edit: Fields, current: Fields | None) -> str:
    with pytest.raises(ChangeRefusedError) as refused:
        check_edit(entity, ID, edit=edit, current=current)
    return f"{refused.value.code}: {refused.value}"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("draft", "queued"),
        ("needs_approval", "queued"),
        ("queued", "needs_approval"),
        ("queued", "cancelled"),
        ("failed", "queued"),
        ("uncertain", "sent"),
        ("uncertain", "queued"),
        ("sent", "sent"),
    ],
)
def test_a_person_approves_holds_cancels_and_decides(was: str, becomes: str) -> None:
    check_edit("follow_up_messages", ID, edit={"state": becomes}, current={"state": was})


@pytest.mark.parametrize("was", ["sending", "sent", "delivered", "bounced", "cancelled"])
def test_what_has_left_the_house_is_not_called_back(was: str) -> None:
    said = refusal("follow_up_messages", {"state": "queued"}, {"state": was})
    assert said == f"move_not_allowed: A mail that is {was} cannot become queued."


def test_a_text_is_changed_only_while_the_mail_is_held() -> None:
    check_edit("follow_up_messages", ID, edit={"text": "b"}, current={"state": "draft"})
    said = refusal("follow_up_messages", {"text": "b"}, {"state": "queued", "text": "a"})
    assert said == "forbidden: Hold the mail before you change its text."


def test_what_is_sent_already_is_not_moved_to_another_time() -> None:
    edit = {"due": "2026-12-01T09:00:00Z"}
    check_edit("follow_up_messages", ID, edit=edit, current={"state": "queued"})
    assert "not waiting any more" in refusal("follow_up_messages", edit, {"state": "sent"})


def test_only_the_server_says_under_which_key_a_mail_went() -> None:
    said = refusal("follow_up_messages", {"effect_key": "seq/a/b"}, {"state": "draft"})
    assert said == "forbidden: Only the server writes this of a mail."


def test_a_test_mail_to_oneself_is_the_only_one_a_person_makes() -> None:
    mail = {"member_id": ID, "subject": "Hello", "text": "Text"}
    check_edit("follow_up_messages", ID, edit=mail, current=None)
    assert "enrol the guest" in refusal("follow_up_messages", {"guest_id": ID}, None)
    assert "enrol the guest" in refusal("follow_up_messages", {"subject": "a"}, None)
    assert "begins by waiting" in refusal("follow_up_messages", {**mail, "state": "sent"}, None)
    assert "a subject and a text" in refusal("follow_up_messages", {"member_id": ID}, None)


def test_an_enrolment_names_everything_and_begins_active_or_paused() -> None:
    whole = {"sequence_id": ID, "guest_id": ID, "interview_id": ID}
    check_edit("enrolments", ID, edit=whole, current=None)
    check_edit("enrolments", ID, edit={**whole, "state": "paused"}, current=None)
    assert "names its sequence" in refusal("enrolments", {"sequence_id": ID}, None)
    assert "begins active" in refusal("enrolments", {**whole, "state": "finished"}, None)
    assert "Only the server" in refusal("enrolments", {**whole, "because": "A rule"}, None)


def test_an_enrolment_is_paused_resumed_and_stopped_and_stays_with_its_guest() -> None:
    current = {"state": "active", "guest_id": ID}
    check_edit("enrolments", ID, edit={"state": "stopped", "reason": "replied"}, current=current)
    check_edit("enrolments", ID, edit={"state": "paused"}, current={})
    assert "stays with its guest" in refusal("enrolments", {"guest_id": "other"}, current)
    assert "cannot become active" in refusal(
        "enrolments", {"state": "active"}, {"state": "stopped"}
    )
    assert may_move_enrolment("skipped", "active")  # type: ignore[arg-type]  # their words


@pytest.mark.parametrize("entity", ["enrolments", "follow_up_messages"])
def test_follow_ups_are_never_deleted_by_people(entity: str) -> None:
    with pytest.raises(ChangeRefusedError, match="not deleted"):
        check_delete(entity, {})


def test_news_from_the_provider_ends_the_same_in_any_order_and_doubled() -> None:
    told = [M.SENT, M.DELIVERED, M.COMPLAINED]
    for order in permutations([*told, *told]):
        state = M.SENDING
        for one in order:
            state = after_news(state, one)
        assert state is M.COMPLAINED


def test_news_does_not_wake_what_never_left() -> None:
    assert after_news(M.CANCELLED, M.DELIVERED) is M.CANCELLED
    assert after_news(M.UNCERTAIN, M.SENT) is M.SENT
    assert may_move(M.QUEUED, M.QUEUED)
