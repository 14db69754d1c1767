"""The list of interviews: its top at once, the rest of ten thousand rows when it is wanted."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from interview_desk.domain.status import Status
from interview_desk.services.agenda import InterviewRow
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.widgets.event_look import names_words, status_words

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

MARK = "Two versions"


def row_people(row: InterviewRow) -> str:
    """`Mina Sato, Brightloom`: whom a row is about."""
    return names_words(row.guests, row.startup)


def _searched(row: InterviewRow) -> str:
    """What a filter looks through: Cal.com's own title too, which names the host."""
    interview = row.interview
    return f"{interview.title} {interview.calcom_title or ''} {row_people(row)}".casefold()


class InterviewModel(QAbstractListModel):
    """Keeps rows and shows those that match; filtering is one pass over prepared texts.

    Signals: `rest_wanted()` when somebody comes to the end of what is here.
    """

    rest_wanted = Signal()

    def __init__(self, zone: tzinfo, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._rows: list[InterviewRow] = []
        self._has_more = False
        self.total = 0
        self._texts: list[str] = []
        self._shown: list[InterviewRow] = []
        self._words: tuple[str, ...] = ()
        self._statuses: frozenset[Status] = frozenset()
        self._marked: frozenset[str] = frozenset()

    @property
    def is_filtered(self) -> bool:
        """Whether only some are to be shown."""
        return bool(self._words or self._statuses)

    def show(self, rows: Sequence[InterviewRow], *, has_more: bool = False) -> None:
        """Show these, under the filter that is set; `has_more` where they are only the top."""
        self._rows = list(rows)
        self._has_more = has_more
        # Whoever shows only the top says how many there are in all.
        self.total = max(len(rows), self.total) if has_more else len(rows)
        self._texts = [_searched(row) for row in rows]
        self._apply()

    def mark(self, interview_ids: frozenset[str]) -> None:
        """Say of these that two people changed the same thing in them."""
        if interview_ids != self._marked:
            self._marked = interview_ids
            if self._shown:
                self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    def is_marked(self, row: InterviewRow) -> bool:
        """Whether two people changed the same thing in it."""
        return row.interview.id in self._marked

    def filter(self, *, text: str, statuses: frozenset[Status]) -> None:
        """Show rows with every word of `text` and, where given, one of the statuses."""
        self._words = tuple(text.casefold().split())
        self._statuses = statuses
        self._apply()

    def row(self, index: _Index) -> InterviewRow | None:
        """What is in that row; None for an index that leads nowhere."""
        return self._shown[index.row()] if index.isValid() else None

    def row_of(self, interview_id: str) -> int:
        """The row of an interview; -1 where it is not shown."""
        return next(
            (n for n, row in enumerate(self._shown) if row.interview.id == interview_id), -1
        )

    def _apply(self) -> None:
        shown = [
            row
            for row, text in zip(self._rows, self._texts, strict=True)
            if self._matches(row, text)
        ]
        if shown == self._shown:
            return
        # The same ones, however they read now, leave whoever looks at them where they are.
        if [row.interview.id for row in shown] == [row.interview.id for row in self._shown]:
            self._shown = shown
            self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def _matches(self, row: InterviewRow, text: str) -> bool:
        if self._statuses and row.interview.status not in self._statuses:
            return False
        return all(word in text for word in self._words)

    def when(self, row: InterviewRow) -> str:
        """The row's time, short."""
        start = row.interview.start
        if start is None:
            return "No time yet"
        local = start.astimezone(self._zone).date()
        return f"{short_day(local)} {local.year}, {clock_time(start, self._zone)}"

    @override
    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and self._has_more

    @override
    def fetchMore(self, parent: _Index) -> None:
        self.rest_wanted.emit()

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if row is not None and role in {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        }:
            parts: list[str | None] = [row.interview.title, row_people(row), self.when(row)]
            parts += [status_words(row.interview.status), MARK if self.is_marked(row) else None]
            return "; ".join(part for part in parts if part)
        return None
