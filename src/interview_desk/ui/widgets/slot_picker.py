"""Choosing a free time: the days of a week, and the times of one day in both zones."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.domain.wall_times import instants_of
from interview_desk.services.availability import FreeTimes
from interview_desk.ui.bridge.dates import (
    clock_range,
    clock_time,
    differs_from,
    offset_name,
    short_day,
    zone_name,
)
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import IconButton, Weight, column, label, row

_DAYS = 7
_HEIGHT = 196
_DAYS_WIDTH = 160
_WEEK = timedelta(days=_DAYS)
_USUAL = timedelta(minutes=30)
_GAP = "   "
_NOTHING = "Nothing is free this week; the arrow above leads to the next."


class SlotPicker(QWidget):
    """The free times of a week, those of one day in detail.

    Signals: `week_wanted(object, object)` with the UTC instants at which the shown week begins and
    ends; `chosen(object)` with a `FreeTime`, or None while none is; `missed()` where nothing is
    free at the time that was to be taken; `gone(object)` with a start that was to be taken again.
    """

    week_wanted = Signal(object, object)
    chosen = Signal(object)
    missed = Signal()
    gone = Signal(object)

    def __init__(self, zone: tzinfo, *, today: date, stacked: bool = False) -> None:
        super().__init__()
        # Beside a calendar the guest's clock stands below mine.
        self._between = "\n" if stacked else _GAP
        self._zone = zone
        self._theirs: tzinfo | None = None
        self._today = today
        self._monday = today - timedelta(days=today.weekday())
        self._wanted = 0
        self._slots: list[FreeTime] = []
        self._kept: FreeTime | None = None
        self._to_take: datetime | None = None
        self._is_again = False
        # How often somebody has turned to another day or time; what was to be taken is over then.
        self.turns = 0
        self._title = label(weight=Weight.DemiBold)
        self._age = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._age.setObjectName("slots-age")
        self._back = IconButton("chevron-left", "The week before", name="slots-back")
        self._on = IconButton("chevron-right", "The week after", name="slots-on")
        self._days = _list("slot-days", "Day")
        self._times = _list("slot-times", "Time")
        self._build()

    @property
    def slot(self) -> FreeTime | None:
        """The time the person chose."""
        items = self._times.selectedItems()
        found = items[0].data(Qt.ItemDataRole.UserRole) if items else None
        return found if isinstance(found, FreeTime) else None

    def show_day(self, day: date) -> None:
        """Go to the week of this day."""
        self._monday = day - timedelta(days=day.weekday())
        self._wanted = day.weekday()
        self._ask()

    def take(self, moment: datetime) -> None:
        """Choose what is free then, as soon as that is known; `missed` where nothing is."""
        self._turned()
        self._to_take, self._is_again = moment, False
        self.show_day(moment.astimezone(self._zone).date())

    def take_again(self, start: datetime) -> None:
        """Choose the time that begins then, as soon as that is known; `gone` where it is not free.

        What is known of earlier does not decide that it is gone.
        """
        self._to_take, self._is_again = start, True
        self.show_day(start.astimezone(self._zone).date())

    def choose_none(self) -> None:
        """Whatever is chosen is so no more."""
        self._show_times()

    def after(self, start: datetime, most: int) -> list[FreeTime]:
        """The next times that are free in this week, the first ones where none is later."""
        others = [one for one in self._slots if one.start != start]
        return ([one for one in others if one.start > start] or others)[:most]

    def ask_again(self) -> None:
        """What was shown is not so any more."""
        self._ask()

    def set_guest_zone(self, zone: tzinfo | None) -> None:
        """Show the guest's clock beside mine."""
        self._theirs = zone
        self._show_again(self.slot)

    def keep(self, slot: FreeTime | None) -> None:
        """This time is kept for us from others, or none is."""
        self._kept = slot

    def show_times(self, found: FreeTimes, now: datetime, *, more_is_coming: bool = False) -> None:
        """These times are free; old ones say how old."""
        chosen = self.slot
        free = {slot.start: slot for slot in found.slots if slot.start > now}
        if self._kept is not None:
            # Kept from others, so Cal.com no longer tells of it; for us it is free.
            free.setdefault(self._kept.start, self._kept)
        self._slots = [free[start] for start in sorted(free)]
        self._show_days()
        counts = [len(self._of(number)) for number in range(_DAYS)]
        age = age_words(found, now, self._zone)
        self._age.setText(age if any(counts) else f"{_NOTHING} {age}")
        first = next((number for number, count in enumerate(counts) if count), 0)
        self._wanted = self._wanted if counts[self._wanted] else first
        with QSignalBlocker(self._days):
            self._days.setCurrentRow(self._wanted)
        self._show_again(chosen)
        self._take_now(more_is_coming=more_is_coming)

    def show_trouble(self, sentence: str) -> None:
        """Nothing is known, and why."""
        self._slots, self._to_take = [], None
        self._age.setText(sentence)
        self._show_days()
        self._show_times()

    def _ask(self) -> None:
        self._slots = []
        self._title.setText(
            f"{short_day(self._monday)} \N{EN DASH} {short_day(self._monday + timedelta(days=6))}"
        )
        self._back.setEnabled(self._monday > self._today)
        self._age.setText("Asking Cal.com\N{HORIZONTAL ELLIPSIS}")
        self._show_days()
        self._show_times()
        self.week_wanted.emit(self._midnight(0), self._midnight(_DAYS))

    def _midnight(self, days: int) -> datetime:
        day = self._monday + timedelta(days=days)
        return datetime.combine(day, time.min, self._zone).astimezone(UTC)

    def _take_now(self, *, more_is_coming: bool) -> None:
        moment = self._to_take
        if moment is None:
            return
        covering = [one for one in self._slots if self._is_meant(one, moment)]
        if covering:
            self._to_take = None
            # What was known of earlier may have shown another day.
            self._show_day_of(covering[-1].start)
            self._choose(covering[-1].start)
            self.chosen.emit(self.slot)
        elif not self._is_again:
            self._to_take = None
            self.missed.emit()
        elif not more_is_coming:
            self._to_take = None
            self.gone.emit(moment)

    def _show_day_of(self, start: datetime) -> None:
        self._wanted = start.astimezone(self._zone).weekday()
        with QSignalBlocker(self._days):
            self._days.setCurrentRow(self._wanted)
        self._fill_times()

    def _is_meant(self, slot: FreeTime, moment: datetime) -> bool:
        if self._is_again:
            return slot.start == moment
        return slot.start <= moment < slot_end(slot)

    def _of(self, number: int) -> list[FreeTime]:
        day = self._monday + timedelta(days=number)
        return [one for one in self._slots if one.start.astimezone(self._zone).date() == day]

    def _show_days(self) -> None:
        with QSignalBlocker(self._days):
            self._days.clear()
            for number in range(_DAYS):
                free = len(self._of(number))
                words = f"{free} free" if free else "none"
                day = short_day(self._monday + timedelta(days=number))
                item = QListWidgetItem(f"{day}   {words}")
                if not free:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
                self._days.addItem(item)

    def _show_times(self) -> None:
        self._fill_times()
        self.chosen.emit(None)

    def _fill_times(self) -> None:
        with QSignalBlocker(self._times):  # emptying a list chooses among what is left of it
            self._times.clear()
            for slot in self._of(max(self._days.currentRow(), 0)):
                words = slot_words(slot, self._zone, self._theirs)
                item = QListWidgetItem(words.replace(_GAP, self._between))
                item.setData(Qt.ItemDataRole.UserRole, slot)
                self._times.addItem(item)
            self._times.setCurrentRow(-1)

    def _show_again(self, chosen: FreeTime | None) -> None:
        """Show the times anew; who has chosen one goes on with it, and hears of no choice."""
        self._fill_times()
        if chosen is None or not self._choose(chosen.start):
            self.chosen.emit(None)

    def _choose(self, start: datetime) -> bool:
        """Choose this time again without a word; whether it is there."""
        for number in range(self._times.count()):
            item = self._times.item(number)
            slot = item.data(Qt.ItemDataRole.UserRole)
            if isinstance(slot, FreeTime) and slot.start == start:
                with QSignalBlocker(self._times):
                    self._times.setCurrentItem(item)
                return True
        return False

    def _turned(self) -> None:
        self.turns += 1
        self._to_take = None

    def _day_chosen(self, row: int) -> None:
        self._turned()
        self._wanted = max(row, 0)
        self._show_times()

    def _time_chosen(self) -> None:
        if self.slot is not None:
            self._turned()
            self.chosen.emit(self.slot)

    def _earlier(self) -> None:
        self._turned()
        self._monday -= _WEEK
        self._ask()

    def _later(self) -> None:
        self._turned()
        self._monday += _WEEK
        self._ask()

    def _build(self) -> None:
        self._days.setFixedWidth(_DAYS_WIDTH)
        for box in (self._days, self._times):
            box.setFixedHeight(_HEIGHT)
        self._times.setUniformItemSizes(False)
        lists = row(self._days, self._times, gap=8)
        lists.setStretch(1, 1)
        layout = column(row(self._title, None, self._back, self._on), lists, self._age, gap=6)
        self.setLayout(layout)
        self._back.clicked.connect(self._earlier)
        self._on.clicked.connect(self._later)
        self._days.currentRowChanged.connect(self._day_chosen)
        # A mouse makes a line the current one first, and selects it only then.
        self._times.itemSelectionChanged.connect(self._time_chosen)


