"""A client as small as the protocol allows: outbox, cache, and honest bases."""

from dataclasses import dataclass, field
from typing import Any

from interview_desk.domain.merge import applied, base_of_edit
from interview_desk.domain.records import ENTITIES
from interview_desk.wire import routes
from tests.helpers.server import EPOCH
from tests.helpers.team import Key, Laptop


@dataclass
class ModelDesk:
    """One device with a user in front of it."""

    laptop: Laptop
    outbox: list[dict[str, Any]] = field(default_factory=list)
    next_n: int = 1
    # For every value somebody typed: the server's value they had before their eyes.
    saw: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, tuple[Key, str]] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def shown(self, key: Key) -> dict[str, Any] | None:
        """The record as the user sees it: the cache and what has not been sent."""
        row = self.laptop.rows.get(key)
        fields = None if row is None else dict(row["fields"])
        for mutation in self._pending(key):
            if mutation["op"] == "delete":
                fields = None
            else:
                fields = applied(ENTITIES[key[0]], fields or {}, mutation["fields"])
        return fields

    def edit(self, key: Key, name: str, value: str) -> None:
        """The user types `value` into a field; a tag is added."""
        is_set = name == "tags"
        pending = [m for m in self._pending(key) if name in m["fields"] and m["op"] == "put"]
        seen = self.laptop.rows.get(key, {}).get("field_versions", {})
        oldest = {name: pending[0]["base"][name]} if pending else {}
        if pending and not is_set:
            self.saw[value] = self.saw[pending[0]["fields"][name]]
        else:
            self.saw[value] = self.laptop.rows.get(key, {}).get("fields", {}).get(name)
        self.typed[value] = (key, name)
        sent: Any = {"add": [value], "remove": []} if is_set else value
        self._queue("put", key, {name: sent}, base_of_edit([name], pending=oldest, seen=seen))

    def delete(self, key: Key) -> None:
        """The user deletes the record they see."""
        seen = self.laptop.rows.get(key, {}).get("field_versions", {})
        self._queue("delete", key, {}, dict(seen))

    def _queue(self, op: str, key: Key, fields: dict[str, Any], base: dict[str, int]) -> None:
        entity, record_id = key
        mutation = {"n": self.next_n, "op": op, "entity": entity, "id": record_id}
        self.outbox.append({**mutation, "fields": fields, "base": base})
        self.next_n += 1

    def _pending(self, key: Key) -> list[dict[str, Any]]:
        return [m for m in self.outbox if (m["entity"], m["id"]) == key]

    async def push(self, *, size: int = 500, lost_answer: bool = False) -> None:
        """Send the oldest of the outbox; an entry goes only with its result in hand."""
        batch = self.outbox[:size]
        body = {"device": self.laptop.device_id, "epoch": EPOCH, "mutations": batch}
        answer = await self.laptop.call("POST", routes.PUSH, json=body)
        assert answer.status_code == 200, answer.text
        if lost_answer:
            return
        results = {result["n"]: result for result in answer.json()["results"]}
        assert set(results) == {mutation["n"] for mutation in batch}
        self.rejected += [m for m in batch if results[m["n"]]["status"] == "rejected"]
        self.outbox = self.outbox[len(batch) :]

    async def pull(self, *, limit: int = 500, repeat_page: bool = False) -> None:
        """Take everything there is; a page may come twice."""
        before = self.laptop.cursor
        await self.laptop.pull(limit)
        if repeat_page:
            self.laptop.cursor = before
            await self.laptop.pull(limit)

    async def fresh_rows(self) -> dict[Key, dict[str, Any]]:
        """What a new copy of the same device would hold."""
        laptop = self.laptop
        copy = Laptop(laptop.client, laptop.member_id, laptop.device_id, laptop.token)
        await copy.pull()
        return copy.rows
