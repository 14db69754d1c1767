"""Asking the provider, where it cannot reach this server, and telling it who wants no more mail."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sync_server.followups import repository
from sync_server.followups.gateways.carrier import Reply, Reporting, Suppressed
from sync_server.followups.hearing.automatic import is_automatic
from sync_server.followups.hearing.news import ORIGINS, STATES, suppressed, take_reply, take_state
from sync_server.followups.sending.settling import POLL
from sync_server.followups.trying import tell, tried
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.sync.batch import RecordBatch
from sync_server.work import due
from sync_server.work.due import Claim

_AT_ONCE = 20
_LEASE = timedelta(minutes=2)
# A mail is asked about more and more seldom, and then no more: it has arrived or never will.
_PAUSES = tuple(timedelta(minutes=one) for one in (10, 60, 360, 1440, 4320))
_ON_ITS_WAY = frozenset({"queued", "scheduled", "sent", "delivery_delayed", None})


async def tell_suppressions(parts: Parts, provider: Reporting) -> None:
    """Have the provider know of everybody who has unsubscribed here."""
    untold = await parts.database.read(partial(repository.untold_suppressions, limit=_AT_ONCE))
    for person in untold:
        failure = await tried(_tell_suppression(parts, provider, person))
        if failure is not None:
            tell("that %s is not written to cannot be told: %s", person, failure)


async def ask_about_mails(parts: Parts, provider: Reporting, *, holder: str) -> None:
    """Ask what became of mails that were sent some time ago."""
    claims = await parts.database.write(
        lambda tx: due.take(tx, POLL, holder=holder, lease=_LEASE, limit=_AT_ONCE, at=tx.now)
    )
    for claim in claims:
        failure = await tried(_ask_about(parts, provider, claim))
        if failure is not None:
            # Its lease ends, and then it is asked about again.
            tell("what became of mail %s cannot be taken up: %s", claim.key, failure)


async def ask_for_replies(parts: Parts, provider: Reporting) -> None:
    """Take up mails that came in at the provider."""
    for reply in await provider.replies():
        failure = await tried(_hear_of_reply(parts, provider, reply))
        if failure is not None:
            tell("reply %s cannot be taken up: %s", reply.id, failure)


async def ask_for_suppressions(parts: Parts, provider: Reporting) -> None:
    """Take over whom the provider does not write to."""
    found = await provider.suppressed()
    if found:
        await parts.database.write(partial(_take_suppressed, found=found))


async def _tell_suppression(parts: Parts, provider: Reporting, person: str) -> None:
    address = await parts.database.read(partial(repository.untold_address, person=person))
    if await provider.suppress(address):
        await parts.database.write(partial(repository.told_suppression, person=person))


async def _hear_of_reply(parts: Parts, provider: Reporting, reply: Reply) -> None:
    known = partial(repository.has_event, event_id=_event_of(reply))
    if await parts.database.read(known):
        return
    of_machine = is_automatic(await provider.headers_of(reply.id))
    await parts.database.write(partial(_take_reply, reply=reply, of_machine=of_machine))


async def _ask_about(parts: Parts, provider: Reporting, claim: Claim) -> None:
    effect = await parts.database.read(partial(repository.effect_of, message_id=claim.key))
    said = await provider.state_of(effect.provider_id or "") if effect else None
    await parts.database.write(partial(_take_answer, claim=claim, said=said))


def _take_answer(tx: Tx, claim: Claim, said: str | None) -> None:
    due.check(tx, claim)
    effect = repository.effect_of(tx, claim.key)
    told = STATES.get(said or "")
    if effect is not None and told is not None:
        with RecordBatch(tx, repository.the_workspace(tx)[0]) as batch:
            take_state(batch, effect, told)
    age = tx.now - effect.first_tried_at if effect else timedelta.max
    again = next((pause for pause in _PAUSES if pause > age), None)
    if said not in _ON_ITS_WAY or again is None:
        due.finish(tx, claim)
    else:
        due.finish(tx, claim, again_at=tx.now + again - age)


def _event_of(reply: Reply) -> str:
    return f"received:{reply.id}"[:120]


def _take_reply(tx: Tx, reply: Reply, *, of_machine: bool) -> None:
    workspace_id, _ = repository.the_workspace(tx)
    event_id = _event_of(reply)
    is_new = repository.keep_event(tx, event_id, kind="email.received", provider_id=None, body="{}")
    if is_new and reply.sender:
        if not of_machine:
            with RecordBatch(tx, workspace_id) as batch:
                take_reply(batch, reply.sender)
        repository.settle_event(tx, event_id)


def _take_suppressed(tx: Tx, found: Sequence[Suppressed]) -> None:
    workspace_id, _ = repository.the_workspace(tx)
    with RecordBatch(tx, workspace_id) as batch:
        for one in found:
            person = tx.vault.blind_index(one.address)
            reason = ORIGINS.get(one.origin)
            if reason is not None and repository.suppression_of(tx, person) is None:
                suppressed(batch, one.address, reason)