def slot_end(slot: FreeTime) -> datetime:
    """When it ends, or would as most do."""
    return slot.end or slot.start + _USUAL


def slot_words(slot: FreeTime, zone: tzinfo, theirs: tzinfo | None) -> str:
    """`14:00` to its end, with the guest's clock, and the offset where a time comes twice."""
    words = clock_range(slot.start, slot.end, zone) if slot.end else clock_time(slot.start, zone)
    wall = slot.start.astimezone(zone).replace(tzinfo=None, fold=0)
    if len(instants_of(wall, zone)) > 1:
        words += f" ({offset_name(zone, slot.start)})"
    if theirs is not None and differs_from(theirs, zone, slot.start):
        words += f"{_GAP}{_their_clock(slot.start, theirs, zone)}"
    return words


def _their_clock(start: datetime, theirs: tzinfo, zone: tzinfo) -> str:
    local = start.astimezone(theirs)
    other_day = local.date() != start.astimezone(zone).date()
    day = f"{short_day(local.date())}, " if other_day else ""
    return f"{day}{clock_time(start, theirs)} in {zone_name(theirs, start)}"


def age_words(found: FreeTimes, now: datetime, zone: tzinfo) -> str:
    """How old what is shown is, and whether it can be trusted."""
    if not found.stale:
        return f"As Cal.com says at {clock_time(found.fetched_at, zone)}."
    day = found.fetched_at.astimezone(zone).date()
    when = clock_time(found.fetched_at, zone)
    if day != now.astimezone(zone).date():
        when = f"{short_day(day)}, {when}"
    return f"As last known, {when}. Some may be taken since; Cal.com decides when it is asked."


def _list(name: str, spoken: str) -> QListWidget:
    made = QListWidget()
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setProperty("kind", "choices")
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setUniformItemSizes(True)
    return made
