"""What the palette offers, and where choosing it leads."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from interview_desk.domain.search_words import Piece, plain_of
from interview_desk.services.search import Found, FoundKind, Results, SearchService
from interview_desk.ui.bridge.dates import short_day
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.models.palette_model import Choice, Line
from interview_desk.ui.quoting import quoted
from interview_desk.ui.widgets.palette import Palette

_SHORTEST = 2
_GROUPS = {
    "Interviews": (FoundKind.INTERVIEW,),
    "People": (FoundKind.GUEST, FoundKind.CONTACT, FoundKind.STARTUP, FoundKind.MEMBER),
    "Notes and insights": (FoundKind.NOTE, FoundKind.INSIGHT, FoundKind.ANSWER),
}
_KINDS = {
    FoundKind.INTERVIEW: ("interviews", ""),
    FoundKind.GUEST: ("person", "Guest"),
    FoundKind.CONTACT: ("person", "Contact"),
    FoundKind.STARTUP: ("desk", "Startup"),
    FoundKind.MEMBER: ("team", "Team"),
    FoundKind.NOTE: ("notes", "Notes"),
    FoundKind.INSIGHT: ("check", "Insight"),
    FoundKind.ANSWER: ("check", "Answer"),
}
# The words and the picture of each action, by its keys.
_ACTIONS = {
    "Ctrl+1": ("Today", "today"),
    "Ctrl+2": ("Calendar", "calendar"),
    "Ctrl+3": ("Interviews", "interviews"),
    "Ctrl+4": ("Follow-ups", "mail"),
    "Ctrl+5": ("Team", "team"),
    "Ctrl+,": ("Settings", "settings"),
    "Ctrl+N": ("New interview", "plus"),
    "Ctrl+J": ("Join what is next", "join"),
    "Ctrl+Z": ("Take back what was asked of Cal.com", "clock"),
    "Ctrl+B": ("Narrow or widen the side bar", "rail"),
    "?": ("Shortcuts", "desk"),
}
_DOT = " \N{MIDDLE DOT} "


class Places(Protocol):
    """Where results lead to."""

    def show_interview(self, interview_id: str) -> None:
        """Open one interview."""
        ...

    def show_notes(self, interview_id: str, stage: str) -> None:
        """Open an interview's notes at a stage."""
        ...

    def show_place(self, key: str) -> None:
        """Go to a place."""
        ...

    def search(self, text: str) -> None:
        """Show the interviews that match a text."""
        ...


class Finder(QObject):
    """Fills the palette while somebody types."""

    def __init__(
        self,
        window: QWidget,
        *,
        search: SearchService,
        places: Places,
        actions: Mapping[str, Callable[[], object]],
        zone: tzinfo,
    ) -> None:
        super().__init__(window)
        self._search = search
        self._places = places
        self._actions = [_choice_of(keys, act) for keys, act in actions.items()]
        self._actions.append(
            Choice(_plain("Needs attention"), partial(places.show_place, "attention"), "alert")
        )
        self._zone = zone
        self.tasks = TaskScope(self)
        self.palette = Palette(window)
        self.palette.typed.connect(self._typed)

    def open(self, text: str = "") -> None:
        """Open the palette; a second time closes it."""
        if self.palette.isVisible() and not text:
            self.palette.leave()
        else:
            self.palette.open(text)

    def _typed(self, text: str) -> None:
        text = text.strip()
        if len(text) < _SHORTEST:
            self.palette.show_lines(self._offered(text))
        # Also for a text too short: it takes the place of a search that is still running.
        self.tasks.start(self._find(text), then=self._show, instead_of="search")

    async def _find(self, text: str) -> tuple[str, Results | None]:
        return text, await self._search.search(text) if len(text) >= _SHORTEST else None

    def _show(self, found: tuple[str, Results | None]) -> None:
        text, results = found
        if results is None:
            return
        lines = [*self._offered(text), *self._grouped(results.found)]
        if not results.found:
            lines.append(f"Nothing with all of these words: {text}")
        lines.append(self._list_choice(text))
        unread = f"{results.unread} more are still being read for searching"
        self.palette.show_lines(lines, foot=unread if results.unread else "")

    def _offered(self, text: str) -> list[Line]:
        wanted = text.casefold().split()
        fitting = [one for one in self._actions if _fits(plain_of(one.words), wanted)]
        return ["Go to, or do", *fitting] if fitting else []

    def _list_choice(self, text: str) -> Choice:
        words = _plain(f"List the interviews with {quoted(text)}")
        return Choice(words, partial(self._places.search, text), "search")

    def _grouped(self, found: Sequence[Found]) -> list[Line]:
        lines: list[Line] = []
        for heading, kinds in _GROUPS.items():
            choices = [self._found(one) for one in found if one.kind in kinds]
            lines += [heading, *choices] if choices else []
        return lines

    def _found(self, one: Found) -> Choice:
        icon, what = _KINDS[one.kind]
        where = _DOT.join(filter(None, [one.interview_title, self._day(one)]))
        act = self._way_to(one)
        if one.stage:
            stage = one.stage.replace("_", " ").capitalize()
            return Choice(_plain(where), act, icon, one.snippet, f"{what}{_DOT}{stage}")
        if one.kind is FoundKind.INTERVIEW:
            return Choice(one.title, act, icon, one.snippet, self._day(one))
        below = _plain(where) if where else one.snippet
        return Choice(one.title or one.snippet, act, icon, below, what)

    def _way_to(self, one: Found) -> Callable[[], None]:
        places = self._places
        if one.kind is FoundKind.MEMBER:
            return partial(places.show_place, "team")
        if one.kind in {FoundKind.STARTUP, FoundKind.CONTACT}:
            return partial(places.search, plain_of(one.title or one.snippet))
        interview_id, stage = one.interview_id or "", one.stage
        if stage:
            return partial(places.show_notes, interview_id, stage)
        return partial(places.show_interview, interview_id)

    def _day(self, one: Found) -> str:
        if one.start is None:
            return ""
        local = one.start.astimezone(self._zone).date()
        return f"{short_day(local)} {local.year}"


def _fits(words: str, wanted: Sequence[str]) -> bool:
    parts = words.casefold().split()
    return all(any(part.startswith(one) for part in parts) for one in wanted)


def _choice_of(keys: str, act: Callable[[], object]) -> Choice:
    words, icon = _ACTIONS[keys]
    return Choice(_plain(words), act, icon, aside=keys)


def _plain(words: str) -> tuple[Piece, ...]:
    return (Piece(words, hit=False),)
