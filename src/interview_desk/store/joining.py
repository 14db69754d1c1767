"""A desk that was used alone joins a team: its work becomes the team member's, and waits."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from interview_desk.domain.ids import assignment_id, sheet_id
from interview_desk.domain.records import ENTITIES, Policy
from interview_desk.domain.values import Json
from interview_desk.store.connection import Connection
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.part import Part
from interview_desk.store.projection import to_json
from interview_desk.store.renaming import rename
from interview_desk.store.rows import show

if TYPE_CHECKING:
    from interview_desk.services.handover import HandoverPlan, Twin

_MEMBERS = "poblysh_team_members"
# What both sides are recognised by, the surest first.
_KNOWN_BY = {"startups": ("name",), "contacts": ("email", "name")}


def hand_over(connection: Connection, news: News, *, local: str, joined: str) -> None:
    """Put the team's member id wherever the local one stands in what waits to be sent.

    The local member itself is not sent: the team has its own record of this person. Everything
    else waits until that person has seen what the team will get.
    """
    connection.execute("DELETE FROM outbox WHERE entity = ? AND id = ?", (_MEMBERS, local))
    show(connection, news, entity=_MEMBERS, record_id=local)
    interviews = connection.execute(
        "SELECT DISTINCT fields->>'interview_id' FROM outbox WHERE fields->>'member_id' = ? "
        "AND entity IN ('rating_sheets', 'interview_assignments') "
        "AND fields->>'interview_id' IS NOT NULL",
        (local,),
    ).fetchall()
    named = {
        make(found, local): make(found, joined)
        for (found,) in interviews
        for make in (sheet_id, assignment_id)
    }
    rename(connection, news, {local: joined, **named})
    if connection.execute(
        "SELECT 1 FROM outbox UNION ALL SELECT 1 FROM own_note_updates LIMIT 1"
    ).fetchone():
        set_meta(connection, "held", value=True)


class StoredHandover(Part):
    """The `HandoverStore` port on the encrypted database."""

    async def plan(self) -> "HandoverPlan":
        """What will be sent, and what the team seems to have already."""
        return await self._engine.read(_plan)

    async def release(self, twins: Sequence["Twin"]) -> None:
        """Send everything from now on; of each of `twins` the team keeps one record."""

        def work(connection: Connection, news: News) -> None:
            for twin in twins:
                _become_theirs(connection, twin)
            rename(connection, news, {twin.local: twin.theirs for twin in twins})
            set_meta(connection, "held", value=None)
            news.record("handover", "")

        await self._engine.write(work)


def _plan(connection: Connection) -> "HandoverPlan":
    from interview_desk.services.handover import HandoverPlan

    counts = dict(
        connection.execute(
            "SELECT entity, count(DISTINCT id) FROM outbox WHERE state = 'waiting' GROUP BY entity"
        )
    )
    (notes,) = connection.execute(
        "SELECT count(DISTINCT doc) FROM own_note_updates WHERE state = 'waiting'"
    ).fetchone()
    held = get_meta(connection, "held", default=False)
    twins = [twin for entity in _KNOWN_BY for twin in _twins(connection, entity)] if held else []
    return HandoverPlan(counts, notes, tuple(twins))


def _twins(connection: Connection, entity: str) -> Sequence["Twin"]:
    from interview_desk.services.handover import Twin

    rows: list[tuple[str, int, dict[str, Json]]] = [
        (record_id, ver, json.loads(fields))
        for record_id, ver, fields in connection.execute(
            "SELECT id, ver, coalesce(shown, fields) FROM records WHERE entity = ? AND live = 1",
            (entity,),
        )
    ]
    found: list[Twin] = []
    for record_id, ver, fields in rows:
        theirs = None if ver else _recognised(entity, fields, rows)
        if theirs is not None:
            found.append(Twin(entity, record_id, theirs[0], _name(fields), _name(theirs[2])))
    return found


def _recognised(
    entity: str, fields: dict[str, Json], rows: Sequence[tuple[str, int, dict[str, Json]]]
) -> tuple[str, int, dict[str, Json]] | None:
    for name in _KNOWN_BY[entity]:
        mine = _plain(fields.get(name))
        for row in rows:
            if mine and row[1] and _plain(row[2].get(name)) == mine and _may_be(fields, row[2]):
                return row
    return None


def _may_be(mine: dict[str, Json], theirs: dict[str, Json]) -> bool:
    """Two of one name with two addresses are two people."""
    own, other = _plain(mine.get("email")), _plain(theirs.get("email"))
    return not own or not other or own == other


def _plain(value: Json) -> str:
    return " ".join(value.casefold().split()) if isinstance(value, str) else ""


def _name(fields: dict[str, Json]) -> str:
    return str(fields.get("name") or "")


def _become_theirs(connection: Connection, twin: "Twin") -> None:
    """Leave to the team what both call the same; what differs besides stays, as a conflict."""
    waiting = connection.execute(
        "SELECT position, fields FROM outbox WHERE entity = ? AND id = ? AND op = 'put'",
        (twin.entity, twin.local),
    ).fetchall()
    for position, fields in waiting:
        said: dict[str, Any] = json.loads(fields)
        kept = {
            name: _added(twin.entity, name, value) for name, value in said.items() if name != "name"
        }
        connection.execute(
            "UPDATE outbox SET fields = ?, base = '{}' WHERE position = ?",
            (to_json(kept), position),
        )


def _added(entity: str, name: str, value: Json) -> Json:
    rule = ENTITIES[entity].fields.get(name)
    if rule is not None and rule.policy is Policy.SET and isinstance(value, list):
        return {"add": value, "remove": []}
    return value
