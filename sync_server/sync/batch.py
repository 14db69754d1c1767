"""Many changes by the server's own parts: read once, decided in memory, written together."""

import secrets
from collections import defaultdict
from collections.abc import Iterable

from typing_extensions import override

from interview_desk.domain.ids import new_id
from interview_desk.domain.merge import Incoming, merge
from interview_desk.domain.values import Fields, Json
from sync_server.infra.database import Tx
from sync_server.infra.flushing import Flushing
from sync_server.sync.authors import Author
from sync_server.sync.counter import Poke, lock, poke_followers, position, raise_to
from sync_server.sync.history import Place
from sync_server.sync.read import (
    StoredRecord,
    find_by_email,
    read_record,
    records_of_interviews,
)
from sync_server.sync.removal.erased import erased_among
from sync_server.sync.seen.given import refresh_all
from sync_server.sync.stored import Change, changed, put
from sync_server.sync.write import known_entity

_Key = tuple[str, str]


class RecordBatch(Flushing):
    """The records of a workspace inside one unit of work, as the server's own parts change them.

    Every change has its version and its history, as with `write_record`; only the statements are
    shared. Nothing is stored before `flush`, or the end of the `with` block: whoever reads or
    writes the tables another way in between flushes first, and calls `forget` afterwards.
    """

    def __init__(self, tx: Tx, workspace_id: str) -> None:
        self.tx = tx
        self.workspace_id = workspace_id
        # From here on the versions are ours to give, until the commit.
        lock(tx, workspace_id)
        self._changes: list[Change] = []
        self._members: dict[str, StoredRecord | None] = {}
        self.forget()

    def forget(self) -> None:
        """Read everything anew from here on."""
        self._known: dict[_Key, StoredRecord | None] = {}
        self._of: defaultdict[str, set[_Key]] = defaultdict(set)
        self._loaded: set[str] = set()
        self._erased: set[str] = set()
        self._seq = position(self.tx, self.workspace_id).seq

    def fresh_id(self, entity: str) -> str:
        """An id for a record that the server makes."""
        record_id = new_id(self.tx.now, secrets.token_bytes(10))
        self._known[entity, record_id] = None
        self._loaded.add(record_id)
        return record_id

    def id_within(self, interview_id: str, entity: str, record_id: str) -> str:
        """An id that follows from its interview; another one where that is somebody else's."""
        self.load([interview_id])
        known = self.read(entity, record_id)
        is_ours = known is None or known.interview_id == interview_id
        return record_id if is_ours else self.fresh_id(entity)

    def load(self, interview_ids: Iterable[str]) -> None:
        """Read these interviews and all that belongs to them, unless that was done before."""
        wanted = set(interview_ids) - self._loaded
        if not wanted:
            return
        self._loaded |= wanted
        self._known.update(dict.fromkeys((("interviews", one) for one in wanted), None))
        for record in records_of_interviews(self.tx, self.workspace_id, wanted):
            self._keep(record)
        self._look_for_erased({record_id for _, record_id in self._known} | wanted)

    def read(self, entity: str, record_id: str) -> StoredRecord | None:
        """The record as it is after all changes so far, deleted or not."""
        key = (entity, record_id)
        if key not in self._known:
            self._known[key] = None
            found = read_record(self.tx, self.workspace_id, entity, record_id)
            if found is not None:
                self._keep(found)
            self._look_for_erased({record_id})
        return self._known[key]

    def of_interview(self, interview_id: str, entity: str) -> list[StoredRecord]:
        """The live rows of one kind that belong to an interview, oldest first."""
        self.load([interview_id])
        found = [self._known[key] for key in self._of[interview_id] if key[0] == entity]
        live = [
            one for one in found if one and not one.deleted and one.interview_id == interview_id
        ]
        return sorted(live, key=lambda one: one.created_ver)

    def member_with(self, email: str) -> StoredRecord | None:
        """The member of the team with this address."""
        if email not in self._members:
            entity = "poblysh_team_members"
            found = find_by_email(self.tx, self.workspace_id, email, entity=entity)
            self._members[email] = found[0] if found else None
        return self._members[email]

    def write(self, entity: str, record_id: str, *, fields: Fields | None, author: Author) -> None:
        """Change a record, or delete it where there are no fields; the server's word is the last.

        What was erased for good stays so.
        """
        stored = self.read(entity, record_id)
        if self.is_erased(record_id) or self.is_erased((fields or {}).get("interview_id")):
            return
        kind = known_entity(entity, fields or {})
        incoming = Incoming(fields or {}, {}, author.writer, delete=fields is None, overrides=True)
        merged = merge(kind, stored.standing() if stored else None, incoming)
        if not merged.has_effect:
            return
        self._seq += 1
        place = Place(self.workspace_id, entity, record_id)
        now = self.tx.now
        change = changed(place, stored=stored, merged=merged, author=author, ver=self._seq, now=now)
        self._changes.append(change)
        self._keep(change.after)

    def is_erased(self, record_id: Json) -> bool:
        """Whether the record or interview, which was asked for before, is gone for good."""
        return record_id in self._erased

    @override
    def flush(self) -> None:
        """Store all changes so far."""
        changes, self._changes = self._changes, []
        if not changes:
            return
        raise_to(self.tx, self.workspace_id, self._seq)
        put(self.tx, changes)
        refresh_all(self.tx, self.workspace_id, changes=changes, stand=self)
        poke_followers(self.tx, Poke(self.workspace_id, self._seq))

    def _keep(self, record: StoredRecord) -> None:
        key = (record.entity, record.id)
        self._known[key] = record
        if record.interview_id is not None:
            self._of[record.interview_id].add(key)

    def _look_for_erased(self, ids: set[str]) -> None:
        self._erased |= erased_among(self.tx, self.workspace_id, ids)
