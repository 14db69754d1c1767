"""Accounting for a mail once somebody has said what became of it."""

from datetime import timedelta

from interview_desk.domain.instants import format_instant
from interview_desk.domain.sequences.messages import MessageState, after_news
from interview_desk.domain.values import Fields
from sync_server.followups import repository
from sync_server.followups.hearing.news import take_up_waiting
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Outcome, Refused, Unclear
from sync_server.followups.sending.jobs import Job
from sync_server.followups.sequences.stopping import write
from sync_server.infra.database import Tx
from sync_server.sync.batch import RecordBatch
from sync_server.work import due

# Under this name the provider is asked what became of a mail, where it cannot tell us.
POLL = "mail.poll"
_FIRST_POLL = timedelta(minutes=2)


def settle(tx: Tx, workspace_id: str, *, job: Job, outcome: Outcome, polls: bool) -> None:
    """Keep what became of a letter; LeaseLost when somebody else has taken it over."""
    due.check(tx, job.claim)
    with RecordBatch(tx, workspace_id) as batch:
        match outcome:
            case Accepted(provider_id):
                _accepted(batch, job, provider_id, polls=polls)
            case NotTaken(why, after):
                _not_taken(batch, job, why, after)
            case Refused(why):
                _refused(batch, job, why)
            case Unclear(_, after):
                repository.change_effect(tx, job.effect.key, unclear=True)
                due.finish(tx, job.claim, again_at=tx.now + after)
            case Lost(why):
                _say(batch, job, {"state": MessageState.UNCERTAIN.value, "error": why})
                due.finish(tx, job.claim)


def _accepted(batch: RecordBatch, job: Job, provider_id: str, *, polls: bool) -> None:
    tx = batch.tx
    repository.change_effect(tx, job.effect.key, provider_id=provider_id, tried_at=tx.now)
    sent: Fields = {"provider_id": provider_id, "sent_at": format_instant(tx.now), "error": None}
    _say(batch, job, sent, told=MessageState.SENT)
    take_up_waiting(batch, provider_id)
    due.finish(tx, job.claim)
    if polls:
        due.plan(tx, POLL, job.letter.message_id, due_at=tx.now + _FIRST_POLL)


def _not_taken(batch: RecordBatch, job: Job, why: str, after: timedelta) -> None:
    again = batch.tx.now + after
    if job.effect.unclear or job.is_repeat:
        # An earlier try may have been taken: only the very same may be tried again.
        due.finish(batch.tx, job.claim, again_at=again)
        return
    repository.forget_effects(batch.tx, [job.effect.key])
    queued = {"state": MessageState.QUEUED.value, "waits": why, "due": format_instant(again)}
    _say(batch, job, queued)
    due.finish(batch.tx, job.claim, again_at=again)


def _refused(batch: RecordBatch, job: Job, why: str) -> None:
    repository.forget_effects(batch.tx, [job.effect.key])
    _say(batch, job, {"state": MessageState.FAILED.value, "error": why})
    due.finish(batch.tx, job.claim)


def _say(batch: RecordBatch, job: Job, fields: Fields, *, told: MessageState | None = None) -> None:
    message = batch.read("follow_up_messages", job.letter.message_id)
    if message is None or message.deleted:
        return
    if told is not None:
        current = MessageState(str(message.fields.get("state")))
        fields = {**fields, "state": after_news(current, told).value}
    write(batch, message, fields)
