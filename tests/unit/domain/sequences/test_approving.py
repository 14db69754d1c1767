"""A mail leaves with the text that somebody approved, or it waits for them again."""

from collections.abc import Mapping

import pytest

from interview_desk.domain.merge import Incoming, Standing, merge
from interview_desk.domain.records import ENTITIES
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.sequences.edits import check_approved
from interview_desk.domain.values import Fields

MAIL = ENTITIES["follow_up_messages"]
FIELDS: Fields = {"state": "needs_approval", "subject": "s", "text": "t"}
VERSIONS = {"state": 3, "subject": 3, "text": 7}
STANDING = Standing(FIELDS, VERSIONS, writers={"text": "theirs"})
READ = {"state": 3, "subject": 3, "text": 7}


def approved(base: Mapping[str, int], *, wanted: str = "queued", writer: str = "mine") -> None:
    incoming = Incoming({"state": wanted}, base, writer)
    check_approved(STANDING, merge(MAIL, STANDING, incoming), incoming)


def test_who_has_read_it_as_it_is_approves_it() -> None:
    approved(READ)
    # What their own desk changed since is theirs.
    approved({**READ, "text": 3}, writer="theirs")


@pytest.mark.parametrize("base", [{**READ, "text": 6}, {"state": 3, "subject": 3}])
def test_who_has_read_another_text_is_asked_to_read_it_again(base: Mapping[str, int]) -> None:
    with pytest.raises(ChangeRefusedError) as refused:
        approved(base)
    assert refused.value.reason is Rejection.TEXT_CHANGED


def test_an_older_desk_that_does_not_say_what_was_read_is_heard_as_before() -> None:
    approved({"state": 3})


def test_to_hold_it_nobody_has_to_have_read_it() -> None:
    approved({**READ, "text": 6}, wanted="cancelled")


def test_a_mail_to_oneself_is_approved_with_its_making() -> None:
    incoming = Incoming({**FIELDS, "state": "queued"}, {"text": 1}, "mine")
    check_approved(None, merge(MAIL, None, incoming), incoming)
