"""Which moments of a note count as its versions: where a stretch of typing ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Whoever pauses this long has left a version behind.
PAUSE: Final = timedelta(seconds=30)
# Nobody pauses in a good interview: a stretch ends after this time all the same. What is typed and
# taken out again within one is in none of the versions, so it is short.
LONGEST: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Edit:
    """One update of a note: its place in the server's order, when it came, and who typed it.

    `by` is None where the server itself wrote.
    """

    seq: int
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """The note after a stretch of typing: `seq` is the last update of the stretch."""

    seq: int
    began: datetime
    at: datetime
    by: tuple[str, ...] = ()


def versions_of(edits: Iterable[Edit], *, since: Version | None = None) -> list[Version]:
    """The versions that `edits`, in the server's order, have left behind, oldest first.

    With `since` the last version known before is continued where the typing was.
    """
    found = [since] if since is not None else []
    for edit in edits:
        if found and _goes_on(found[-1], edit):
            found[-1] = _with(found[-1], edit)
        else:
            by = () if edit.by is None else (edit.by,)
            found.append(Version(edit.seq, edit.at, edit.at, by))
    return found


def _goes_on(version: Version, edit: Edit) -> bool:
    return edit.at - version.at < PAUSE and edit.at - version.began < LONGEST


def _with(version: Version, edit: Edit) -> Version:
    known = edit.by is None or edit.by in version.by
    by = version.by if known else (*version.by, str(edit.by))
    # The clocks of two servers may disagree; a version never ends before it began.
    return Version(edit.seq, version.began, max(version.at, edit.at), by)
