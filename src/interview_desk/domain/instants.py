"""Points in time as records carry them: RFC 3339, UTC, with Z."""

from datetime import UTC, datetime


def parse_instant(text: str) -> datetime:
    """The aware UTC time that `text` names; ValueError for a time without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment.astimezone(UTC)


def format_instant(moment: datetime) -> str:
    """`moment` as the wire and the records write it, to the millisecond where it has any."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone names no instant")
    moment = moment.astimezone(UTC)
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=precision).removesuffix("+00:00") + "Z"
