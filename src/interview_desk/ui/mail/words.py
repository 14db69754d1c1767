"""States of mails and of guests in a sequence, as a person reads them."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from interview_desk.domain.sequences.messages import EnrolmentState, MessageState
from interview_desk.services.follow_ups import Enrolment, Mail
from interview_desk.ui.bridge.dates import clock_time, short_day

_M, _E = MessageState, EnrolmentState

# What each state is called, its tone, and what it means for whoever reads it.
STATES: Mapping[MessageState, tuple[str, str, str]] = {
    _M.DRAFT: ("Draft", "plain", "It is being prepared and does not leave by itself."),
    _M.NEEDS_APPROVAL: ("Waits for you", "warning", "It leaves only once somebody approves it."),
    _M.QUEUED: ("Will be sent", "accent", "It leaves by itself when it is due."),
    _M.SENDING: ("Leaving now", "accent", "It is being handed over this very moment."),
    _M.SENT: ("Sent", "good", "It was handed over; whether it arrived is not known yet."),
    _M.DELIVERED: ("Arrived", "good", "It has arrived at the guest's mail provider."),
    _M.BOUNCED: ("Came back", "bad", "It came back, so nothing more is sent to this address."),
    _M.COMPLAINED: ("Marked as unwanted", "bad", "The guest marked it as unwanted; we stop."),
    _M.FAILED: ("Not sent", "bad", "It could not be sent. It did not leave."),
    _M.UNCERTAIN: (
        "Uncertain",
        "bad",
        "It may have left, or not. Ask the guest or your mail provider before you send it again.",
    ),
    _M.CANCELLED: ("Cancelled", "plain", "It is not sent."),
}
ENROLMENTS: Mapping[EnrolmentState, tuple[str, str]] = {
    _E.ACTIVE: ("Running", "good"),
    _E.PAUSED: ("Paused", "warning"),
    _E.STOPPED: ("Stopped", "plain"),
    _E.FINISHED: ("Finished", "plain"),
    _E.SKIPPED: ("Not begun", "plain"),
}
_REASONS = {
    "replied": "The guest has replied",
    "bounced": "Mail came back",
    "complained": "The guest marked our mail as unwanted",
    "unsubscribed": "The guest wants no more mail",
    "booked": "The guest has booked again",
    "no_consent": "The guest does not want to be contacted",
    "cannot_be_mailed": "There is no address to write to",
    "by_hand": "Stopped by hand",
}


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """`Wed 18 Nov, 14:00` in my zone."""
    return f"{short_day(moment.astimezone(zone).date())}, {clock_time(moment, zone)}"


def when_words(mail: Mail, zone: tzinfo) -> str:
    """When the mail left or will leave."""
    if mail.sent_at is not None:
        return f"Left {moment_words(mail.sent_at, zone)}"
    if mail.due is None:
        return "No time yet"
    return f"Due {moment_words(mail.due, zone)}"


def reason_words(enrolment: Enrolment, zone: tzinfo) -> str:
    """Why a guest stands where they stand."""
    if enrolment.state is EnrolmentState.PAUSED:
        until = enrolment.paused_until
        return f"Paused until {moment_words(until, zone)}" if until else "Paused until you go on"
    return _REASONS.get(enrolment.reason, enrolment.reason)
