"""Follow-up mail as people handle it: what waits, what left, and what becomes of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from interview_desk.domain.flags import Flag, is_on
from interview_desk.domain.instants import format_instant, parse_instant
from interview_desk.domain.interviews import Guest, guest_of, interview_of
from interview_desk.domain.records import Edit, Record
from interview_desk.domain.sequences.appearance import html_of
from interview_desk.domain.sequences.edits import TEXTS
from interview_desk.domain.sequences.effectiveness import Effect, effects_of
from interview_desk.domain.sequences.messages import (
    EDITABLE,
    LIVE,
    EnrolmentState,
    MessageState,
    StopReason,
    may_move,
)
from interview_desk.domain.sequences.plan import Sequence
from interview_desk.services.mail_errors import MailMoved, MailRewritten
from interview_desk.services.mail_words import Words, rewritten, tidied, words_in
from interview_desk.services.ports import Me, NewId, Records
from interview_desk.wire.sequences import read_sequence

_MAILS, _ENROLMENTS = "follow_up_messages", "enrolments"
_GONE = "Somebody who left"
# Mails that ended are read by the newest; the outbox is no archive.
_ENDED_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A guest in a sequence. `because` says why they were enrolled, `reason` why it ended."""

    id: str
    guest_id: str
    guest: str
    interview_id: str
    interview: str
    sequence_id: str
    sequence: str
    state: EnrolmentState
    because: str
    reason: str
    paused_until: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether mail may still come of it."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one guest, with everything that says why it is sent and when."""

    id: str
    state: MessageState
    guest: str
    address: str | None
    subject: str
    text: str
    html: str
    step: str
    number: int | None
    due: datetime | None
    sent_at: datetime | None
    because: str
    question: str
    error: str
    enrolment: Enrolment | None
    interview_id: str | None
    is_test: bool
    language: str = "en"

    @property
    def is_editable(self) -> bool:
        """Whether its text can still be changed."""
        return self.state in EDITABLE

    def may_become(self, wanted: MessageState) -> bool:
        """Whether a person may move it there."""
        return self.state is not wanted and may_move(self.state, wanted)


@dataclass(frozen=True, slots=True)
class MailEffect:
    """What came of one mail of a sequence, with the names that people gave it."""

    sequence: str
    step: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Outbox:
    """All mail, what needs a person first; `is_on` is False while no mail leaves at all."""

    mails: tuple[Mail, ...]
    enrolments: tuple[Enrolment, ...]
    is_on: bool
    may_act: bool
    may_switch: bool


