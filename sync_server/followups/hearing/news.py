"""What the provider tells of mails and people, and what follows from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interview_desk.domain.sequences.appearance import one_line
from interview_desk.domain.sequences.messages import (
    EnrolmentState,
    MessageState,
    StopReason,
    after_news,
)
from interview_desk.domain.sequences.plan import StopOn
from sync_server.followups import repository
from sync_server.followups.hearing.automatic import is_automatic
from sync_server.followups.letters import bare_address
from sync_server.followups.repository import Effect
from sync_server.followups.sequences.stopping import cases_of_person, stop, stop_person, write
from sync_server.infra.database import Tx
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord

_LONGEST_ID = 120
_LONGEST_KIND = 60

# What the provider calls where a mail stands; opened and clicked are machines as often as people.
STATES: Mapping[str, MessageState] = {
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "failed": MessageState.FAILED,
    "bounced": MessageState.BOUNCED,
    "suppressed": MessageState.BOUNCED,
    "complained": MessageState.COMPLAINED,
    # Only what was delivered can be opened.
    "opened": MessageState.DELIVERED,
    "clicked": MessageState.DELIVERED,
}
_STOPS: Mapping[MessageState, StopReason] = {
    MessageState.BOUNCED: StopReason.BOUNCED,
    MessageState.COMPLAINED: StopReason.COMPLAINED,
}
ORIGINS: Mapping[str, StopReason] = {
    "bounce": StopReason.BOUNCED,
    "complaint": StopReason.COMPLAINED,
    "manual": StopReason.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class News:
    """One event of the provider, read tolerantly: what is missing is None."""

    kind: str
    provider_id: str | None
    message_id: str | None
    sender: str | None
    subject: str
    address: str | None
    origin: str | None
    is_transient: bool
    reason: str | None
    # Whether a mail that came in was written by a machine, as far as the news tell.
    is_automatic: bool = False

    @property
    def tells_of_a_reply(self) -> bool:
        """Whether somebody has written to us."""
        return self.kind == "email.received"


def read_news(body: str) -> News | None:
    """The event in a body; None for what is none."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        return None
    data = _part(event, "data")
    bounce = _part(data, "bounce")
    return News(
        kind=(_text(event["type"]) or "").replace("\0", "")[:_LONGEST_KIND],
        provider_id=_id(data.get("email_id")),
        message_id=_id(_tag(data.get("tags"), "message")),
        sender=_text(data.get("from")),
        subject=_text(data.get("subject")) or "",
        address=_text(data.get("email")),
        origin=_text(data.get("origin")),
        is_transient=bounce.get("type") == "Transient",
        reason=_reason(data, bounce),
        is_automatic=is_automatic(data.get("headers")),
    )


def take_in(tx: Tx, workspace_id: str, *, event_id: str, news: News, body: str) -> bool:
    """Keep news and do what follows from it; False where it was told before."""
    is_new = repository.keep_event(
        tx, event_id, kind=news.kind, provider_id=news.provider_id, body=body
    )
    if is_new:
        with RecordBatch(tx, workspace_id) as batch:
            if _take_up(batch, news):
                repository.settle_event(tx, event_id)
    return is_new


def take_up_waiting(batch: RecordBatch, provider_id: str) -> None:
    """Take up what was told of a mail before we knew the provider's id of it."""
    for event_id, body in repository.waiting_events(batch.tx, provider_id):
        news = read_news(body)
        if news is None or _take_up(batch, news):
            repository.settle_event(batch.tx, event_id)


