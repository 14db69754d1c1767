"""Whether a mail may leave at this very moment: the last question before it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from interview_desk.domain.interviews import Consent
from interview_desk.domain.sequences.messages import EnrolmentState, StopReason
from interview_desk.domain.sequences.plan import StopOn, Window
from interview_desk.domain.sequences.timing import Holidays, NeverOpen, next_opening

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that decides about one mail, as it is when it is to leave.

    `suppressed` says why the address is never written to, None where it is. `condition` is the
    step's own, None while it cannot be told yet. `person_mailed_at` is when this person last got
    a mail of ours, and `mailed_at` holds when mails left that count against `cap`, newest first;
    `sequence_mailed_at` the same against the sequence's own cap.
    """

    now: datetime
    guest_name: str
    address: str | None
    consent: Consent
    enrolment: EnrolmentState
    paused_until: datetime | None
    window: Window
    zone: ZoneInfo
    holidays: Holidays
    stop_on: frozenset[StopOn]
    cap: int
    suppressed: StopReason | None = None
    booked_again: bool = False
    condition: bool | None = True
    person_mailed_at: datetime | None = None
    mailed_at: Sequence[datetime] = ()
    sequence_mailed_at: Sequence[datetime] = ()
    must_ask_for_reply: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """It leaves now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It waits, for a reason that a person can read: until then, or (None) for somebody."""

    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody has to answer first."""

    question: str


@dataclass(frozen=True, slots=True)
class Skip:
    """This mail is left out; the sequence goes on."""

    why: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more is sent to this guest in this sequence."""

    reason: StopReason
    why: str


Decision = Send | Wait | Ask | Skip | Stop


def decide(moment: Moment) -> Decision:
    """What happens with the mail now; the first objection counts, in the order of their weight."""
    for objection in _OBJECTIONS:
        decision = objection(moment)
        if decision is not None:
            return decision
    return Send()


def reply_question(guest_name: str) -> str:
    """What is asked before a later mail where replies cannot be seen."""
    return f"Has {guest_name} replied?"


def _stopped(moment: Moment) -> Decision | None:
    if moment.suppressed is not None:
        return _stop(moment, moment.suppressed)
    if moment.consent is Consent.NO:
        return _stop(moment, StopReason.NO_CONSENT)
    if moment.booked_again and StopOn.BOOKING in moment.stop_on:
        return _stop(moment, StopReason.BOOKED)
    return None


def _without_address(moment: Moment) -> Decision | None:
    if moment.address is not None:
        return None
    return _stop(moment, StopReason.CANNOT_BE_MAILED)


def _paused(moment: Moment) -> Decision | None:
    until = moment.paused_until
    if moment.enrolment is EnrolmentState.PAUSED and (until is None or until > moment.now):
        return Wait(until, "The follow-up is paused.")
    return None


def _without_consent(moment: Moment) -> Decision | None:
    if moment.consent is Consent.YES:
        return None
    why = f"{moment.guest_name} has not said whether we may write again."
    return Wait(None, why)


def _conditional(moment: Moment) -> Decision | None:
    if moment.condition is False:
        return Skip("What this mail depends on does not hold.")
    if moment.condition is None:
        return Wait(None, "It is not known yet whether this mail is needed.")
    return None


def _asked(moment: Moment) -> Decision | None:
    return Ask(reply_question(moment.guest_name)) if moment.must_ask_for_reply else None


def _too_soon(moment: Moment) -> Decision | None:
    last = moment.person_mailed_at
    if last is None or moment.now - last >= DAY:
        return None
    why = f"{moment.guest_name} got a mail from us less than 24 hours ago."
    return _wait_for_window(moment, last + DAY, why)


def _too_many(moment: Moment) -> Decision | None:
    for cap, times in (
        (moment.cap, moment.mailed_at),
        (moment.window.per_day, moment.sequence_mailed_at),
    ):
        if cap is None:
            continue
        lately = [at for at in times if moment.now - at < DAY]
        if len(lately) >= cap:
            # When so many have left the 24 hours that one more has room.
            frees = sorted(lately, reverse=True)[cap - 1] + DAY if cap else moment.now + DAY
            return _wait_for_window(moment, frees, f"{cap} mails have left within 24 hours.")
    return None


def _closed(moment: Moment) -> Decision | None:
    return _wait_for_window(moment, moment.now, "It waits for the guest's working hours.")


def _wait_for_window(moment: Moment, earliest: datetime, why: str) -> Wait | None:
    """Wait until the window is open at or after `earliest`; None where that is now."""
    try:
        opens = next_opening(
            earliest, window=moment.window, zone=moment.zone, holidays=moment.holidays
        )
    except NeverOpen as never:
        return Wait(None, str(never))
    return Wait(opens, why) if opens > moment.now else None


def _stop(moment: Moment, reason: StopReason) -> Stop:
    return Stop(reason, stop_words(reason, moment.guest_name))


def stop_words(reason: StopReason, guest_name: str) -> str:
    """Why nothing more is sent to a guest, in a sentence."""
    return _STOP_WORDS[reason].format(name=guest_name)


_STOP_WORDS = {
    StopReason.REPLIED: "{name} has replied.",
    StopReason.BOUNCED: "Mail to {name} comes back: the address does not exist or is full.",
    StopReason.COMPLAINED: "{name} has marked our mail as unwanted.",
    StopReason.UNSUBSCRIBED: "{name} does not want any more mail from us.",
    StopReason.BOOKED: "{name} has booked another interview.",
    StopReason.NO_CONSENT: "{name} does not want to be contacted again.",
    StopReason.CANNOT_BE_MAILED: "There is no address that {name} can be reached at.",
    StopReason.BY_HAND: "Stopped by hand.",
}

_OBJECTIONS: tuple[Callable[[Moment], Decision | None], ...] = (
    _stopped,
    _without_address,
    _paused,
    _without_consent,
    _conditional,
    _asked,
    _too_soon,
    _too_many,
    _closed,
)
