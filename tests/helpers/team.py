"""A team on a test server: members with devices that speak the protocol over HTTP."""

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.notes import NoteDocument
from interview_desk.wire import routes
from interview_desk.wire.notes import decode_update, encode_update
from sync_server.app import app_on
from sync_server.auth.service import give_tokens
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.models.devices import devices
from sync_server.sync.authors import Author
from sync_server.sync.write import Written, write_record
from tests.helpers.server import EPOCH, WORKSPACE_ID

Key = tuple[str, str]


def new_id() -> str:
    """An id as a client makes it, without the order in time that tests do not need."""
    return str(uuid.uuid4())


@dataclass
class Laptop:
    """One paired device: sends what it is told, and keeps what it pulls."""

    client: httpx.AsyncClient
    member_id: str
    device_id: str
    token: str
    n: int = 0
    cursor: str | None = None
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    note_n: dict[str, int] = field(default_factory=dict)

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any call, signed in."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **options)

    def put(
        self, entity: str, record_id: str, *, base: dict[str, int] | None = None, **fields: Any
    ) -> dict[str, Any]:
        """The next mutation: a change of fields; the base is what was pulled, unless given."""
        return self._mutation("put", entity, record_id, fields=fields, base=base)

    def delete(
        self, entity: str, record_id: str, *, base: dict[str, int] | None = None
    ) -> dict[str, Any]:
        """The next mutation: a deletion."""
        return self._mutation("delete", entity, record_id, fields={}, base=base)

    def _mutation(
        self,
        op: str,
        entity: str,
        record_id: str,
        *,
        fields: dict[str, Any],
        base: dict[str, int] | None,
    ) -> dict[str, Any]:
        self.n += 1
        if base is None:
            base = self.rows.get((entity, record_id), {}).get("field_versions", {})
        return {
            "n": self.n,
            "op": op,
            "entity": entity,
            "id": record_id,
            "fields": fields,
            "base": base,
        }

    async def post(self, *mutations: dict[str, Any], **body: Any) -> httpx.Response:
        """Push, whatever comes of it."""
        message = {
            "device": self.device_id,
            "epoch": EPOCH,
            "mutations": list(mutations),
            **body,
        }
        return await self.call("POST", routes.PUSH, json=message)

    async def push(self, *mutations: dict[str, Any]) -> list[dict[str, Any]]:
        """Push what must be taken; the results."""
        response = await self.post(*mutations)
        assert response.status_code == 200, response.text
        results: list[dict[str, Any]] = response.json()["results"]
        return results

    async def change(self, entity: str, record_id: str, **fields: Any) -> dict[str, Any]:
        """Push one change; its result."""
        return (await self.push(self.put(entity, record_id, **fields)))[0]

    async def remove(self, entity: str, record_id: str) -> dict[str, Any]:
        """Push one deletion; its result."""
        return (await self.push(self.delete(entity, record_id)))[0]

    async def pull(self, limit: int = 500) -> list[dict[str, Any]]:
        """Pull to the end, and keep what is seen; everything that came."""
        came: list[dict[str, Any]] = []
        more = True
        while more:
            page = await self.page(limit=limit, cursor=self.cursor)
            self.take(page)
            came, more = came + page["rows"], page["more"]
        return came

    def take(self, page: dict[str, Any]) -> None:
        """Keep what is seen of a page, and stand behind it."""
        for row in page["rows"]:
            self._keep(row)
        self.cursor = page["cursor"]

    async def page(self, *, limit: int = 500, cursor: str | None = None) -> dict[str, Any]:
        """One page, as it came."""
        params: dict[str, Any] = {"limit": limit}
        if cursor is not None:
            params["cursor"] = cursor
        response = await self.call("GET", routes.PULL, params=params)
        assert response.status_code == 200, response.text
        page: dict[str, Any] = response.json()
        return page

    def _keep(self, row: dict[str, Any]) -> None:
        key = (row["entity"], row["id"])
        if row.get("gone") or row["deleted"]:
            self.rows.pop(key, None)
        else:
            self.rows[key] = row

    def sees(self, entity: str) -> dict[str, dict[str, Any]]:
        """The fields of what was pulled of one kind, by id."""
        return {key[1]: row["fields"] for key, row in self.rows.items() if key[0] == entity}

    async def post_notes(
        self,
        interview: str,
        stage: str,
        updates: list[bytes],
        *,
        instead: dict[str, Any] | None = None,
    ) -> httpx.Response:
        """Send updates of a stage's notes, whatever comes of it."""
        doc = note_document_id(interview, stage)
        start = self.note_n.get(doc, 0)
        message = {
            "device": self.device_id,
            "interview": interview,
            "stage": stage,
            "updates": [
                {"n": start + number, "update": encode_update(update)}
                for number, update in enumerate(updates, 1)
            ],
            **(instead or {}),
        }
        return await self.call("POST", routes.note_updates(doc), json=message)

    async def write_notes(self, interview: str, stage: str, text: str) -> None:
        """Write `text` at the end of a stage's notes."""
        doc = note_document_id(interview, stage)
        document = NoteDocument()
        found = await self.call("GET", routes.note_updates(doc))
        if found.status_code == 200:
            document.apply([decode_update(u["update"]) for u in found.json()["updates"]])
        before = document.state_vector()
        document.insert(document.length, text)
        answer = await self.post_notes(interview, stage, [document.updates_since(before)])
        assert answer.status_code == 200, answer.text
        self.note_n[doc] = answer.json()["last_n"]

    async def notes(self, interview: str, stage: str) -> str:
        """The text of a stage's notes as the server tells it."""
        answer = await self.call("GET", routes.note_text(note_document_id(interview, stage)))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["text"])


