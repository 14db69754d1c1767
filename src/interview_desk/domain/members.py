"""Who can be a member of a team: an address that mail reaches, and always an owner among them."""

import re
from collections.abc import Iterable

from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields, Json

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST = 320


def is_address(text: str) -> bool:
    """Whether this can be an e-mail address: something, @, something, at most 320 signs."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def check_member(edit: Fields, _: Fields | None) -> None:
    """Refuse an address that cannot be one, and a member without a name."""
    email = edit.get("email")
    if isinstance(email, str) and email and not is_address(email):
        raise _invalid("That is not an e-mail address.")
    if "name" in edit and not str(edit["name"] or "").strip():
        raise _invalid("A member needs a name.")


def check_team(before: Fields | None, after: Fields | None, *, others: Iterable[Fields]) -> None:
    """Refuse a second member with one address, and to take the last owner from a team.

    `before` and `after` are one member as they were and would be, None for who is not in the team;
    `others` are its other members.
    """
    rest = tuple(others)
    email = _folded(after.get("email")) if after is not None else ""
    if email and any(_folded(other.get("email")) == email for other in rest):
        raise _invalid("Somebody in the team has this address already.")
    if _owns(before) and not _owns(after) and not any(map(_owns, rest)):
        raise ChangeRefusedError(
            Rejection.LAST_OWNER, "A team needs an owner. Make somebody else an owner first."
        )


def _owns(member: Fields | None) -> bool:
    return member is not None and member.get("role") == Role.OWNER


def _folded(value: Json) -> str:
    return value.strip().casefold() if isinstance(value, str) else ""


def _invalid(sentence: str) -> ChangeRefusedError:
    return ChangeRefusedError(Rejection.INVALID_VALUE, sentence)
