"""How long to wait before the next try: longer each time, and never all desks at once."""

from collections.abc import Callable
from typing import Final

# A random number in [0, 1).
Jitter = Callable[[], float]

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 60.0


def wait_after(failures: int, jitter: Jitter) -> float:
    """Seconds to wait after `failures` failed tries in a row (1 or more)."""
    full: float = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures - 1, 10))
    return full * (0.5 + jitter() / 2)


def spread(seconds: float, jitter: Jitter) -> float:
    """`seconds`, up to a tenth more, so that many desks do not ask in the same moment."""
    return seconds * (1 + jitter() / 10)
