"""Mail on its way out: taken when due, asked the last question, handed over, and accounted for.

Three transactions around the one call that leaves the house. The first takes the work, asks the
gate, freezes the letter and says `sending`; then the letter is carried; the last one says what
became of it. Whoever dies in between leaves a frozen letter under the key of its effect, and the
next one goes on from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from interview_desk.domain.flags import Flag, is_on
from interview_desk.domain.instants import format_instant
from interview_desk.domain.sequences.appearance import html_of, one_line, with_footer
from interview_desk.domain.sequences.gate import Ask, Decision, Send, Skip, Stop, Wait, decide
from interview_desk.domain.sequences.messages import LIVE, MessageState
from interview_desk.domain.sequences.plan import effect_key
from sync_server.followups import repository
from sync_server.followups.letters import Letter, unsubscribe_headers
from sync_server.followups.post import KIND, Post
from sync_server.followups.repository import Effect
from sync_server.followups.sending.tokens import unsubscribe_link, unsubscribe_token
from sync_server.followups.sequences.cases import Case, case_of, messages_of, moment_of
from sync_server.followups.sequences.conditions import holds
from sync_server.followups.sequences.rewriting import fits, refit
from sync_server.followups.sequences.stopping import stop, write
from sync_server.infra.database import Tx
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import StoredRecord, records_of_kind
from sync_server.work import due
from sync_server.work.due import Claim

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

LEASE = timedelta(seconds=90)
# Mails that are decided about in one transaction, where none of them leaves.
_DECIDED_AT_ONCE = 20
_LOOK_AGAIN = timedelta(days=1)
_PUT_OFF = timedelta(minutes=15)
_PUT_OFF_WORDS = (
    "Something that this mail depends on cannot be read. The server tries again every 15 minutes; "
    "tell whoever looks after it."
)
_NO_WAY_WORDS = "This server cannot send mail yet. Tell whoever looks after it."
# Well inside the time for which any provider knows a key.
_REPEATS_WITHIN = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Job:
    """A letter to carry, and the claim under which it is ours to carry.

    One that `may_leave` no more, or not now, is only asked for: an earlier try may have arrived.
    """

    claim: Claim
    effect: Effect
    is_repeat: bool = False
    may_leave: bool = True

    @property
    def letter(self) -> Letter:
        """What is carried."""
        return self.effect.letter


def may_send(tx: Tx, workspace_id: str) -> bool:
    """Whether mail may leave at all: nobody has turned it off."""
    flags = records_of_kind(tx, workspace_id, "flags")
    return is_on(Flag.FOLLOW_UP, [flag.fields for flag in flags])


def plan_tests(tx: Tx, message_ids: Iterable[str]) -> None:
    """Have these mails of members to themselves sent at once; those that are done are not."""
    for message_id in message_ids:
        due.plan(tx, KIND, message_id, due_at=tx.now)


def take_job(
    tx: Tx,
    workspace_id: str,
    *,
    post: Post,
    gateway: str,
    holder: str,
    key: str | None = None,
) -> Job | None:
    """Take mails that are due (only `key`, where given) and decide about each, until one leaves.

    Everything is asked in the transaction that takes the work, while no record can change. What is
    decided holds for that moment: the next mail is asked about once this one has been carried.
    """
    with RecordBatch(tx, workspace_id) as batch:
        # After the lock of the batch, so that a switch turned off meanwhile is seen.
        if not may_send(tx, workspace_id):
            return None
        job: Job | None = None
        done: list[Claim] = []
        for _ in range(_DECIDED_AT_ONCE):
            claims = due.take(tx, KIND, holder=holder, lease=LEASE, key=key, at=tx.now)
            if not claims:
                break
            job = _Deciding(batch, claims[0], post, gateway, done).job()
            if job is not None:
                break
        due.finish_all(tx, done)
        return job


def put_off(tx: Tx, message_id: str) -> None:
    """Have a mail about which nothing can be decided now looked at again in a while."""
    due.plan(tx, KIND, message_id, due_at=tx.now + _PUT_OFF)


def say_put_off(tx: Tx, workspace_id: str, message_id: str) -> None:
    """Have a mail that was put off say so, where people see it."""
    with RecordBatch(tx, workspace_id) as batch:
        message = batch.read("follow_up_messages", message_id)
        if message is not None and not message.deleted:
            write(batch, message, {"waits": _PUT_OFF_WORDS})


def say_no_way(tx: Tx, message_id: str) -> None:
    """Have a mail that is due say that this server has no way to send it; another one may have."""
    workspace_id, _ = repository.the_workspace(tx)
    with RecordBatch(tx, workspace_id) as batch:
        message = batch.read("follow_up_messages", message_id)
        if message is not None and _state(message) is MessageState.QUEUED:
            write(batch, message, {"waits": _NO_WAY_WORDS})


class _Deciding:
    """What becomes of one mail whose time has come."""

    def __init__(
        self, batch: RecordBatch, claim: Claim, post: Post, gateway: str, done: list[Claim]
    ) -> None:
        self._batch = batch
        self._tx = batch.tx
        self._claim = claim
        self._post = post
        self._gateway = gateway
        self._finished = done

    def job(self) -> Job | None:
        """The letter to carry now, or None where there is none and all is said."""
        message = self._batch.read("follow_up_messages", self._claim.key)
        state = _state(message)
        if message is None or state is None:
            self._done()
            return None
        if state is MessageState.SENDING:
            return self._repeat(message)
        if message.fields.get("member_id"):
            return self._test(message)
        case = self._allowed(message)
        return self._ready(message, case) if case else None

    def _repeat(self, message: StoredRecord) -> Job | None:
        effect = repository.effect_of(self._tx, message.id)
        if effect is not None:
            return self._once_more(message, effect)
        why = "It was being sent when this server was restored. Look whether it has arrived."
        write(self._batch, message, {"state": MessageState.UNCERTAIN.value, "error": why})
        self._done()
        return None

    def _once_more(self, message: StoredRecord, effect: Effect) -> Job | None:
        """What is repeated may leave only now, so the gate is asked as if for the first time."""
        if message.fields.get("member_id"):
            return Job(self._claim, effect, is_repeat=True)
        case = self._case(message)
        is_whole = case is not None and case.sequence is not None
        decision = self._decision(message, case, must_ask=False) if case and is_whole else None
        until = decision.until if isinstance(decision, Wait) else None
        if until is not None and until - effect.first_tried_at < _REPEATS_WITHIN:
            due.finish(self._tx, self._claim, again_at=until)
            return None
        is_right = case is not None and fits(case, message) and not case.goes_on
        may_leave = is_right and isinstance(decision, Send)
        if may_leave:
            repository.change_effect(self._tx, effect.key, tried_at=self._tx.now)
        return Job(self._claim, effect, is_repeat=True, may_leave=may_leave)

    def _allowed(self, message: StoredRecord) -> Case | None:
        """The case of a mail that may leave now; None where something speaks against it."""
        case = self._case(message)
        if case is None:
            self._cancel(message, "The follow-up has ended.")
            return None
        if case.sequence is None:
            self._wait(message, None, " ".join(case.mistakes))
            return None
        if case.goes_on:
            self._wait(message, None, "The interview is still going on.")
            return None
        if not fits(case, message):
            refit(self._batch, case, message, self._post)
            self._done()
            return None
        decision = self._decision(message, case, must_ask=self._must_ask(case, message))
        if isinstance(decision, Send):
            return case
        self._object(message, case, decision)
        return None

    def _case(self, message: StoredRecord) -> Case | None:
        """The case of a mail, where it is still one."""
        enrolment = self._batch.read("enrolments", str(message.fields.get("enrolment_id")))
        case = case_of(self._batch, enrolment) if enrolment and not enrolment.deleted else None
        return case if case and case.state in LIVE else None

    def _decision(self, message: StoredRecord, case: Case, *, must_ask: bool) -> Decision:
        moment = moment_of(
            self._batch,
            case,
            cap=self._post.per_day,
            message_id=message.id,
            condition=holds(self._batch, case, str(message.fields.get("step"))),
            must_ask_for_reply=must_ask,
        )
        return decide(moment)

    def _object(
        self, message: StoredRecord, case: Case, decision: Stop | Skip | Wait | Ask
    ) -> None:
        match decision:
            case Stop(reason):
                stop(self._batch, case, reason)
                self._done()
            case Skip(why):
                self._cancel(message, why)
            case Wait(until, why):
                self._wait(message, until, why)
            case Ask(question):
                self._hold(message, question)

    def _must_ask(self, case: Case, message: StoredRecord) -> bool:
        """Whether somebody has to say first that the guest has not replied to an earlier mail."""
        if self._post.sees_replies or message.fields.get("question"):
            return False
        return messages_of(self._batch, case.enrolment)[0].id != message.id

    def _ready(self, message: StoredRecord, case: Case) -> Job | None:
        step = case.sequence.step(str(message.fields.get("step"))) if case.sequence else None
        is_draft = message.fields.get("state") == MessageState.DRAFT
        if is_draft and (step is None or step.approval):
            # It was to be asked about first, and is not any more; nobody has approved it.
            self._hold(message, None)
            return None
        if case.address is None or case.sequence is None:
            raise ValueError("the gate lets nobody through without an address")
        token = unsubscribe_token(self._tx.vault, message.id)
        letter = self._letter(message, to=case.address, token=token)
        return self._send(message, letter, sequence_id=case.sequence.id, token=token)

    def _test(self, message: StoredRecord) -> Job | None:
        """A mail to a member of the team, who wants to see it."""
        member_id = str(message.fields.get("member_id"))
        member = self._batch.read("poblysh_team_members", member_id)
        address = member.fields.get("email") if member and not member.deleted else None
        if not isinstance(address, str):
            failed = {"state": MessageState.FAILED.value, "error": "You have no address here."}
            write(self._batch, message, failed)
            self._done()
            return None
        letter = self._letter(message, to=address, token=None)
        return self._send(message, letter, sequence_id=None, token=None)

    def _letter(self, message: StoredRecord, *, to: str, token: str | None) -> Letter:
        fields, post = message.fields, self._post
        subject, text = str(fields.get("subject") or ""), str(fields.get("text") or "")
        link = unsubscribe_link(post.public_url, token) if token else None
        written = fields.get("html")
        html = written if isinstance(written, str) and written else html_of(text)
        language = str(fields.get("language") or "en")
        text, html = with_footer(text, html, language=language, link=link)
        return Letter(
            key=self._key(message),
            message_id=message.id,
            sender=post.sender,
            to=to,
            subject=one_line(subject),
            text=text,
            html=html,
            reply_to=post.reply_to,
            headers=unsubscribe_headers(link, post.sender) if token else {},
        )

    def _key(self, message: StoredRecord) -> str:
        """The name of the effect: another one once the provider has failed with the one before.

        It would take the same name for the same mail, and not send it.
        """
        fields = message.fields
        first = f"test/{message.id}"
        if not fields.get("member_id"):
            first = effect_key(str(fields.get("enrolment_id")), str(fields.get("step")))
        before = repository.effect_of(self._tx, message.id)
        if before is None or before.provider_id is None:
            return str(fields.get("effect_key") or first)
        repository.forget_effects(self._tx, [before.key])
        number = before.key.removeprefix(first).strip("/") or "1"
        return f"{first}/{int(number) + 1}"

    def _send(
        self, message: StoredRecord, letter: Letter, *, sequence_id: str | None, token: str | None
    ) -> Job:
        effect = repository.keep_effect(
            self._tx,
            letter,
            person=self._tx.vault.blind_index(letter.to),
            sequence_id=sequence_id,
            gateway=self._gateway,
            token=token,
        )
        write(
            self._batch,
            message,
            {
                "state": MessageState.SENDING.value,
                "effect_key": letter.key,
                "error": None,
                "waits": None,
            },
        )
        return Job(self._claim, effect)

    def _hold(self, message: StoredRecord, question: str | None) -> None:
        """Somebody has to approve it, and to answer where there is a question."""
        held: dict[str, Json] = {"state": MessageState.NEEDS_APPROVAL.value, "waits": None}
        write(self._batch, message, held | ({"question": question} if question else {}))
        self._done()

    def _cancel(self, message: StoredRecord, why: str) -> None:
        write(self._batch, message, {"state": MessageState.CANCELLED.value, "error": why})
        self._done()

    def _wait(self, message: StoredRecord, until: datetime | None, why: str) -> None:
        """Say why it waits; what waits for somebody is looked at again with every change."""
        fields: dict[str, Json] = {"waits": why}
        if until is not None:
            fields["due"] = format_instant(until)
        write(self._batch, message, fields)
        due.finish(self._tx, self._claim, again_at=until or self._tx.now + _LOOK_AGAIN)

    def _done(self) -> None:
        self._finished.append(self._claim)


def _state(message: StoredRecord | None) -> MessageState | None:
    """The state of a mail about which something is to be done now, None for every other."""
    if message is None or message.deleted:
        return None
    state = MessageState(str(message.fields.get("state") or MessageState.QUEUED))
    if state is MessageState.DRAFT and not message.fields.get("error"):
        return state
    return state if state in (MessageState.SENDING, MessageState.QUEUED) else None
