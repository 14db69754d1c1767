"""What is asked of Cal.com, in an interviewer's words."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from interview_desk.domain.booking_requests import BookingRequest, RequestKind, RequestState
from interview_desk.ui.bridge.dates import clock_time, short_day

_DOING = {
    RequestKind.CREATE: "Booking",
    RequestKind.RESCHEDULE: "Moving",
    RequestKind.CANCEL: "Cancelling",
    RequestKind.CONFIRM: "Confirming",
    RequestKind.DECLINE: "Declining",
    RequestKind.MARK_ABSENT: "Marking absent",
    RequestKind.REASSIGN: "Changing the host",
}
_NOT_DONE = {
    RequestKind.CREATE: "Cal.com did not book it",
    RequestKind.RESCHEDULE: "Cal.com did not move it",
    RequestKind.CANCEL: "Cal.com did not cancel it",
    RequestKind.CONFIRM: "Cal.com did not confirm it",
    RequestKind.DECLINE: "Cal.com did not decline it",
    RequestKind.MARK_ABSENT: "Cal.com did not mark who was absent",
    RequestKind.REASSIGN: "Cal.com did not change the host",
}
_DONE = {
    RequestKind.CREATE: "Booked. The guest has the invitation.",
    RequestKind.RESCHEDULE: "Moved. The guest has been told.",
    RequestKind.CANCEL: "Cancelled. The guest has been told.",
    RequestKind.CONFIRM: "Confirmed. The guest has been told.",
    RequestKind.DECLINE: "Declined. The guest has been told.",
    RequestKind.MARK_ABSENT: "Cal.com knows who was absent.",
    RequestKind.REASSIGN: "The host has changed.",
}
_TOLD = {
    RequestKind.CREATE: "The guest gets the invitation in a few seconds.",
    RequestKind.RESCHEDULE: "The guest is told in a few seconds.",
    RequestKind.CANCEL: "The guest is told in a few seconds.",
    RequestKind.CONFIRM: "The guest is told in a few seconds.",
    RequestKind.DECLINE: "The guest is told in a few seconds.",
    RequestKind.MARK_ABSENT: "Cal.com is told in a few seconds.",
    RequestKind.REASSIGN: "The new host and the guest are told in a few seconds.",
}

# Of a long series so many times are named.
_LISTED = 6


def asked_words(request: BookingRequest) -> str:
    """`Moving, not sent yet`: how far a request has come, short enough for the calendar."""
    if request.state is RequestState.FAILED:
        return _NOT_DONE[request.kind]
    if request.state is RequestState.UNCERTAIN:
        return f"{_DOING[request.kind]}: not certain"
    if request.state is RequestState.WAITING:
        return f"{_DOING[request.kind]}, not sent yet"
    return f"{_DOING[request.kind]}\N{HORIZONTAL ELLIPSIS}"


def asked_title(request: BookingRequest, title: str, zone: tzinfo) -> str:
    """`Moving to Thu 19 Nov, 14:00`, or what else is asked about an interview."""
    if request.kind in {RequestKind.CREATE, RequestKind.RESCHEDULE} and request.start:
        link = "to" if request.kind is RequestKind.RESCHEDULE else "for"
        return f"{_DOING[request.kind]} {link} {moment_words(request.start, zone)}"
    return f"{_DOING[request.kind]}: {title}"


def done_words(request: BookingRequest) -> str:
    """How a request ended that needs nobody."""
    if request.state is RequestState.UNDONE:
        return "Taken back. Nobody was told."
    return _DONE[request.kind]


def telling_words(request: BookingRequest) -> str:
    """Who hears of it, and when."""
    return _TOLD[request.kind]


def outcome_words(request: BookingRequest) -> str:
    """What became of a request that needs a person, with what to do."""
    if request.state is RequestState.UNCERTAIN:
        return request.error or (
            "Cal.com did not answer, so it is not certain whether it was done. It is looked up "
            "again by itself; look at Cal.com if you cannot wait."
        )
    return request.error or "Cal.com gave no reason. Try again, or do it at Cal.com."


def series_words(times: Sequence[datetime], zone: tzinfo) -> str:
    """Each time in a line of its own; a long series ends in how many more."""
    lines = [moment_words(one, zone) for one in times[:_LISTED]]
    more = len(times) - len(lines)
    return "\n".join([*lines, *([f"and {more} more"] if more else [])])


def moment_words(moment: datetime, zone: tzinfo) -> str:
    """`Thu 19 Nov, 14:00`."""
    return f"{short_day(moment.astimezone(zone).date())}, {clock_time(moment, zone)}"