class FollowUpService:
    """Reads and decides about mails through the outbox of changes; the server carries it out."""

    def __init__(
        self,
        records: Records,
        *,
        me: Me,
        new_id: NewId,
    ) -> None:
        self._records = records
        self._me = me
        self._new_id = new_id

    async def outbox(self) -> Outbox:
        """Every mail and every guest in a sequence, as they are known here."""
        names = await _Names.read(self._records)
        enrolments = {
            one.id: _enrolment(one, names) for one in await self._records.all_of(_ENROLMENTS)
        }
        mails = [_mail(one, names, enrolments) for one in await self._records.all_of(_MAILS)]
        flags = [one.fields for one in await self._records.all_of("flags")]
        role = self._me.role
        return Outbox(
            mails=tuple(_in_order(mails)),
            enrolments=tuple(sorted(enrolments.values(), key=_live_first)),
            is_on=is_on(Flag.FOLLOW_UP, flags),
            may_act=role.runs_interviews,
            may_switch=role.runs_the_team,
        )

    async def effects(self) -> list[MailEffect]:
        """What every mail of every sequence has led to, as far as it is known here."""
        names = await _Names.read(self._records)
        mails = await self._records.all_of(_MAILS)
        found = effects_of(mails, await self._records.all_of(_ENROLMENTS))
        return sorted((_named(one, names) for one in found), key=_in_sequence(names))

    async def approve(self, seen: Mail) -> None:
        """Let it leave when it is due, as it was `seen`; also tries again what failed.

        MailRewritten where it says something else by now. Where it does on the server, that one
        keeps it for another look.
        """
        record = await self._mail(seen.id)
        if words_in(record) != (seen.subject, seen.text, seen.html):
            raise MailRewritten
        await self._move(seen.id, MessageState.QUEUED, rests_on=TEXTS)

    async def hold(self, mail_id: str) -> None:
        """Keep it back until somebody approves it."""
        await self._move(mail_id, MessageState.NEEDS_APPROVAL)

    async def cancel(self, mail_id: str) -> None:
        """Never send it."""
        await self._move(mail_id, MessageState.CANCELLED)

    async def was_sent(self, mail_id: str) -> None:
        """Say of a mail whose fate is uncertain that it did arrive."""
        await self._move(mail_id, MessageState.SENT)

    async def edit(self, mail_id: str, *, was: Words, new: Words) -> None:
        """Change what the guest will read; MailEmpty where nothing is left of it.

        Where others changed what `was` there when it was begun, it is for a person to decide.
        """
        record = await self._mail(mail_id)
        edit = rewritten(record, was=was, new=new)
        if MessageState(str(record.fields.get("state"))) not in EDITABLE:
            raise MailMoved
        await self._records.write([edit] if edit.fields else [])

    async def has_replied(self, mail_id: str) -> None:
        """Answer the question with yes: nothing more is sent to this guest."""
        record = await self._mail(mail_id)
        enrolment_id = record.fields.get("enrolment_id")
        if not isinstance(enrolment_id, str):
            raise MailMoved
        await self.stop(enrolment_id, StopReason.REPLIED)
        await self.cancel(mail_id)

    async def test(self, subject: str, text: str) -> None:
        """Send this mail to myself, as a guest would get it."""
        fields = {
            "member_id": self._me.member_id,
            **tidied(subject, text),
            "html": html_of(text),
            "state": MessageState.QUEUED,
        }
        await self._records.write([Edit(_MAILS, self._new_id(), fields)])

    async def enrol(self, *, sequence_id: str, guest_id: str, interview_id: str) -> None:
        """Begin a sequence for a guest by hand."""
        fields = {
            "sequence_id": sequence_id,
            "guest_id": guest_id,
            "interview_id": interview_id,
            "state": EnrolmentState.ACTIVE,
        }
        await self._records.write([Edit(_ENROLMENTS, self._new_id(), fields)])

    async def pause(self, enrolment_id: str, until: datetime | None) -> None:
        """Send nothing to this guest until then, or until somebody goes on with it."""
        fields = {
            "state": EnrolmentState.PAUSED,
            "paused_until": format_instant(until) if until else None,
        }
        await self._records.write([Edit(_ENROLMENTS, enrolment_id, fields)])

    async def go_on(self, enrolment_id: str) -> None:
        """End a pause, or begin after all what was skipped."""
        fields = {"state": EnrolmentState.ACTIVE, "paused_until": None}
        await self._records.write([Edit(_ENROLMENTS, enrolment_id, fields)])

    async def stop(self, enrolment_id: str, reason: str = StopReason.BY_HAND) -> None:
        """Send nothing more to this guest in this sequence; the reason is kept."""
        fields = {"state": EnrolmentState.STOPPED, "reason": reason.strip()}
        await self._records.write([Edit(_ENROLMENTS, enrolment_id, fields)])

    async def _move(
        self, mail_id: str, wanted: MessageState, *, rests_on: frozenset[str] = frozenset()
    ) -> None:
        record = await self._mail(mail_id)
        if not may_move(MessageState(str(record.fields.get("state"))), wanted):
            raise MailMoved
        edit = Edit(_MAILS, mail_id, {"state": wanted}, rests_on=rests_on)
        await self._records.write([edit])

    async def _mail(self, mail_id: str) -> Record:
        record = await self._records.get(_MAILS, mail_id)
        if record is None:
            raise MailMoved
        return record


@dataclass(frozen=True, slots=True)
class _Names:
    """Who and what the ids in mails and enrolments stand for."""

    guests: Mapping[str, Guest]
    interviews: Mapping[str, str]
    sequences: Mapping[str, tuple[str, Sequence | None]]
    me: Mapping[str, str]

    @classmethod
    async def read(cls, records: Records) -> "_Names":
        guests = [guest_of(one) for one in await records.all_of("interview_guests")]
        interviews = {one.id: interview_of(one).title for one in await records.all_of("interviews")}
        sequences = {
            one.id: (_text(one, "name") or "A sequence", read_sequence(one.id, one.fields).sequence)
            for one in await records.all_of("sequences")
        }
        members = {
            one.id: _text(one, "name") for one in await records.all_of("poblysh_team_members")
        }
        return cls({one.id: one for one in guests}, interviews, sequences, members)


