"""Which words of a record can be searched for, and where finding them leads."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from interview_desk.domain.answers import words_of
from interview_desk.domain.guides import COVERED
from interview_desk.domain.search_words import indexable
from interview_desk.domain.values import Fields, Json

# Beside the answers to a guide's questions: when the conversation began and ended.
_CAPTURE: Final = "capture"


class SearchText(NamedTuple):
    """One thing that can be found."""

    interview_id: str | None
    stage: str | None
    title: str
    body: str


def record_text(entity: str, record_id: str, fields: Fields) -> SearchText | None:
    """What the record says in words; None where it says nothing."""
    read = _READERS.get(entity)
    found = read(record_id, fields) if read else None
    if found is None or not (found.title or found.body):
        return None
    return found._replace(title=indexable(found.title), body=indexable(found.body))


def note_text(interview_id: str, stage: str, text: str) -> SearchText | None:
    """What a note says; None where it is empty."""
    return SearchText(interview_id, stage, "", indexable(text)) if text.strip() else None


def _interview(record_id: str, fields: Fields) -> SearchText:
    title = _line(fields.get("title")) or _line(fields.get("calcom_title"))
    original = _line(fields.get("calcom_title"))
    body = _lines(original if original != title else None, fields.get("tags"))
    return SearchText(record_id, None, title, body)


def _guest(_record_id: str, fields: Fields) -> SearchText:
    name, email = _line(fields.get("name")), _line(fields.get("email"))
    return SearchText(_id(fields, "interview_id"), None, name, email if email != name else "")


def _contact(_record_id: str, fields: Fields) -> SearchText:
    name = _line(fields.get("name"))
    body = _lines(*(fields.get(one) for one in ("email", "phone") if fields.get(one) != name))
    return SearchText(None, None, name, body)


def _startup(_record_id: str, fields: Fields) -> SearchText:
    body = _lines(fields.get("website"), fields.get("tags"), fields.get("notes"))
    return SearchText(None, None, _line(fields.get("name")), body)


def _member(_record_id: str, fields: Fields) -> SearchText:
    body = _lines(fields.get("email"), fields.get("skills"), fields.get("languages"))
    return SearchText(None, None, _line(fields.get("name")), body)


def _insight(_record_id: str, fields: Fields) -> SearchText:
    statement = _line(fields.get("statement"))
    quotes = [quote for quote in _quotes(fields.get("evidence")) if quote != statement]
    body = _lines(statement, fields.get("tags"), quotes)
    return SearchText(_id(fields, "interview_id"), _id(fields, "stage"), "", body)


def _answer(_record_id: str, fields: Fields) -> SearchText | None:
    stage, _, name = _line(fields.get("field")).partition(".")
    if stage == _CAPTURE or name == COVERED:
        return None
    return SearchText(_id(fields, "interview_id"), stage, "", words_of(fields.get("value")))


_READERS: Final = {
    "interviews": _interview,
    "interview_guests": _guest,
    "contacts": _contact,
    "startups": _startup,
    "poblysh_team_members": _member,
    "interview_insights": _insight,
    "interview_answers": _answer,
}


def _id(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None


def _line(value: Json) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _lines(*values: Json) -> str:
    lines: list[str] = []
    for value in values:
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        lines += filter(None, map(_line, items))
    return "\n".join(lines)


def _quotes(evidence: Json) -> list[str]:
    if isinstance(evidence, str) or not isinstance(evidence, Sequence):
        return []
    return [_line(piece.get("quote")) for piece in evidence if isinstance(piece, Mapping)]
