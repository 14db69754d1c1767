"""What can go wrong when Cal.com is called, each with a sentence that says what to do.

Facts: Cal.com documents no errors at all. The texts by which they are told apart are those of its
bookings, slots and webhooks services (apps/api/v2), as answered by hosted servers until 2026.
"""

import re
from enum import StrEnum
from http import HTTPStatus

from interview_desk.wire.problems import Code
from sync_server.infra.problems import Problem, Unavailable

_ADDRESS = re.compile(r"[^\s<>\"',;:=()]+@[^\s<>\"',;()]+")
_KEY = re.compile(r"\bcal_[\w-]{6,}")
_LONGEST = 200


class CalcomOff(Problem):
    """Nothing may be sent: there is no key, or the team has switched Cal.com off."""

    status = HTTPStatus.CONFLICT
    code = Code.CALCOM_OFF
    title = "Cal.com is switched off. Set a key on the server, or switch it on in Settings."


class CalcomUnavailable(Unavailable):
    """Cal.com does not answer, or has asked us to wait; nothing was carried out."""

    code = Code.CALCOM_UNAVAILABLE
    title = "Cal.com cannot be reached now. It is tried again by itself."


class CalcomBusy(CalcomUnavailable):
    """More is asked of Cal.com than it takes from one key; nothing was carried out.

    `seconds` until there is room again.
    """

    title = "More was asked of Cal.com than it takes at once."

    def __init__(self, seconds: int) -> None:
        self.seconds = max(1, seconds)
        unit = "second" if self.seconds == 1 else "seconds"
        said = f"{self.title} Try again in {self.seconds} {unit}."
        super().__init__(said, retry_after=self.seconds)


class CalcomUncertain(CalcomUnavailable):
    """The call was sent and its answer is not known: it may or may not have been carried out."""

    title = "Cal.com did not answer. Whether it was done is looked up before anything is repeated."


class CalcomUnwanted(Exception):  # noqa: N818  - what was to be done is needless by now
    """What the call was for is gone; nothing was sent."""


class Refusal(StrEnum):
    """Why Cal.com refuses a call, as far as somebody can do something about it."""

    KEY_REJECTED = "key_rejected"
    NO_PERMISSION = "no_permission"
    MISSING_SCOPE = "missing_scope"
    WRONG_VERSION = "wrong_version"
    NOT_FOUND = "not_found"
    EVENT_TYPE_GONE = "event_type_gone"
    SLOT_TAKEN = "slot_taken"
    TIME_NOT_OFFERED = "time_not_offered"
    ALREADY_DONE = "already_done"
    UNKNOWN_TRIGGER = "unknown_trigger"
    PRIVATE_ADDRESS = "private_address"
    ZONE_UNKNOWN = "zone_unknown"
    INVALID = "invalid"


# What the key's owner has nothing to do with, or this Cal.com does not have: others are asked.
NOT_FOR_US = frozenset(
    {Refusal.NO_PERMISSION, Refusal.MISSING_SCOPE, Refusal.WRONG_VERSION, Refusal.NOT_FOUND}
)
SENTENCES: dict[Refusal, str] = {
    Refusal.KEY_REJECTED: (
        "Cal.com does not accept the key. Make a new one at Cal.com (Settings, API keys) and set "
        "INTERVIEW_DESK_CALCOM_API_KEY."
    ),
    Refusal.NO_PERMISSION: (
        "The owner of the Cal.com key may not do this. Use the key of somebody who is the host, "
        "or an admin of the team at Cal.com."
    ),
    Refusal.MISSING_SCOPE: (
        "The Cal.com key was not given the right to do this. Give it the scope that is missing at "
        "Cal.com, or make a new key."
    ),
    Refusal.WRONG_VERSION: (
        "This Cal.com does not know the call. Update a self-hosted Cal.com, and check "
        "INTERVIEW_DESK_CALCOM_BASE_URL."
    ),
    Refusal.NOT_FOUND: "Cal.com does not have this booking any more. Reload, and book anew.",
    Refusal.EVENT_TYPE_GONE: (
        "The event type is not at Cal.com any more. Choose another one, or make it anew there."
    ),
    Refusal.SLOT_TAKEN: "Somebody else has just taken this time. Choose another one.",
    Refusal.TIME_NOT_OFFERED: (
        "Cal.com does not offer this time: too soon, too late, or past. Choose one it offers."
    ),
    Refusal.ALREADY_DONE: "At Cal.com the booking has already changed. Look at it as it is now.",
    Refusal.UNKNOWN_TRIGGER: (
        "This Cal.com knows fewer kinds of events than we ask for. It is connected with those "
        "it knows; update a self-hosted Cal.com for the rest."
    ),
    Refusal.PRIVATE_ADDRESS: (
        "Cal.com cannot call a private address. Set INTERVIEW_DESK_PUBLIC_URL to an https address "
        "that can be reached from outside; until then changes are fetched regularly."
    ),
    Refusal.ZONE_UNKNOWN: (
        "Cal.com does not know the time zone. Choose one such as Europe/Berlin for the guest."
    ),
    Refusal.INVALID: "Cal.com does not accept this.",
}
# Where only Cal.com's own words name what is wrong.
_TOLD_MORE = frozenset({Refusal.MISSING_SCOPE, Refusal.INVALID})


