"""What can become of handing a mail to whoever carries it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Accepted:
    """It was taken, now or by an earlier try with the same key."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """It certainly was not taken this time; worth another try after `after`."""

    why: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not taken and never will be as it is."""

    why: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can say yet whether it was taken; the very same may be tried again after `after`."""

    why: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody can say whether it was taken, and trying again could send it twice."""

    why: str


Outcome = Accepted | NotTaken | Refused | Unclear | Lost
