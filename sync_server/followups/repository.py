"""What left the house, what came back, and who is never written to, as rows."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from interview_desk.domain.sequences.messages import StopReason
from sync_server.followups.letters import Letter, read_letter
from sync_server.infra.database import Tx
from sync_server.models.mail import mail_effects, mail_events, mail_suppressions
from sync_server.models.records import blind_index, records
from sync_server.models.workspace import workspace

_effects = mail_effects.c
# Keys that are asked for in one statement.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Effect:
    """One mail that may have left."""

    key: str
    message_id: str
    person: str
    letter: Letter
    gateway: str
    first_tried_at: datetime
    unclear: bool
    provider_id: str | None


def the_workspace(tx: Tx) -> tuple[str, str]:
    """The id and the name of the one workspace of this server."""
    row = tx.connection.execute(sa.select(workspace.c.id, workspace.c.name)).one()
    return row.id, row.name


def keep_effect(
    tx: Tx,
    letter: Letter,
    *,
    person: str,
    sequence_id: str | None,
    gateway: str,
    token: str | None,
) -> Effect:
    """Freeze a letter before its first try; one that a person sends again starts afresh."""
    sealed = tx.vault.seal(letter.spelled(), table="mail_effects", row=letter.key, column="letter")
    row = {
        "key": letter.key,
        "message_id": letter.message_id,
        "person": person,
        "sequence_id": sequence_id,
        "letter": sealed,
        "gateway": gateway,
        "first_tried_at": tx.now,
        "tried_at": tx.now,
        "unclear": False,
        "provider_id": None,
        "unsubscribe": token_digest(token) if token else None,
    }
    _upsert(tx, mail_effects, row)
    return Effect(
        letter.key,
        letter.message_id,
        person,
        letter,
        gateway,
        tx.now,
        unclear=False,
        provider_id=None,
    )


def effect_of(tx: Tx, message_id: str) -> Effect | None:
    """What was tried for a message."""
    return _effect(tx, _effects.message_id == message_id)


def effect_with(tx: Tx, provider_id: str) -> Effect | None:
    """The mail that the provider knows by this id."""
    return _effect(tx, _effects.provider_id == provider_id)


def effect_unsubscribed_by(tx: Tx, token: str) -> Effect | None:
    """The mail in whose unsubscribe link this token stands."""
    return _effect(tx, _effects.unsubscribe == token_digest(token))


def _effect(tx: Tx, where: sa.ColumnElement[bool]) -> Effect | None:
    row = tx.connection.execute(sa.select(mail_effects).where(where)).first()
    if row is None:
        return None
    text = tx.vault.open(row.letter, table="mail_effects", row=row.key, column="letter")
    return Effect(
        row.key,
        row.message_id,
        row.person,
        read_letter(text),
        row.gateway,
        row.first_tried_at,
        unclear=row.unclear,
        provider_id=row.provider_id,
    )


def change_effect(tx: Tx, key: str, **values: Any) -> None:
    """Say more of what was tried."""
    tx.connection.execute(sa.update(mail_effects).where(_effects.key == key).values(values))


def forget_effects(tx: Tx, keys: Iterable[str]) -> None:
    """Nothing has left under these keys, or nothing of it may be kept."""
    tx.connection.execute(sa.delete(mail_effects).where(_effects.key.in_(list(keys))))


def person_mailed_at(tx: Tx, person: str, *, but: str) -> datetime | None:
    """When a mail of ours, but the one of message `but`, last may have left for this person."""
    query = sa.select(sa.func.max(_effects.tried_at)).where(
        _effects.person == person, _effects.message_id != but
    )
    moment: datetime | None = tx.connection.execute(query).scalar_one()
    return moment


def mailed_since(
    tx: Tx, since: datetime, *, but: str, sequence_id: str | None = None
) -> list[datetime]:
    """When mails to guests may have left since then (only of one sequence, where given).

    The one of message `but` is not counted: it is being decided about.
    """
    of = _effects.sequence_id.is_not(None) if sequence_id is None else _of(sequence_id)
    query = (
        sa.select(_effects.tried_at)
        .where(of, _effects.tried_at > since, _effects.message_id != but)
        .order_by(_effects.tried_at.desc())
    )
    return list(tx.connection.execute(query).scalars())


def _of(sequence_id: str) -> sa.ColumnElement[bool]:
    return _effects.sequence_id == sequence_id


def suppression_of(tx: Tx, person: str) -> StopReason | None:
    """Why this person is never written to, None where they may be."""
    query = sa.select(mail_suppressions.c.reason).where(mail_suppressions.c.person == person)
    reason = tx.connection.execute(query).scalar_one_or_none()
    return None if reason is None else StopReason(reason)


def suppress(tx: Tx, address: str, reason: StopReason, *, tell_provider: bool) -> None:
    """Never write to this address again; the first reason stays."""
    person = tx.vault.blind_index(address)
    if suppression_of(tx, person) is not None:
        return
    sealed = None
    if tell_provider:
        sealed = tx.vault.seal(address, table="mail_suppressions", row=person, column="address")
    row = {"person": person, "reason": reason.value, "at": tx.now, "address": sealed}
    _upsert(tx, mail_suppressions, row)


def unsuppress(tx: Tx, address: str) -> None:
    """This address may be written to again."""
    person = tx.vault.blind_index(address)
    tx.connection.execute(sa.delete(mail_suppressions).where(mail_suppressions.c.person == person))


def untold_suppressions(tx: Tx, limit: int) -> list[str]:
    """Whom the provider has not heard of yet, unopened."""
    untold = mail_suppressions.c.address.is_not(None)
    query = sa.select(mail_suppressions.c.person).where(untold).order_by(mail_suppressions.c.at)
    return list(tx.connection.execute(query.limit(limit)).scalars())


def untold_address(tx: Tx, person: str) -> str:
    """The address of somebody whom the provider has not heard of yet."""
    query = sa.select(mail_suppressions.c.address).where(mail_suppressions.c.person == person)
    sealed = tx.connection.execute(query).scalar_one()
    return tx.vault.open(sealed, table="mail_suppressions", row=person, column="address")


def told_suppression(tx: Tx, person: str) -> None:
    """The provider knows; its copy of the address is enough."""
    tx.connection.execute(
        sa.update(mail_suppressions)
        .where(mail_suppressions.c.person == person)
        .values(address=None)
    )


def keep_event(tx: Tx, event_id: str, *, kind: str, provider_id: str | None, body: str) -> bool:
    """Whether this news is new; kept for good either way."""
    sealed = tx.vault.seal(body, table="mail_events", row=event_id, column="body")
    row = {
        "id": event_id,
        "received_at": tx.now,
        "kind": kind,
        "provider_id": provider_id,
        "body": sealed,
        "state": "waiting",
    }
    statement = _insert(tx, mail_events).values(row).on_conflict_do_nothing()
    kept = tx.connection.execute(statement.returning(mail_events.c.id))
    return kept.first() is not None


def has_event(tx: Tx, event_id: str) -> bool:
    """Whether this news has come before."""
    query = sa.select(mail_events.c.id).where(mail_events.c.id == event_id)
    return tx.connection.execute(query).first() is not None


def waiting_events(tx: Tx, provider_id: str) -> list[tuple[str, str]]:
    """News about a mail that came before we knew the provider's id of it: ids and bodies."""
    query = (
        sa.select(mail_events)
        .where(mail_events.c.provider_id == provider_id, mail_events.c.state == "waiting")
        .order_by(mail_events.c.received_at, mail_events.c.id)
    )
    return [
        (row.id, tx.vault.open(row.body, table="mail_events", row=row.id, column="body"))
        for row in tx.connection.execute(query)
    ]