class CalcomRefused(Problem):
    """Cal.com has answered that it will not do this; the same call again would not help.

    `said` is what Cal.com wrote, fit to be shown; empty where it says nothing more. The whole of it
    (`said_in_full`) is for programs.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = Code.CALCOM_REFUSED
    title = "Cal.com does not accept this."

    def __init__(self, refusal: Refusal, said: str = "") -> None:
        self.refusal = refusal
        self.said = without_secrets(said)
        self.said_in_full = said
        sentence = SENTENCES[refusal]
        if refusal in _TOLD_MORE and self.said:
            sentence = f"{sentence} It says: {self.said}"
        super().__init__(sentence, refusal=refusal.value)


class SlotTaken(CalcomRefused):
    """Somebody else was faster."""

    status = HTTPStatus.CONFLICT
    code = Code.SLOT_TAKEN


def refused(refusal: Refusal, said: str = "") -> CalcomRefused:
    """The failure for a refusal; a slot that is gone has a code of its own."""
    kind = SlotTaken if refusal is Refusal.SLOT_TAKEN else CalcomRefused
    return kind(refusal, said)


def without_secrets(said: str) -> str:
    """What Cal.com wrote, fit to be shown and kept: short, without e-mail addresses and keys."""
    plain = " ".join(_KEY.sub("(key)", _ADDRESS.sub("(address)", said)).split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


_BY_TEXT: tuple[tuple[Refusal, re.Pattern[str]], ...] = tuple(
    (refusal, re.compile(pattern, re.IGNORECASE))
    for refusal, pattern in (
        (Refusal.MISSING_SCOPE, r"insufficient.?scope|required scope|missing scope"),
        (Refusal.WRONG_VERSION, r"^cannot (get|post|patch|put|delete) /"),
        (
            Refusal.SLOT_TAKEN,
            (
                r"already has booking at this time|no_available_users_found|booking_conflict"
                r"|slot[^.]*(not available|no longer|already|reserved|taken)"
                r"|booking_seats_full|hosts_unavailable"
            ),
        ),
        (
            Refusal.TIME_NOT_OFFERED,
            (
                r"can't be booked at the .?start.? time|out_of_bounds|in the past"
                r"|minimum booking notice"
            ),
        ),
        (Refusal.EVENT_TYPE_GONE, r"event.?type[^.]*not found|not found[^.]*event.?type"),
        (
            Refusal.ALREADY_DONE,
            (
                r"already (been )?(cancelled|rejected|confirmed|rescheduled|accepted)"
                r"|has been (cancelled|rejected|rescheduled)|not? (pending|unconfirmed)"
                r"|only pending"
            ),
        ),
        (Refusal.UNKNOWN_TRIGGER, r"each value in triggers|triggers[^.]*must be"),
        (
            Refusal.PRIVATE_ADDRESS,
            r"subscriberurl|private (ip|address)|loopback|https.*(required|only)",
        ),
        (Refusal.ZONE_UNKNOWN, r"time ?zone"),
    )
)


def refusal_of(status: int, said: str) -> Refusal:
    """Which refusal a 4xx answer is, by its status and by what it says."""
    if status in {HTTPStatus.UNAUTHORIZED, 498}:
        return Refusal.KEY_REJECTED
    for refusal, pattern in _BY_TEXT:
        if pattern.search(said):
            return refusal
    if status == HTTPStatus.FORBIDDEN:
        return Refusal.NO_PERMISSION
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Refusal.NOT_FOUND
    return Refusal.INVALID
