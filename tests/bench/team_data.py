"""A team with many interviews, put into a server's database without the way through the merge."""

import json
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from interview_desk.domain.ids import new_id
from interview_desk.domain.instants import format_instant
from interview_desk.domain.roles import Role
from sync_server.accounts import members, repository
from sync_server.infra.crypto import Vault
from sync_server.infra.database import Tx
from sync_server.models.records import erased_ids, records, sights
from sync_server.models.workspace import workspace
from sync_server.operations.opening import opened
from tests.helpers.server import test_settings

EMAIL = "ada@example.org"
# An interview, its guest, its assignment and an answer.
RECORDS_PER_INTERVIEW = 4
_BATCH = 2000
_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_STORY = "we switched because every report took two days and nobody trusted the old tool"


async def fill(data_dir: Path, interviews: int, *, erased: int = 0) -> None:
    """Make a server's database with one member and this many interviews, others erased before."""
    async with opened(test_settings(data_dir)) as parts:
        member_id = await parts.database.write(_add_ada)
        made = _rows(parts.vault, interviews, member_id=member_id)
        while batch := list(islice(made, _BATCH)):
            await parts.database.write(lambda tx, batch=batch: _store(tx, batch))  # type: ignore[misc]  # the batch of this turn
        if erased:
            await parts.database.write(partial(_erase, count=erased))


def _add_ada(tx: Tx) -> str:
    team = repository.team(tx)
    member = members.add_member(
        tx,
        workspace_id=team.id,
        member_id=str(uuid.uuid4()),
        email=EMAIL,
        name="Ada",
        role=Role.INTERVIEWER,
    )
    return member.id


def _store(tx: Tx, batch: list[dict[str, Any]]) -> None:
    team = repository.team(tx).id
    seq = tx.connection.execute(sa.select(workspace.c.seq)).scalar_one()
    for number, row in enumerate(batch, seq + 1):
        row |= {"workspace_id": team, "ver": number, "created_ver": number}
        row["versions"] = dict.fromkeys(row["versions"], number)
    tx.connection.execute(sa.insert(records), batch)
    given = [row for row in batch if row["entity"] == "interview_assignments"]
    if given:
        tx.connection.execute(sa.insert(sights), [_sight(row) for row in given])
    tx.connection.execute(sa.update(workspace).values(seq=seq + len(batch)))


def _erase(tx: Tx, count: int) -> None:
    team = repository.team(tx).id
    ids = [{"workspace_id": team, "id": str(uuid.uuid4()), "at": tx.now} for _ in range(count)]
    tx.connection.execute(sa.insert(erased_ids), ids)


def _sight(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "workspace_id": row["workspace_id"],
        "member_id": row["member_id"],
        "kind": "given",
        "scope_id": row["interview_id"],
        "ver": row["ver"],
        "visible": True,
    }


def _rows(vault: Vault, interviews: int, *, member_id: str) -> Iterator[dict[str, Any]]:
    chance = random.Random(11)  # noqa: S311  - the same data in every run
    for number in range(interviews):
        at = _START + timedelta(minutes=30 * number)
        interview = new_id(at, chance.randbytes(10))
        for entity, fields in _fields(chance, at, interview=interview, member_id=member_id):
            record_id = interview if entity == "interviews" else new_id(at, chance.randbytes(10))
            yield _row(vault, entity, record_id, fields=fields, at=at)


def _fields(
    chance: random.Random, at: datetime, *, interview: str, member_id: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    name = f"Gundula {chance.randrange(10**6):06}"
    yield (
        "interviews",
        {
            "title": f"Switch interview with {name}",
            # Judged and put away: a held one would be judged anew while something is measured.
            "status": "archived",
            "start": format_instant(at),
            "end": format_instant(at + timedelta(hours=1)),
            "zone": "Europe/Berlin",
            "join_service": "zoom",
            "join_url": f"https://zoom.us/j/{chance.randrange(10**10):010}",
            "booking_uids": [chance.randbytes(11).hex()],
        },
    )
    mine = {"interview_id": interview}
    email = f"g{chance.randrange(10**8):08}@example.org"
    yield "interview_guests", {**mine, "name": name, "email": email, "zone": "Europe/Berlin"}
    role = {"member_id": member_id, "role": "lead", "state": "accepted"}
    yield "interview_assignments", {**mine, **role}
    said = " ".join(chance.choices(_STORY.split(" "), k=20))
    yield "interview_answers", {**mine, "field": "first_thought.trigger", "value": said}


def _row(
    vault: Vault, entity: str, record_id: str, *, fields: dict[str, Any], at: datetime
) -> dict[str, Any]:
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    own = record_id if entity == "interviews" else fields["interview_id"]
    return {
        "id": record_id,
        "entity": entity,
        "interview_id": fields.get("interview_id"),
        "member_id": fields.get("member_id"),
        "scope_id": own,
        "fields": vault.seal(text, table="records", row=record_id, column="fields"),
        "versions": list(fields),
        "writers": dict.fromkeys(fields, "calcom"),
        "updated_by": None,
        "updated_at": at,
    }
