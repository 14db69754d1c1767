"""Appointments and free times under the names of their days, as a Qt list."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from interview_desk.domain.agenda import Appointment
from interview_desk.ui.bridge.dates import clock_range, long_day, short_day
from interview_desk.ui.overriding import override
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.widgets.event_look import away_words, event_words

if TYPE_CHECKING:
    from interview_desk.services.away import Away

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_SPOKEN = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole})


class FreeStretch(NamedTuple):
    """A time at which a guest can be booked."""

    start: datetime
    end: datetime


class ChosenTime(NamedTuple):
    """A time that somebody has chosen and not booked yet, and what they would book."""

    start: datetime
    end: datetime
    title: str

    def spoken(self, zone: tzinfo) -> str:
        """Everything the painting says, in one line."""
        day = short_day(self.start.astimezone(zone).date())
        times = clock_range(self.start, self.end, zone)
        return f"{self.title}; {day}, {times}; chosen, not booked yet"


Entry = date | Appointment | FreeStretch | ChosenTime


class AgendaModel(QAbstractListModel):
    """Rows are days, which cannot be chosen, their appointments and what is free between them."""

    def __init__(self, zone: tzinfo, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zone = zone
        self.now = datetime.fromtimestamp(0, zone)
        self._entries: list[Entry] = []
        self._away: Sequence[Away] = ()

    def show(
        self,
        appointments: Sequence[Appointment],
        now: datetime,
        *,
        days: bool = True,
        free: Sequence[FreeStretch | ChosenTime] = (),
    ) -> None:
        """Show these in order; `days` puts each local day's name above its own."""
        self.beginResetModel()
        self.now = now
        timed: list[Appointment | FreeStretch | ChosenTime] = [
            *(one for one in appointments if one.interview.start is not None),
            *free,
        ]
        timed.sort(key=self._begins)
        self._entries = []
        for day, ones in groupby(timed, key=self._day):
            head = [day] if days else []
            self._entries += [*head, *ones]
        self.endResetModel()

    def show_away(self, away: "Sequence[Away]") -> None:
        """Say beside the days who cannot be booked on them."""
        self._away = away
        self.tick(self.now)

    def away_on(self, day: date) -> str:
        """`Away: Ben Cole (Holiday)`; empty where everybody can be booked."""
        return away_words(self._away, day, self.zone)

    def tick(self, now: datetime) -> None:
        """What was ahead may be past now."""
        self.now = now
        if self._entries:
            self.dataChanged.emit(self.index(0), self.index(len(self._entries) - 1))

    def row_of(self, interview_id: str) -> int:
        """The row of an interview; -1 where it is not shown."""
        for row, entry in enumerate(self._entries):
            if isinstance(entry, Appointment) and entry.id == interview_id:
                return row
        return -1

    def entry(self, index: _Index) -> Entry | None:
        """What is in that row; None for an index that leads nowhere."""
        return self._entries[index.row()] if index.isValid() else None

    def _begins(self, entry: Appointment | FreeStretch | ChosenTime) -> datetime:
        if isinstance(entry, Appointment):
            return entry.interview.start or self.now
        return entry.start

    def _day(self, entry: Appointment | FreeStretch | ChosenTime) -> date:
        return self._begins(entry).astimezone(self.zone).date()

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index)
        if entry is not None and role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(self._words(entry))
        return self._words(entry) if entry is not None and role in _SPOKEN else None

    def _words(self, entry: "Entry") -> str:
        if isinstance(entry, Appointment):
            return event_words(entry, self.zone)
        if isinstance(entry, ChosenTime):
            return entry.spoken(self.zone)
        if isinstance(entry, FreeStretch):
            return f"Free, {clock_range(entry.start, entry.end, self.zone)}"
        return ". ".join(filter(None, [long_day(entry), self.away_on(entry)]))

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        entry = self.entry(index)
        if isinstance(entry, Appointment | FreeStretch):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags if entry is None else Qt.ItemFlag.ItemIsEnabled
