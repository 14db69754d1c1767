"""Keys that were pressed and that the text engine has not seen yet."""

from typing import NamedTuple


class Change(NamedTuple):
    """At `position`, `removed` units go and `text` comes; no character takes two units."""

    position: int
    removed: int
    text: str


class Keystrokes:
    """Runs of keys, each run one change: the engine's price is paid once for many of them."""

    def __init__(self) -> None:
        self._changes: list[Change] = []
        self.growth = 0

    def __bool__(self) -> bool:
        return bool(self._changes)

    def add(self, change: Change) -> None:
        """Note a change, made after those that were added before it."""
        self.growth += len(change.text) - change.removed
        joined = _joined(self._changes[-1], change) if self._changes else None
        if joined is None:
            self._changes.append(change)
        else:
            self._changes[-1] = joined

    def take(self) -> list[Change]:
        """Every change in order; they are no longer here."""
        changes, self._changes = self._changes, []
        self.growth = 0
        return changes


def _joined(last: Change, change: Change) -> Change | None:
    """Both as one, where a run of typing or of deleting goes on."""
    end = last.position + len(last.text)
    if not change.removed:
        if change.position != end:
            return None
        return Change(last.position, last.removed, last.text + change.text)
    if change.text or change.position + change.removed != end:
        return None
    taken = min(change.removed, len(last.text))
    kept, more = last.text[: len(last.text) - taken], change.removed - taken
    return Change(last.position - more, last.removed + more, kept)
