"""The guard before the API: so many calls a minute for each key, then a block."""

from collections import deque
from dataclasses import dataclass, field
from math import ceil

from tests.helpers.fake_calcom.world import seconds

WINDOW = 60.0


@dataclass
class _Window:
    began: float = 0.0
    hits: int = 0
    blocked_until: float = 0.0


@dataclass
class Guard:
    """Counts calls; `calls` keeps when each came, so that a test can see how fast they were."""

    limit: int = 120
    block_seconds: float = 60.0
    # Whether an answer names its limits; very old servers do not.
    says: bool = True
    calls: deque[float] = field(default_factory=lambda: deque(maxlen=200_000))
    refused: int = 0
    _windows: dict[str, _Window] = field(default_factory=dict)

    def admit(self, key: str) -> tuple[bool, dict[str, str]]:
        """Whether a call may pass, and the headers of its answer."""
        now = seconds()
        self.calls.append(now)
        window = self._windows.setdefault(key, _Window(began=now))
        if now >= window.began + WINDOW:
            window.began, window.hits = now, 0
        if now < window.blocked_until:
            self.refused += 1
            return False, self._headers(0, window.blocked_until - now)
        window.hits += 1
        left = max(0, self.limit - window.hits)
        if window.hits > self.limit:
            window.blocked_until = now + self.block_seconds
            self.refused += 1
            return False, self._headers(0, self.block_seconds)
        return True, self._headers(left, window.began + WINDOW - now)

    def use_up(self, key: str, hits: int) -> None:
        """Count calls that another program makes with the same key."""
        self._windows.setdefault(key, _Window(began=seconds())).hits += hits

    def most_in(self, span: float) -> int:
        """The most calls that ever came within so many seconds."""
        most, first = 0, 0
        moments = list(self.calls)
        for last, moment in enumerate(moments):
            while moment - moments[first] > span:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _headers(self, remaining: int, reset: float) -> dict[str, str]:
        if not self.says:
            return {}
        return {
            "X-RateLimit-Limit-Default": str(self.limit),
            "X-RateLimit-Remaining-Default": str(remaining),
            "X-RateLimit-Reset-Default": str(max(1, ceil(reset))),
        }