def _enrolment(record: Record, names: _Names) -> Enrolment:
    guest = names.guests.get(_text(record, "guest_id"))
    name, _ = names.sequences.get(_text(record, "sequence_id"), ("A sequence that is gone", None))
    return Enrolment(
        id=record.id,
        guest_id=_text(record, "guest_id"),
        guest=guest.name if guest else _GONE,
        interview_id=_text(record, "interview_id"),
        interview=names.interviews.get(_text(record, "interview_id"), ""),
        sequence_id=_text(record, "sequence_id"),
        sequence=name,
        state=EnrolmentState(_text(record, "state") or EnrolmentState.ACTIVE),
        because=_text(record, "because"),
        reason=_text(record, "reason"),
        paused_until=_instant(record, "paused_until"),
    )


def _mail(record: Record, names: _Names, enrolments: Mapping[str, Enrolment]) -> Mail:
    enrolment = enrolments.get(_text(record, "enrolment_id"))
    guest = names.guests.get(_text(record, "guest_id"))
    member = names.me.get(_text(record, "member_id"))
    step, number = _step(record, names, enrolment)
    subject, text, html = words_in(record)
    return Mail(
        id=record.id,
        state=MessageState(_text(record, "state") or MessageState.DRAFT),
        guest=guest.name if guest else member or _GONE,
        address=guest.email if guest else None,
        subject=subject,
        text=text,
        html=html,
        step=step,
        number=number,
        due=_instant(record, "due"),
        sent_at=_instant(record, "sent_at"),
        because=_text(record, "because"),
        question=_text(record, "question"),
        error=_text(record, "error") or _text(record, "waits"),
        enrolment=enrolment,
        interview_id=_text(record, "interview_id")
        or (enrolment and enrolment.interview_id)
        or None,
        is_test=bool(_text(record, "member_id")),
        language=_text(record, "language") or "en",
    )


def _step(record: Record, names: _Names, enrolment: Enrolment | None) -> tuple[str, int | None]:
    """What the mail's step is called, and the how manieth it is."""
    key = _text(record, "step")
    _, sequence = (
        names.sequences.get(enrolment.sequence_id, ("", None)) if enrolment else ("", None)
    )
    for number, step in enumerate(sequence.steps if sequence else (), 1):
        if step.key == key:
            return step.title, number
    return key, None


def _named(effect: Effect, names: _Names) -> MailEffect:
    name, sequence = names.sequences.get(effect.sequence_id, ("A sequence that is gone", None))
    step = sequence.step(effect.step) if sequence else None
    return MailEffect(name, step.title if step else effect.step, effect)


def _in_sequence(names: _Names) -> Callable[[MailEffect], tuple[str, int, str]]:
    """By sequence, and in it in the order in which its mails leave."""

    def place(one: MailEffect) -> tuple[str, int, str]:
        _, sequence = names.sequences.get(one.effect.sequence_id, ("", None))
        keys = [step.key for step in sequence.steps] if sequence else []
        known = one.effect.step in keys
        number = keys.index(one.effect.step) if known else len(keys)
        return one.sequence.casefold(), number, one.effect.variant

    return place


# What needs a person first, then what is ahead, then what has been.
_RANKS = (
    MessageState.NEEDS_APPROVAL,
    MessageState.UNCERTAIN,
    MessageState.FAILED,
    MessageState.DRAFT,
    MessageState.QUEUED,
    MessageState.SENDING,
)


def _in_order(mails: Iterable[Mail]) -> list[Mail]:
    """By what needs a person first; then the next to leave, then the latest that left."""
    mails = list(mails)
    open_ones = [one for one in mails if one.state in _RANKS]
    ended = [one for one in mails if one.state not in _RANKS]
    open_ones.sort(key=lambda one: (_RANKS.index(one.state), one.due is None, one.due, one.id))
    ended.sort(key=lambda one: (_moment(one), one.id), reverse=True)
    return open_ones + ended[:_ENDED_SHOWN]


def _moment(mail: Mail) -> float:
    moment = mail.sent_at or mail.due
    return moment.timestamp() if moment else 0.0


def _live_first(one: Enrolment) -> tuple[bool, str, str]:
    return (not one.is_live, one.guest.casefold(), one.id)


def _text(record: Record, name: str) -> str:
    value = record.fields.get(name)
    return value if isinstance(value, str) else ""


def _instant(record: Record, name: str) -> datetime | None:
    text = _text(record, name)
    return parse_instant(text) if text else None
