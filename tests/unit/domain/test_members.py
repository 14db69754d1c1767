"""Who can be a member: one address each, and always an owner among them."""

import pytest

from interview_desk.domain.members import check_member, check_team, is_address
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.roles import Role

OWNER = {"name": "Ada", "email": "ada@desk.test", "role": Role.OWNER}
BEN = {"name": "Ben", "email": "ben@desk.test", "role": Role.ADMIN}


@pytest.mark.parametrize("text", ["a@b", "mina.o'hara+x@desk.test", "m\u00fcller@b\u00fcro.test"])
def test_an_address_has_something_on_both_sides(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "ada", "@desk.test", "ada@", "a b@c", "a@b@c", "a" * 320 + "@b"]
)
def test_what_mail_cannot_reach_is_no_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        ({"email": "nobody"}, "That is not an e-mail address."),
        ({"name": " "}, "A member needs a name."),
        ({"name": None}, "A member needs a name."),
    ],
)
def test_a_member_that_cannot_be_is_refused(edit: dict[str, str], sentence: str) -> None:
    with pytest.raises(ChangeRefusedError, match=sentence) as refused:
        check_member(edit, None)
    assert refused.value.reason is Rejection.INVALID_VALUE


@pytest.mark.parametrize("edit", [OWNER, {"role": "admin"}, {"email": None}, {"email": ""}])
def test_other_edits_of_a_member_are_taken(edit: dict[str, str]) -> None:
    check_member(edit, OWNER)


def test_an_address_is_taken_once_however_it_is_capitalised() -> None:
    with pytest.raises(ChangeRefusedError, match="has this address already"):
        check_team(None, {**BEN, "email": " Ada@Desk.test"}, others=[OWNER])
    check_team(None, BEN, others=[OWNER])
    check_team(None, {**BEN, "email": None}, others=[OWNER, {**BEN, "email": None}])


@pytest.mark.parametrize("after", [None, {**OWNER, "role": Role.ADMIN}])
def test_the_last_owner_stays_one(after: dict[str, str] | None) -> None:
    with pytest.raises(ChangeRefusedError, match="needs an owner") as refused:
        check_team(OWNER, after, others=[BEN])
    assert refused.value.reason is Rejection.LAST_OWNER
    check_team(OWNER, after, others=[{**BEN, "role": Role.OWNER}])


def test_a_team_that_has_no_owner_yet_may_change() -> None:
    check_team(BEN, {**BEN, "role": Role.OBSERVER}, others=[])
    check_team(None, BEN, others=[])
    check_team(BEN, None, others=[])