@dataclass
class Team:
    """The members of the one workspace, on a server inside this process."""

    parts: Parts
    client: httpx.AsyncClient

    async def member(self, name: str, role: Role = Role.INTERVIEWER) -> Laptop:
        """A new member with one laptop."""
        member_id = new_id()
        email = f"{name.lower()}@example.org"
        fields: dict[str, Any] = {"name": name, "email": email, "role": role.value}
        await self.server_writes("poblysh_team_members", member_id, **fields)
        return await self.laptop(member_id)

    async def laptop(self, member_id: str) -> Laptop:
        """One more device of a member."""
        device_id = new_id()

        def pair(tx: Tx) -> str:
            tx.connection.execute(
                sa.insert(devices).values(
                    id=device_id,
                    workspace_id=WORKSPACE_ID,
                    member_id=member_id,
                    name="Laptop",
                    nonce_digest=device_id,
                    paired_at=tx.now,
                )
            )
            return give_tokens(tx, device_id, randomness=secrets.token_bytes(32)).access_token

        token = await self.parts.database.write(pair)
        return Laptop(self.client, member_id, device_id, token)

    async def interview(self) -> str:
        """The id of an interview about switching, of nobody in particular."""
        interview = new_id()
        await self.server_writes("interviews", interview, title="Switching")
        return interview

    async def server_writes(
        self, entity: str, record_id: str, *, author: Author | None = None, **fields: Any
    ) -> Written:
        """A change that the server makes by itself."""
        return await self.parts.database.write(
            lambda tx: write_record(
                tx,
                workspace_id=WORKSPACE_ID,
                entity=entity,
                id=record_id,
                fields=fields,
                author=author or Author("server"),
            )
        )


def team_on(parts: Parts, app: FastAPI | None = None) -> Team:
    """A team on `parts`; whoever asks closes its client.

    An `app` that is given serves these parts from now on: making one takes longer than most tests.
    """
    app = app or app_on(parts)
    app.state.parts = parts
    transport = httpx.ASGITransport(app=app)
    client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
    return Team(parts, client)
