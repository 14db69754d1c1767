"""Writing a mail anew that has not left, because more is known of what happened by now."""

from typing import TYPE_CHECKING

from interview_desk.domain.instants import parse_instant
from interview_desk.domain.sequences.messages import MessageState
from interview_desk.domain.sequences.plan import Step, Variant
from sync_server.followups.post import KIND, Post
from sync_server.followups.sequences.cases import Case, messages_of
from sync_server.followups.sequences.stopping import write
from sync_server.followups.sequences.writing import Draft, write_mail
from sync_server.sync.authors import Author
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord
from sync_server.work import due as work

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

_SERVER = Author("server")
_TEXTS = ("subject", "text", "html")


def complete(batch: RecordBatch, case: Case, message: StoredRecord, post: Post) -> None:
    """What a mail lacked may be known by now; what a person has written stays theirs."""
    step = _step(case, message)
    if step is None or _is_a_persons(message):
        return
    draft = _draft(batch, case, message, step)
    if draft is None or draft.mistake is not None:
        return
    state = draft.first_state(step, asks_first=_asks_first(batch, case, message, post))
    write(batch, message, {**draft.fields, "state": state.value})
    due = parse_instant(str(message.fields.get("due")))
    work.plan(batch.tx, KIND, message.id, due_at=max(due, batch.tx.now))


def fits(case: Case, message: StoredRecord) -> bool:
    """Whether a mail was written for what happened: to somebody who came, or who did not."""
    return (message.fields.get("variant") == Variant.NO_SHOW) is case.is_missed


def refit(batch: RecordBatch, case: Case, message: StoredRecord, post: Post) -> None:
    """Have a mail that does not fit say what does, and be approved as if it were new.

    What a person has written stays as it is, for somebody to look at. Where its step has no text
    for what happened, the mail is left out.
    """
    step = _step(case, message)
    if step is None or _is_a_persons(message):
        _have_looked_at(batch, case, message)
        return
    draft = _draft(batch, case, message, step)
    if draft is None:
        left_out = {"state": MessageState.CANCELLED.value, "error": _why(case, "is not for that")}
        write(batch, message, left_out)
        return
    state = draft.first_state(step, asks_first=_asks_first(batch, case, message, post))
    is_held = message.fields.get("state") == MessageState.NEEDS_APPROVAL
    if is_held and state is MessageState.QUEUED:
        state = MessageState.NEEDS_APPROVAL
    write(batch, message, {**draft.fields, "state": state.value, "waits": None})


def _have_looked_at(batch: RecordBatch, case: Case, message: StoredRecord) -> None:
    variant = Variant.NO_SHOW if case.is_missed else Variant.USUAL
    held: dict[str, Json] = {
        "variant": variant.value,
        "state": MessageState.NEEDS_APPROVAL.value,
        "waits": _why(case, "was written before that was known. Look whether it still fits"),
    }
    write(batch, message, held)


def _why(case: Case, what: str) -> str:
    happened = "did not come" if case.is_missed else "came after all"
    return f"{case.guest_name} {happened}, and this mail {what}."


def _step(case: Case, message: StoredRecord) -> Step | None:
    return case.sequence.step(str(message.fields.get("step"))) if case.sequence else None


def _draft(batch: RecordBatch, case: Case, message: StoredRecord, step: Step) -> Draft | None:
    return write_mail(batch, case, step, due=parse_instant(str(message.fields.get("due"))))


def _is_a_persons(message: StoredRecord) -> bool:
    return any(message.writers.get(name) not in (None, _SERVER.writer) for name in _TEXTS)


def _asks_first(batch: RecordBatch, case: Case, message: StoredRecord, post: Post) -> bool:
    is_first = messages_of(batch, case.enrolment)[0].id == message.id
    return not is_first and not post.sees_replies
