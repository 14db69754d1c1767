"""What a person answered, as changes to records."""

from typing import NamedTuple

from interview_desk.domain.overtaken import edit_of
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.values import Fields, Json, same_value

ANSWERS = "interview_answers"


class Seen(NamedTuple):
    """An answer as it stood before a person gave another one; None where there was none."""

    value: Json


def answered(own: str, record: Record | None, *, place: Fields, seen: Json, value: Json) -> Edit:
    """Another answer in `record`, or in a new one that belongs to `place`."""
    now: Fields = record.fields if record else {}
    edit = edit_of(ANSWERS, own, shown={"value": seen}, made={"value": value}, now=now)
    if record is None and edit.fields:
        edit = edit._replace(fields={**place, **edit.fields})
    return edit


def taken_back(record: Record, *, seen: Json) -> Edit:
    """An item that is taken off its list, unless somebody has given it another value meanwhile."""
    unseen = set() if same_value(record.fields.get("value"), seen) else {"value"}
    return Edit(ANSWERS, record.id, {}, delete=True, unseen=frozenset(unseen))
