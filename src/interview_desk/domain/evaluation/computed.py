"""What can be worked out from the interview itself: forces, opportunities, and its segment."""

from collections.abc import Iterable, Mapping
from math import fsum
from typing import NamedTuple

from interview_desk.domain.answers import Answers
from interview_desk.domain.records import Record
from interview_desk.domain.values import Json

_STAGE = "outcomes"
# The answers that say in which segment an interview is and how its forces stand.
PEER_FIELDS = (
    "context.startup",
    *(f"{_STAGE}.{force}_strength" for force in ("push", "pull", "anxiety", "habit")),
)
_FORWARD, _BACK = ("push", "pull"), ("anxiety", "habit")


class Peer(NamedTuple):
    """Another interview of the same segment, and how its forces stood."""

    interview_id: str
    balance: float


class Segment(NamedTuple):
    """How one interview compares with the others of its segment; `size` says how many they are."""

    size: int
    balance: float
    difference: float


def opportunity(importance: float, satisfaction: float) -> float:
    """How much an outcome is wanted and missed, both 0 to 10: 0 to 20 (DOMAIN.md, 2.2)."""
    return importance + max(importance - satisfaction, 0)


def opportunities(answers: Answers) -> tuple[float, ...]:
    """The opportunity of each outcome that was rated in both ways, in the order of the list."""
    found = []
    for answer in answers.of(f"{_STAGE}.outcomes"):
        value = answer.value if isinstance(answer.value, Mapping) else {}
        importance = number(value.get("importance"))
        satisfaction = number(value.get("satisfaction"))
        if importance is not None and satisfaction is not None:
            found.append(opportunity(importance, satisfaction))
    return tuple(found)


def forces_balance(answers: Answers) -> float | None:
    """Push and pull less anxiety and habit, each 0 to 3; None until all four are known."""
    forward = [number(answers.value(f"{_STAGE}.{force}_strength")) for force in _FORWARD]
    back = [number(answers.value(f"{_STAGE}.{force}_strength")) for force in _BACK]
    known = [(one, sign) for sign, group in ((1, forward), (-1, back)) for one in group]
    if any(strength is None for strength, _ in known):
        return None
    return fsum(sign * strength for strength, sign in known if strength is not None)


def segment_name(answers: Answers) -> str | None:
    """The segment the startup was said to be in, spelled the one way it is compared."""
    startup = answers.value("context.startup")
    name = startup.get("segment") if isinstance(startup, Mapping) else None
    return " ".join(name.split()).casefold() or None if isinstance(name, str) else None


class Segments:
    """All interviews by segment, out of all their answers, each read once."""

    def __init__(self, answers: Iterable[Record]) -> None:
        self._segment_of: dict[str, str] = {}
        self._peers: dict[str, list[Peer]] = {}
        for interview_id, own in _by_interview(answers).items():
            segment, balance = segment_name(own), forces_balance(own)
            if segment is not None:
                self._segment_of[interview_id] = segment
                if balance is not None:
                    self._peers.setdefault(segment, []).append(Peer(interview_id, balance))

    def peers(self, interview_id: str) -> tuple[Peer, ...]:
        """The other interviews of the same segment whose balance is known."""
        segment = self._segment_of.get(interview_id, "")
        others = (peer for peer in self._peers.get(segment, ()) if peer[0] != interview_id)
        return tuple(sorted(others))


def _by_interview(answers: Iterable[Record]) -> dict[str, Answers]:
    grouped: dict[str, list[Record]] = {}
    for answer in answers:
        grouped.setdefault(str(answer.fields.get("interview_id")), []).append(answer)
    return {interview_id: Answers(rows) for interview_id, rows in grouped.items()}


def compared(balance: float | None, peers: Iterable[Peer]) -> Segment | None:
    """`balance` beside the mean of its peers; None where either is unknown."""
    others = [peer.balance for peer in peers]
    if balance is None or not others:
        return None
    mean = round(fsum(others) / len(others), 2)
    return Segment(len(others), mean, round(balance - mean, 2))


def number(value: Json) -> float | None:
    """`value` where it is a number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
