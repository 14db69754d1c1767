"""What is wrong with strictly read JSON, in sentences for the person who wrote it."""

from collections.abc import Collection, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from interview_desk.domain.evaluation.checking_conditions import Mistake

_CONDITION = "A condition has one of all, any and not, or a fact with op and value."
_EFFECT = "Say which effect it is."
# The type of a mistake whose message is a sentence for people already.
PLAIN = "plain"
_LONGEST = 40
_KEY = "[key]"
_OF_NAMES: Mapping[str, str] = {"missing": "is missing", "extra_forbidden": "is not known here"}
_MUST_BE: Mapping[str, str] = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "an object",
    "model": "an object",
    "finite": "a number",
}


def mistakes_of(error: ValidationError, *, hidden: Collection[str] = ()) -> tuple[Mistake, ...]:
    """One sentence for each thing that is wrong; `hidden` are tags that no place is called by."""
    found = (_mistake(details, hidden) for details in error.errors(include_url=False))
    # Of a value that could be one of several kinds, each kind complains.
    return tuple(dict.fromkeys(found))


def _mistake(details: ErrorDetails, hidden: Collection[str]) -> Mistake:
    *around, last = details["loc"]
    names = [part for part in around if part not in hidden]
    kind = details["type"]
    if kind in _OF_NAMES:
        return Mistake(_place(names), f"{_spoken(last)} {_OF_NAMES[kind]}.")
    if last not in {*hidden, _KEY}:
        names.append(last)
    return Mistake(_place(names), _sentence(details))


def _sentence(details: ErrorDetails) -> str:
    kind = details["type"]
    if kind == PLAIN:
        return details["msg"]
    if kind == "union_tag_not_found":
        return _CONDITION if "_condition_tag" in details["ctx"]["discriminator"] else _EFFECT
    if kind == "union_tag_invalid":
        return f"effect is one of {details['ctx']['expected_tags']}."
    if kind in {"enum", "literal_error"}:
        return f"{_shown(details['input'])} is not one of {details['ctx']['expected']}."
    wanted = _MUST_BE.get(kind.partition("_")[0], "something else")
    return f"{_shown(details['input'])} must be {wanted}."


def _place(names: list[str | int]) -> str:
    return ", ".join(map(_spoken, names)) or "rules"


def _spoken(name: str | int) -> str:
    """A person counts from one."""
    return str(name + 1) if isinstance(name, int) else name.replace("_", " ")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
