"""Where everything written on this desk stands, in words a person can rely on."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

_NOTICEABLE_SKEW: Final = timedelta(minutes=2)


class SyncKind(StrEnum):
    """The one thing to know about the exchange with the server."""

    ALONE = "alone"  # there is no server
    SAVING = "saving"  # connected, something still waits to be sent
    SYNCED = "synced"
    OFFLINE = "offline"
    ATTENTION = "attention"  # the server did not take something; a person decides
    PAUSED = "paused"  # this device has to be paired again


@dataclass(frozen=True, slots=True)
class SyncState:
    """How this desk stands with its server; `since` is when that began or last held."""

    kind: SyncKind
    since: datetime | None = None
    pending: int = 0
    attention: int = 0
    # What to tell beyond the badge, where something is wrong.
    sentence: str | None = None
    # How far this computer's clock is ahead of the server's.
    skew: timedelta = timedelta()


def words(state: SyncState, now: datetime, zone: tzinfo) -> str:
    """The sync badge's text."""
    if state.kind is SyncKind.PAUSED:
        return "Sync paused, pair this device again"
    if state.kind is SyncKind.ATTENTION:
        return f"Needs attention ({state.attention})"
    if state.kind is SyncKind.OFFLINE:
        waiting = f", will sync ({state.pending})" if state.pending else ""
        return f"Offline since {_clock_time(state.since, now, zone)}{waiting}"
    if state.kind is SyncKind.SAVING:
        return f"Saved on this device, will sync ({state.pending})"
    if state.kind is SyncKind.SYNCED:
        return f"Synced {_clock_time(state.since, now, zone)}"
    return "Saved on this device"


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
