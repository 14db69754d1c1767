"""The server's sync and note calls over HTTP."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from interview_desk.domain.instants import format_instant
from interview_desk.remote.answers import error_of, read_answer
from interview_desk.remote.note_updates import is_readable
from interview_desk.remote.pace import Pace
from interview_desk.remote.session import Session
from interview_desk.services.comparison import Fingerprint
from interview_desk.services.exchange import (
    Mutation,
    NoteBatch,
    NotePage,
    NoteReceipt,
    Page,
    PushAnswer,
    Result,
    SequencedUpdate,
    ServerRow,
    Tokens,
)
from interview_desk.services.identity import Paired
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.services.whole_copy import CopyPlace
from interview_desk.wire import auth, notes, routes, sync

_COPY_TYPE = "application/x-ndjson"


class HttpSyncApi:
    """The `SyncApi` port over a signed-in session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def push(
        self, mutations: Sequence[Mutation], *, device_id: str, epoch: str | None
    ) -> PushAnswer:
        """Send a batch, oldest first."""
        body = {
            "device": device_id,
            "epoch": epoch or "",
            "mutations": [_mutation(mutation) for mutation in mutations],
        }
        # Whatever was written is sent, NaN too, so that the server can say what it makes of it.
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        response = await self._session.call(
            "POST", routes.PUSH, content=content, headers={"Content-Type": "application/json"}
        )
        answer = read_answer(response, sync.PushResponse)
        results = tuple(
            Result(result.n, result.status, result.ver, result.code, result.detail)
            for result in answer.results
        )
        return PushAnswer(answer.last_n, answer.epoch, results)

    async def pull(self, cursor: str | None, *, limit: int) -> Page:
        """The rows after `cursor`."""
        params: dict[str, str | int] = {"limit": limit}
        if cursor is not None:
            params["cursor"] = cursor
        response = await self._session.call("GET", routes.PULL, params=params)
        answer = read_answer(response, sync.PullResponse)
        return Page(
            rows=tuple(_row(row) for row in answer.rows),
            cursor=answer.cursor,
            more=answer.more,
            last_n=answer.last_n,
            epoch=answer.epoch,
            server_time=format_instant(answer.server_time),
        )

    async def snapshot(self, place: CopyPlace | None) -> AsyncGenerator[bytes, None]:
        """The bytes of a whole copy, or of the rest of one, as fast as they are asked for."""
        params = {"after": place.after, "cursor": place.cursor} if place else {}
        async with self._session.streamed("GET", routes.SNAPSHOT, params=params) as response:
            if response.headers.get("content-type", "").partition(";")[0] != _COPY_TYPE:
                await response.aread()
                raise error_of(response)
            pace = Pace(response)
            async for part in response.aiter_raw():
                pace.came(len(part))
                yield part

    async def digest(self, entity: str) -> Fingerprint:
        """What the server's copies of one kind add up to."""
        response = await self._session.call("GET", routes.DIGEST, params={"entity": entity})
        answer = read_answer(response, sync.DigestResponse)
        return Fingerprint(answer.cursor, answer.count, answer.digest)

    async def fork(self) -> str:
        """A new device id for a copied or restored profile; the session goes on as it."""
        response = await self._session.call("POST", routes.FORK, json={})
        answer = read_answer(response, auth.ForkResponse)
        await self._session.adopt(
            Tokens(answer.access_token, answer.refresh_token, answer.expires_at)
        )
        return answer.device_id

    async def push_notes(
        self, batch: NoteBatch, *, device_id: str, epoch: str | None
    ) -> NoteReceipt:
        """Send own updates of one document."""
        body: dict[str, Any] = {
            "device": device_id,
            "interview": batch.note.interview_id,
            "stage": batch.note.stage,
            "updates": [
                {"n": update.n, "update": notes.encode_update(update.update)}
                for update in batch.updates
            ],
            "epoch": epoch,
        }
        response = await self._session.call("POST", routes.note_updates(batch.doc), json=body)
        answer = read_answer(response, notes.NotePosted)
        return NoteReceipt(answer.last_n, answer.seq)

    async def pull_notes(self, docs: Mapping[str, int], *, epoch: str | None) -> Sequence[NotePage]:
        """What each document gained after its sequence."""
        body = {"epoch": epoch, "docs": dict(docs)}
        response = await self._session.call("POST", routes.NOTES_PULL, json=body)
        answer = read_answer(response, notes.NotesPulled)
        found = {doc: page for doc, page in answer.docs.items() if doc in docs}
        # Looking at each of thousands of updates takes longer than a window may stand still.
        return await asyncio.to_thread(
            lambda: [_note_page(doc, docs[doc], page) for doc, page in found.items()]
        )


class HttpPairingApi:
    """The `PairingApi` port: the one call that needs no token."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def pair(self, code: str, *, device_name: str, install_nonce: str) -> Paired:
        """Exchange a one-time code for this device's tokens."""
        body = {"code": code, "device_name": device_name, "install_nonce": install_nonce}
        try:
            response = await self._session.send("POST", routes.PAIR, json=body)
        finally:
            await self._session.close()
        answer = read_answer(response, auth.PairResponse)
        return Paired(
            device_id=answer.device_id,
            tokens=Tokens(answer.access_token, answer.refresh_token, answer.expires_at),
            member_id=answer.member.id,
            name=answer.member.name,
            email=answer.member.email or None,
            role=answer.member.role,
            workspace=answer.workspace.name,
            epoch=answer.epoch,
        )


def _mutation(mutation: Mutation) -> dict[str, Any]:
    return {
        "n": mutation.n,
        "op": mutation.op,
        "entity": mutation.entity,
        "id": mutation.id,
        "fields": mutation.fields,
        "base": mutation.base,
    }


def _row(row: sync.Row) -> ServerRow:
    return ServerRow(
        entity=row.entity,
        id=row.id,
        ver=row.ver,
        fields=row.fields,
        field_versions=row.field_versions,
        deleted=row.deleted,
        gone=row.gone,
        erased=row.erased,
        updated_by=row.updated_by,
        updated_at=format_instant(row.updated_at) if row.updated_at else None,
    )


def _note_page(doc: str, after: int, found: notes.NoteUpdates) -> NotePage:
    try:
        updates = tuple(
            SequencedUpdate(update.seq, notes.decode_update(update.update), update.by, update.at)
            for update in found.updates
        )
        snapshot = notes.decode_update(found.snapshot) if found.snapshot else None
    except ValueError as error:
        raise ServerUnreachableError from error
    return NotePage(
        doc=doc,
        after=after,
        seq=found.seq,
        updates=tuple(update for update in updates if is_readable(update.update)),
        snapshot=snapshot if snapshot is not None and is_readable(snapshot) else None,
        snapshot_seq=found.snapshot_seq or 0,
        more=found.more,
    )