def take_state(
    batch: RecordBatch,
    effect: Effect,
    told: MessageState,
    *,
    reason: str | None = None,
    is_transient: bool = False,
) -> None:
    """A mail stands at `told` now, says the provider.

    A transient bounce (a full mailbox) ends the sequence, but the address may be tried another
    time.
    """
    message = batch.read("follow_up_messages", effect.message_id)
    if message is not None and not message.deleted:
        current = MessageState(str(message.fields.get("state")))
        new = after_news(current, told)
        if new is not current:
            error = reason if new in (MessageState.FAILED, *_STOPS) else None
            write(batch, message, {"state": new.value, "error": error})
            if new is MessageState.FAILED:
                _go_on(batch, message)
    why = _STOPS.get(told)
    if why is not None and (message is None or not message.fields.get("member_id")):
        if not is_transient:
            repository.suppress(batch.tx, effect.letter.to, why, tell_provider=False)
        stop_person(batch, effect.letter.to, why)


def _go_on(batch: RecordBatch, message: StoredRecord) -> None:
    """A follow-up counted as finished; now a person may try its mail again."""
    enrolment = batch.read("enrolments", str(message.fields.get("enrolment_id")))
    if enrolment is not None and enrolment.fields.get("state") == EnrolmentState.FINISHED:
        write(batch, enrolment, {"state": EnrolmentState.ACTIVE.value})


def take_reply(batch: RecordBatch, sender: str) -> None:
    """The person with this address has written to us."""
    for case in cases_of_person(batch, sender):
        if case.sequence is None or StopOn.REPLY in case.sequence.stop_on:
            stop(batch, case, StopReason.REPLIED)


def _take_up(batch: RecordBatch, news: News) -> bool:
    """Do what follows from the news; False where the mail it is about is not known yet."""
    match news.kind.partition("."):
        case ("email", _, "received"):
            if news.sender and not news.is_automatic:
                take_reply(batch, bare_address(one_line(news.sender)))
        case ("suppression", _, "added"):
            if news.address:
                suppressed(batch, news.address, ORIGINS.get(news.origin or "", _MANUAL))
        case ("suppression", _, "removed"):
            if news.address:
                repository.unsuppress(batch.tx, news.address)
        case ("email", _, state):
            return _about_mail(batch, news, STATES.get(state))
        case _:
            # Contacts, domains and whatever comes to be told of: nothing of ours follows.
            pass
    return True


def _about_mail(batch: RecordBatch, news: News, told: MessageState | None) -> bool:
    if told is None:
        return True
    effect = repository.effect_with(batch.tx, news.provider_id) if news.provider_id else None
    if effect is None and news.message_id:
        # The answer that would have named the provider's id has not arrived, or never will.
        effect = repository.effect_of(batch.tx, news.message_id)
        if effect is not None and news.provider_id:
            repository.change_effect(batch.tx, effect.key, provider_id=news.provider_id)
    if effect is None:
        return False
    take_state(batch, effect, told, reason=news.reason, is_transient=news.is_transient)
    return True


_MANUAL = StopReason.UNSUBSCRIBED


def suppressed(batch: RecordBatch, address: str, reason: StopReason) -> None:
    """The provider does not write to this address, so neither do we."""
    repository.suppress(batch.tx, address, reason, tell_provider=False)
    stop_person(batch, address, reason)


def _tag(tags: Any, name: str) -> Any:
    """Tags come as an object or as a list of names and values."""
    if isinstance(tags, dict):
        return tags.get(name)
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, dict) and tag.get("name") == name:
            return tag.get("value")
    return None


def _reason(data: Mapping[str, Any], bounce: Mapping[str, Any]) -> str | None:
    failed, suppressed = _part(data, "failed"), _part(data, "suppressed")
    said = next(
        filter(
            None,
            map(_text, (bounce.get("message"), failed.get("reason"), suppressed.get("message"))),
        ),
        None,
    )
    return one_line(said)[:300] if said else None


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Any) -> str | None:
    # Half a sign, as who cuts texts by their length leaves it, can be kept nowhere.
    whole = value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
    return whole or None


def _id(value: Any) -> str | None:
    said = _text(value)
    # No database keeps a NUL in a text.
    return said if said and len(said) <= _LONGEST_ID and "\0" not in said else None
