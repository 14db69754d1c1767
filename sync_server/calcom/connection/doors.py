"""The webhooks that Connect has registered, each with an address and a secret of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from pydantic import SecretStr

from interview_desk.wire.calcom import Scope
from sync_server.infra.database import Tx
from sync_server.models.calcom import calcom_doors, calcom_followed, webhook_events

_TABLE = "calcom_doors"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a webhook is registered at Cal.com, and for whom that tells."""

    path: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class StoredDoor:
    """One registered webhook; `webhook_id` is None until Cal.com has taken it."""

    endpoint: str
    place: Place
    url: str
    webhook_id: str | None
    triggers: tuple[str, ...]
    connected_at: datetime | None


@dataclass(frozen=True, slots=True)
class Followed:
    """Somebody whose bookings are followed; without a webhook they have nothing to book yet."""

    scope: Scope
    since: datetime
    has_webhook: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """Who it is, however they are called now."""
        return self.scope.kind.value, self.scope.id


def all_doors(tx: Tx) -> list[StoredDoor]:
    """Every webhook of ours, in the order of their places."""
    query = sa.select(calcom_doors).order_by(calcom_doors.c.place)
    return [_door(row) for row in tx.connection.execute(query)]


def open_door(tx: Tx, door: StoredDoor, *, secret: SecretStr) -> StoredDoor:
    """Accept `secret` at the door of a place from now on, and still the one before it.

    Before Cal.com hears of the new secret: whatever becomes of that call, both are taken.
    """
    known = tx.connection.execute(
        sa.select(calcom_doors).where(calcom_doors.c.place == door.place.path)
    ).one_or_none()
    endpoint = known.endpoint if known else door.endpoint
    sealed = _sealed(tx, endpoint, column="secret", secret=secret)
    if known is None:
        scope = door.place.scope
        new = sa.insert(calcom_doors).values(
            endpoint=endpoint,
            place=door.place.path,
            scope_kind=scope.kind.value,
            scope_id=scope.id,
            scope_name=scope.name,
            url=door.url,
            secret=sealed,
            triggers=[],
        )
        tx.connection.execute(new)
        return door
    before = SecretStr(tx.vault.open(known.secret, table=_TABLE, row=endpoint, column="secret"))
    change = sa.update(calcom_doors).where(calcom_doors.c.endpoint == endpoint)
    values = {"previous": _sealed(tx, endpoint, column="previous", secret=before)}
    tx.connection.execute(change.values(secret=sealed, **values))
    return _door(known)


def settle_door(tx: Tx, door: StoredDoor) -> None:
    """Keep what Cal.com has answered about the webhook of a door."""
    change = sa.update(calcom_doors).where(calcom_doors.c.endpoint == door.endpoint)
    values = {
        "webhook_id": door.webhook_id,
        "url": door.url,
        "triggers": list(door.triggers),
        "connected_at": tx.now,
    }
    tx.connection.execute(change.values(**values))


def follow(tx: Tx, scopes: Sequence[Scope]) -> None:
    """Follow the bookings of these from now on, and of nobody else."""
    tx.connection.execute(sa.delete(calcom_followed))
    rows = [
        {
            "scope_kind": scope.kind.value,
            "scope_id": scope.id,
            "scope_name": scope.name,
            "since": tx.now,
        }
        for scope in scopes
    ]
    if rows:
        tx.connection.execute(sa.insert(calcom_followed), rows)


def followed(tx: Tx) -> list[Followed]:
    """Whose bookings are followed, by their names.

    A webhook says so too, where Connect has not come to its end.
    """
    rows = tx.connection.execute(sa.select(calcom_followed)).all()
    found = {(row.scope_kind, row.scope_id): Followed(_scope(row), row.since) for row in rows}
    for door in all_doors(tx):
        if door.connected_at is not None:
            new = Followed(door.place.scope, door.connected_at, has_webhook=True)
            known = found.get(new.key, new)
            since = min(known.since, new.since)
            found[new.key] = replace(known, since=since, has_webhook=True)
    return sorted(found.values(), key=lambda one: one.scope.name)


def close_door(tx: Tx, endpoint: str) -> None:
    """Take nothing at this door any more."""
    tx.connection.execute(sa.delete(calcom_doors).where(calcom_doors.c.endpoint == endpoint))


def secrets_of(tx: Tx, endpoint: str) -> list[SecretStr]:
    """What bodies at this address may be signed with; every door's for the address without name."""
    query = sa.select(calcom_doors.c.endpoint, calcom_doors.c.secret, calcom_doors.c.previous)
    if endpoint:
        query = query.where(calcom_doors.c.endpoint == endpoint)
    found = []
    for row in tx.connection.execute(query):
        for column, sealed in (("secret", row.secret), ("previous", row.previous)):
            if sealed is not None:
                plain = tx.vault.open(sealed, table=_TABLE, row=row.endpoint, column=column)
                found.append(SecretStr(plain))
    return found


@dataclass(frozen=True, slots=True)
class LastArrival:
    """When the last body came in; `is_odd` is one since Connect that is no event of Cal.com's."""

    at: datetime
    is_odd: bool


def last_arrival(tx: Tx, doors: Sequence[StoredDoor]) -> LastArrival | None:
    """What came in last at one of these doors."""
    connected = {door.endpoint: door.connected_at for door in doors}
    events = webhook_events.c
    query = (
        sa.select(events.received_at, events.trigger, events.endpoint)
        .where(events.endpoint.in_(connected))
        .order_by(events.id.desc())
        .limit(1)
    )
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        return None
    since = connected[row.endpoint]
    is_new = since is not None and row.received_at > since
    return LastArrival(row.received_at, is_odd=is_new and row.trigger is None)


def _sealed(tx: Tx, endpoint: str, *, column: str, secret: SecretStr) -> str:
    plain = secret.get_secret_value()
    return tx.vault.seal(plain, table=_TABLE, row=endpoint, column=column)


def _door(row: sa.Row[tuple[object, ...]]) -> StoredDoor:
    place = Place(row.place, _scope(row))
    triggers = tuple(row.triggers)
    return StoredDoor(row.endpoint, place, row.url, row.webhook_id, triggers, row.connected_at)


def _scope(row: sa.Row[tuple[object, ...]]) -> Scope:
    return Scope(kind=row.scope_kind, id=row.scope_id, name=row.scope_name)
