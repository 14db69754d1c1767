"""What a guest reads of a mail, and changing it."""

from typing import TypeAlias

from interview_desk.domain.overtaken import edit_of
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.sequences.appearance import html_of
from interview_desk.domain.values import Json
from interview_desk.services.mail_errors import MailEmpty

# Subject and text.
Words: TypeAlias = tuple[str, str]


def words_in(record: Record) -> tuple[str, str, str]:
    """Subject, text, and the text with its look."""
    subject, text, html = (_text(record, name) for name in ("subject", "text", "html"))
    return subject, text, html or html_of(text)


def tidied(subject: str, text: str) -> dict[str, Json]:
    """Both as they are kept; MailEmpty where nothing is left of one."""
    said = _tidied(subject, text)
    if not all(said.values()):
        raise MailEmpty
    return said


def rewritten(record: Record, *, was: Words, new: Words) -> Edit:
    """The change of a mail that said what it `was` when somebody began to write the `new`."""
    now = _tidied(_text(record, "subject"), _text(record, "text"))
    edit = edit_of(record.entity, record.id, shown=_tidied(*was), made=tidied(*new), now=now)
    if "text" not in edit.fields:
        return edit
    # Its look is made of the text, so that nobody reads two different ones.
    look = {"html"} if "text" in edit.unseen else set()
    return edit._replace(fields={**edit.fields, "html": None}, unseen=edit.unseen | look)


def _tidied(subject: str, text: str) -> dict[str, Json]:
    return {"subject": " ".join(subject.split()), "text": text.strip()}


def _text(record: Record, name: str) -> str:
    value = record.fields.get(name)
    return value if isinstance(value, str) else ""
