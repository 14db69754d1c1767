"""What one server process has counted since it started."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPMethod

Labels = tuple[str, ...]

# What is counted, and by which labels.
REQUESTS = "requests"  # method, path as we have written it, class of the status
WEBHOOKS = "webhooks"  # outcome
CALCOM_CALLS = "calcom_calls"  # outcome
MAIL_TRIES = "mail_tries"  # outcome
FOUND_MISSING = "reconcile_found_missing"  # none: bookings of which no event had told
CONNECTIONS = "connections"  # none: live ones that are open now

OTHER = "other"
_METHODS = frozenset(HTTPMethod)


class Tally:
    """Numbers by name and labels; counting costs one look into a dictionary.

    Used from the event loop only. Labels are words of ours: nothing that came in from outside,
    and nothing about anybody, may become one.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, Counter[Labels]] = {}

    def count(self, name: str, *labels: str, by: int = 1) -> None:
        """Add to a number."""
        numbers = self._numbers.get(name)
        if numbers is None:
            numbers = self._numbers[name] = Counter()
        numbers[labels] += by

    def count_request(self, method: str, path: str, status: int) -> None:
        """Count an answered request; `path` as we have written it, never as it was asked."""
        known = method if method in _METHODS else OTHER
        self.count(REQUESTS, known, path, f"{status // 100}xx")

    @contextmanager
    def holding(self, name: str, *labels: str) -> Iterator[None]:
        """Count something for as long as the block lasts."""
        self.count(name, *labels)
        try:
            yield
        finally:
            self.count(name, *labels, by=-1)

    def of(self, name: str) -> Mapping[Labels, int]:
        """All numbers of this name as they are now."""
        return dict(self._numbers.get(name, {}))