def settle_event(tx: Tx, event_id: str) -> None:
    """The news has been taken up; what it said of anybody is needed no more."""
    nothing = tx.vault.seal("{}", table="mail_events", row=event_id, column="body")
    tx.connection.execute(
        sa.update(mail_events)
        .where(mail_events.c.id == event_id)
        .values(state="done", body=nothing)
    )


class Changed(NamedTuple):
    """What has news for follow-ups, the oldest first: up to which version, and where."""

    newest: int
    interviews: Sequence[str]
    # Mails of members to themselves belong to no interview.
    tests: Sequence[str]


def changed_since(tx: Tx, workspace_id: str, seen: int) -> Changed:
    """Everything with news for follow-ups that is newer than version `seen`."""
    own = sa.case((records.c.entity == "interviews", records.c.id), else_=records.c.interview_id)
    rows = tx.connection.execute(
        sa.select(records.c.ver, records.c.id, own.label("interview_id"))
        .where(
            records.c.workspace_id == workspace_id,
            records.c.ver > seen,
            records.c.entity.in_(_TOUCHING),
            sa.or_(own.is_not(None), records.c.member_id.is_not(None)),
        )
        .order_by(records.c.ver)
    ).all()
    return Changed(
        rows[-1].ver if rows else seen,
        list(dict.fromkeys(row.interview_id for row in rows if row.interview_id)),
        [row.id for row in rows if not row.interview_id],
    )


