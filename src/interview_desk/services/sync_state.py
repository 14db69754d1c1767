"""Where everything written on this desk stands, in words a person can rely on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from interview_desk.domain.errors import DeskError
from interview_desk.services.server_errors import (
    CaptivePortalError,
    CertificateInvalidError,
    NotUnderstoodError,
    ProtocolTooOldError,
    ServerTooOldError,
    UntrustedServerError,
)
from interview_desk.services.whole_copy import CopyProgress

_NOTICEABLE_SKEW: Final = timedelta(minutes=2)
_HEADLINES: Final[Mapping[type[DeskError], str]] = {
    CaptivePortalError: "Sign in to this network first",
    NotUnderstoodError: "Server's answer not understood",
    CertificateInvalidError: "Server's certificate not trusted",
    ProtocolTooOldError: "Update Interview Desk to sync",
    ServerTooOldError: "Team's server is too old to sync",
    UntrustedServerError: "Not your team's server",
}


def headline_of(error: DeskError) -> str | None:
    """What is wrong in a few words, where "offline" does not say it."""
    return _HEADLINES.get(type(error))


class SyncKind(StrEnum):
    """The one thing to know about the exchange with the server."""

    ALONE = "alone"  # there is no server
    SAVING = "saving"  # connected, something still waits to be sent
    SYNCED = "synced"
    FETCHING = "fetching"  # a whole copy of the team's data is on its way
    OFFLINE = "offline"
    HELD = "held"  # nothing is sent before its author has seen what the team will get
    ATTENTION = "attention"  # the server did not take something; a person decides
    PAUSED = "paused"  # this device has to join its team again


@dataclass(frozen=True, slots=True)
class SyncState:
    """How this desk stands with its server; `since` is when that began or last held."""

    kind: SyncKind
    since: datetime | None = None
    pending: int = 0
    attention: int = 0
    # What to tell beyond the badge, where something is wrong.
    sentence: str | None = None
    # The same in a few words, where the kind alone does not say it.
    headline: str | None = None
    # How much of a whole copy is here.
    copied: CopyProgress | None = None
    # How far this computer's clock is ahead of the server's.
    skew: timedelta = timedelta()


def words(state: SyncState, now: datetime, zone: tzinfo) -> str:
    """The sync badge's text."""
    waiting = f", will sync ({state.pending})" if state.pending else ""
    moment = _clock_time(state.since, now, zone)
    said = {
        SyncKind.ALONE: "Saved on this device",
        SyncKind.SAVING: f"Saved on this device{waiting}",
        SyncKind.SYNCED: f"Synced {moment}",
        SyncKind.FETCHING: f"{_fetching(state.copied)}{waiting}",
        SyncKind.OFFLINE: f"{state.headline or f'Offline since {moment}'}{waiting}",
        SyncKind.ATTENTION: state.headline or f"Needs attention ({state.attention})",
        SyncKind.HELD: f"Choose what your team gets ({state.pending})",
        SyncKind.PAUSED: "Sync paused, join your team again",
    }
    return said[state.kind]


def _fetching(copied: CopyProgress | None) -> str:
    if copied is None or not copied.rows:
        return "Fetching your team's data"
    of_all = f" of {copied.total:,}" if copied.total is not None else ""
    return f"Fetching your team's data, {copied.rows:,}{of_all}"


def clock_words(state: SyncState) -> str | None:
    """A sentence about this computer's clock where it is noticeably wrong, else None."""
    if abs(state.skew) < _NOTICEABLE_SKEW:
        return None
    direction = "ahead" if state.skew > timedelta() else "behind"
    return (
        f"This computer's clock is {_length(abs(state.skew))} {direction}. Nothing is lost by "
        "it, but times and reminders are shown wrongly until it is set."
    )


def _clock_time(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    local = (moment or now).astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return local.strftime("%H:%M")
    return f"{local.day} {local:%b %H:%M}"


def _length(skew: timedelta) -> str:
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if skew >= length:
            count = round(skew / length)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{round(skew / timedelta(minutes=1))} minutes"
