"""Values and facts in words, for messages and reasons."""

from interview_desk.domain.evaluation.conditions import Value

UNKNOWN = "unknown"


def value_words(value: Value) -> str:
    """`value` as a person reads it."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}"
    return value if isinstance(value, str) else ", ".join(value) or "none"


def fact_words(name: str) -> str:
    """A fact's name in words, where no catalogue is at hand: `Price (deciding)`."""
    source, _, rest = name.partition(".")
    *places, last = rest.split(".") if source == "answers" else [source, *rest.split(".")]
    words = last.replace("_", " ").capitalize()
    place = ", ".join(places).replace("_", " ")
    return f"{words} ({place})" if place else words