_GUESTS = "interview_guests"
_TOUCHING = (
    "enrolments",
    "follow_up_messages",
    _GUESTS,
    "interview_answers",
    "interviews",
    "evaluations",
)


def with_follow_ups(tx: Tx, workspace_id: str, interview_ids: Sequence[str]) -> list[str]:
    """Those of the interviews in which somebody is enrolled, or may be by a rule."""
    found = _among(
        tx,
        sa.select(records.c.scope_id).where(
            records.c.workspace_id == workspace_id,
            records.c.entity.in_(("enrolments", "evaluations")),
            records.c.deleted_at.is_(None),
        ),
        records.c.scope_id,
        interview_ids,
    )
    return [one for one in interview_ids if one in found]


def of_the_same_guests(tx: Tx, workspace_id: str, interview_ids: Sequence[str]) -> list[str]:
    """These interviews, and all others of their guests: a booking ends what another began."""
    # Step by step. In one statement, a PostgreSQL that has not counted its rows yet goes through
    # all guests for each address of each guest, and six hundred of them take minutes.
    guests = (records.c.workspace_id == workspace_id, records.c.entity == _GUESTS)
    indexed = (blind_index.c.workspace_id == workspace_id, blind_index.c.entity == _GUESTS)
    theirs = sa.select(records.c.id).where(*guests)
    here = _among(tx, theirs, records.c.scope_id, interview_ids)
    digests = sa.select(blind_index.c.digest).where(*indexed)
    addresses = _among(tx, digests, blind_index.c.record_id, here)
    known = sa.select(blind_index.c.record_id).where(*indexed)
    elsewhere = _among(tx, known, blind_index.c.digest, addresses) - here
    interviews = sa.select(records.c.interview_id).where(*guests)
    found = _among(tx, interviews, records.c.id, elsewhere)
    return [*interview_ids, *sorted(found - {None, *interview_ids})]


def _among(
    tx: Tx, query: sa.Select[Any], column: sa.Column[str], values: Iterable[str]
) -> set[Any]:
    """What is found where `column` has one of the values, asked for some at a time."""
    found: set[Any] = set()
    wanted = list(values)
    for start in range(0, len(wanted), _AT_ONCE):
        # Not DISTINCT: for its sake SQLite would take an index that has them in order.
        some = query.where(column.in_(wanted[start : start + _AT_ONCE]))
        found.update(tx.connection.execute(some).scalars())
    return found


def token_digest(token: str) -> str:
    """What stands in the database for a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _insert(tx: Tx, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    if tx.connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _upsert(tx: Tx, table: sa.Table, row: dict[str, Any]) -> None:
    key = [column.name for column in table.primary_key]
    insert = _insert(tx, table).values(row)
    changed = {name: insert.excluded[name] for name in row if name not in key}
    tx.connection.execute(insert.on_conflict_do_update(index_elements=key, set_=changed))
