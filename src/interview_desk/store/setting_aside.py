"""Putting in quarantine what the server did not take."""

import json
from datetime import datetime
from typing import Any

from interview_desk.domain.values import Fields
from interview_desk.store.connection import Connection
from interview_desk.store.projection import instant_milliseconds, to_json


def quarantine_edit(
    connection: Connection,
    edit: tuple[str, str, str, str],
    *,
    code: str,
    detail: str | None,
    now: datetime,
) -> None:
    """Set one edit (op, entity, id, fields as JSON) aside with its values in words."""
    op, entity, record_id, fields = edit
    content = {"op": op, "fields": json.loads(fields)}
    text = _in_words(op, json.loads(fields))
    _set_aside(connection, ("edit", entity, record_id, to_json(content), text, code, detail), now)


def quarantine_note(
    connection: Connection,
    doc: str,
    *,
    content: dict[str, object],
    text: str,
    code: str,
    detail: str | None,
    now: datetime,
) -> None:
    """Set own note updates aside with their readable text."""
    _set_aside(
        connection, ("note", "note_documents", doc, to_json(content), text, code, detail), now
    )


def _set_aside(connection: Connection, item: tuple[str | None, ...], now: datetime) -> None:
    connection.execute(
        "INSERT INTO quarantine (kind, entity, record_id, content, text, code, detail, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*item, instant_milliseconds(now)),
    )


def _in_words(op: str, fields: Fields) -> str:
    if op == "delete":
        return "deleted"
    return "\n".join(f"{name}: {_value_in_words(value)}" for name, value in fields.items())


def _value_in_words(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)
