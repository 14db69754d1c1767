"""A desk that was used alone joins a team: its work is handed over to the team's member."""

import json
from collections.abc import Mapping

from interview_desk.domain.values import Json
from interview_desk.store.connection import Connection
from interview_desk.store.news import News
from interview_desk.store.projection import to_json
from interview_desk.store.rows import show


def hand_over(connection: Connection, news: News, *, local: str, joined: str) -> None:
    """Put the team's member id wherever the local one stands in what waits to be sent.

    The local member itself is not sent: the team has its own record of this person.
    """
    connection.execute(
        "DELETE FROM outbox WHERE entity = 'poblysh_team_members' AND id = ?", (local,)
    )
    show(connection, news, entity="poblysh_team_members", record_id=local)
    for position, entity, record_id, fields, seen in connection.execute(
        "SELECT position, entity, id, fields, seen FROM outbox"
    ).fetchall():
        names = {local: joined}
        connection.execute(
            "UPDATE outbox SET fields = ?, seen = ? WHERE position = ?",
            (_renamed(fields, names), _renamed(seen, names), position),
        )
        show(connection, news, entity=entity, record_id=record_id)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return to_json(_replaced(json.loads(text), names))


def _replaced(value: Json, names: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, Mapping):
        return {names.get(key, key): _replaced(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, names) for item in value]
    return value
