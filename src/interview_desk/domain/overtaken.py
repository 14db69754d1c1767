"""What somebody made of what they were shown, where others may have changed it meanwhile."""

from collections.abc import Mapping

from interview_desk.domain.records import Edit
from interview_desk.domain.values import Fields, Json, same_value


def edit_of(entity: str, record_id: str, *, shown: Fields, made: Fields, now: Fields) -> Edit:
    """The change of a record that its author `made` of what they were `shown`.

    It has only what they changed, and of a value in parts (an answer's, a day's) only the parts:
    all else stays as it is `now`. What somebody else has changed too is unseen.
    """
    fields: dict[str, Json] = {}
    unseen: set[str] = set()
    for name, value in made.items():
        before, current = shown.get(name), now.get(name)
        if same_value(before, value):
            continue
        merged, is_overtaken = _onto(before, value, current)
        if same_value(merged, current):
            continue
        fields[name] = merged
        if is_overtaken:
            unseen.add(name)
    return Edit(entity, record_id, fields, unseen=frozenset(unseen))


def _onto(before: Json, made: Json, current: Json) -> tuple[Json, bool]:
    """What was `made` of `before`, put onto what is there now; whether that is not `before`."""
    if not isinstance(made, Mapping) or not isinstance(current, Mapping):
        return made, not same_value(before, current)
    known = before if isinstance(before, Mapping) else {}
    touched = {part for part in {*known, *made} if not same_value(known.get(part), made.get(part))}
    others = {part: value for part, value in current.items() if part not in touched}
    mine = {part: value for part, value in made.items() if part in touched}
    overtaken = any(not same_value(known.get(part), current.get(part)) for part in touched)
    return {**others, **mine}, overtaken
