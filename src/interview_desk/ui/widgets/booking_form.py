"""Booking at Cal.com from the desk: what, when, and with whom."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.domain.booking_requests import BookingRequest, FreeTime
from interview_desk.domain.instants import format_instant, zone_called
from interview_desk.services.availability import AvailabilityService, TextMemory
from interview_desk.services.booking import BookingService
from interview_desk.services.event_types import EventType
from interview_desk.services.holds import HeldSlot, Hold
from interview_desk.services.new_booking import NewBooking
from interview_desk.services.ports import Clock
from interview_desk.ui.booking_words import moment_words
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.models.agenda_model import ChosenTime
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.booking_foot import BookingFoot
from interview_desk.ui.widgets.guest_fields import GuestFields, choice_box, choose
from interview_desk.ui.widgets.kept_words import KeptWords
from interview_desk.ui.widgets.offered_times import AT_MOST
from interview_desk.ui.widgets.parts import Weight, column, label, row, rule, scrolled_down
from interview_desk.ui.widgets.slot_picker import SlotPicker, slot_end
from interview_desk.ui.widgets.slot_reader import Looking, SlotReader
from interview_desk.ui.widgets.typed_booking import TypedBooking, words_of_hold

_WIDTH = 392
# From the first key on: who types without a pause has each second's words kept as well.
_KEEP_AFTER_MS = 1000
_AS_FAR_AS_ANYBODY_BOOKS = timedelta(days=366)
_OVER = "The time you had chosen is over. Choose another one."
_NOTHING_THEN = "Nothing is free then. Take a time that is tinted, or one of the list."


class _Awaited(NamedTuple):
    """The time of an earlier start, until it is taken again, gone, or another one is wanted."""

    start: datetime
    hold: Hold | None
    turns: int


class BookingForm(QWidget):
    """The booking form, beside the calendar that it is about.

    Nothing is asked of Cal.com before its primary button is pressed. What was typed is kept in
    `unsent` within a second and by `flush()`, and whoever ends the form empties that. Signals:
    `booked(object)` with the request that was made; `looked_for(object)` with each `Looking`, the
    first one when the form is shown; `finished()` when it is done or given up.
    """

    booked = Signal(object)
    looked_for = Signal(object)
    finished = Signal()

    _last_kept: str | None = ""
    _is_over = False
    _awaited: _Awaited | None = None

    def __init__(
        self,
        booking: BookingService,
        times: AvailabilityService,
        held: HeldSlot,
        unsent: TextMemory,
        *,
        event_types: Sequence[EventType],
        member_id: str,
        start: datetime | None,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        super().__init__()
        self.setObjectName("book-at-calcom")
        self.setAccessibleName("Book at Cal.com")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tasks = TaskScope(self)
        self._booking = booking
        self._held = held
        self._unsent = unsent
        self._member_id = member_id
        self._zone = zone
        self._now = clock.now
        self._answered = asyncio.Event()
        self._answered.set()
        self._types = {one.number: one for one in event_types}
        today = clock.now().astimezone(zone).date()
        self.picker = SlotPicker(zone, today=today, stacked=True)
        self._reader = SlotReader(self.picker, times, tasks=self.tasks, clock=clock)
        self._type = choice_box("book-type", "What to book")
        self._length = choice_box("book-minutes", "Minutes")
        self._guest = GuestFields()
        self._holding = KeptWords()
        self._foot = BookingFoot(zone)
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keeping.timeout.connect(self.keep)
        self._build()
        self._choose_type(0)
        self._is_at_chosen_day = start is not None
        self._first_day = start.astimezone(zone).date() if start else today
        self.picker.show_day(self._first_day)

    def take(self, moment: datetime) -> None:
        """Choose what is free at this moment, or say that nothing is."""
        self._foot.say("")
        self.picker.take(moment)

    def begin(self) -> None:
        """Lay the keyboard into the first field."""
        self._guest.begin()

    def keep(self) -> None:
        """Keep what was typed, without anybody waiting for it."""
        self.tasks.start(self.flush(), instead_of="keeping")

    async def flush(self) -> None:
        """Keep what was typed for the next start; a `DeskError` where that fails.

        What is being asked just now is asked first: then it is a record, or typed still.
        """
        await self._answered.wait()
        words = "" if self._is_over else self._words()
        if words != self._last_kept or self._is_over:
            # Whoever ends this in the middle does not know what is kept.
            self._last_kept = None
            await self._unsent.save(words)
            self._last_kept = words

    def take_up(self, typed: TypedBooking) -> None:
        """Go on with what was typed before, also with the time, where it is free still."""
        choose(self._type, typed.event_type)
        choose(self._length, typed.minutes)
        self._guest.take_up(typed)
        day, today = typed.day, self._first_day
        if day and not self._is_at_chosen_day and today < day < today + _AS_FAR_AS_ANYBODY_BOOKS:
            self._first_day = day
        self.picker.show_day(self._first_day)
        self._last_kept = self._words()
        again = None if self._is_at_chosen_day else typed.start
        if again is not None and again <= self._now():
            self._foot.say(_OVER)
            again = None
        if again is not None:
            self._awaited = _Awaited(again, typed.hold, self.picker.turns)
        # Also one that has run out by now: what is let go of twice is let go of.
        earlier = self._held.let_go_of(typed.hold) if typed.hold else self._held.let_go()
        then = self._again_at(again) if again else None
        self.tasks.start(earlier, then=then, instead_of="again")

    def _again_at(self, start: datetime) -> Callable[[None], None]:
        """Choose this time again, unless somebody turns to another one before."""
        turns = self.picker.turns

        def take_again(_: None) -> None:
            if self.picker.turns == turns:
                self.picker.take_again(start)

        return take_again

    def give_up(self) -> None:
        """Close without asking for anything, unless that has just been done."""
        # What is being asked would still be asked, and nobody offered a way back.
        if self._answered.is_set():
            self._end()

    def _edited(self) -> None:
        if not self._keeping.isActive():
            self._keeping.start()

    def _words(self) -> str:
        """What was typed; empty where that is nothing."""
        lines = self._guest.lines()
        if not any(text.strip() for text in lines.values()):
            return ""
        slot, hold = self.picker.slot, self._held.kept
        awaited = self._awaited
        if slot is None and awaited is not None and awaited.turns == self.picker.turns:
            # Nobody knows yet whether it is free: the next start asks again.
            slot, hold = FreeTime(awaited.start, None), awaited.hold
        day = slot.start.astimezone(self._zone).date() if slot else self._first_day
        choices = {
            "event_type": self._type.currentData(),
            "minutes": self._length.currentData(),
            "language": self._guest.language,
            "zone": self._guest.zone,
            "day": day.isoformat(),
            "start": format_instant(slot.start) if slot else None,
            "hold": words_of_hold(hold),
            "typed_by": self._member_id,
        }
        return json.dumps({**lines, **choices})

    @property
    def _chosen(self) -> EventType:
        return self._types[self._type.currentData()]

    def _choose_type(self, _index: int) -> None:
        chosen = self._chosen
        with QSignalBlocker(self._length):
            self._length.clear()
            for minutes in chosen.choices:
                self._length.addItem(f"{minutes} min", minutes)
            self._length.setCurrentIndex(max(self._length.findData(chosen.minutes), 0))
        self._length.setVisible(len(chosen.choices) > 1)
        self._guest.suggest_title(f"{chosen.title} with the guest's name")
        self._reader.use(chosen.number, self._length.currentData())

    def _type_changed(self, index: int) -> None:
        self._choose_type(index)
        self.picker.show_day(self._first_day)

    def _length_changed(self, _index: int) -> None:
        self._reader.use(self._chosen.number, self._length.currentData())
        slot = self.picker.slot
        if slot is None:
            self.picker.ask_again()
            return
        # Until it is let go Cal.com tells of it no more, and for this length it may not be free.
        self.picker.choose_none()
        again = self._again_at(slot.start)
        self.tasks.start(self._held.let_go(), then=again, instead_of="again")

    def _week_wanted(self, start: datetime, _end: datetime) -> None:
        self._week = start
        if self.isVisible():
            self._tell_looking()

    def _tell_looking(self) -> None:
        chosen, minutes, slot = self._chosen, self._length.currentData(), self.picker.slot
        time = ChosenTime(slot.start, slot_end(slot), chosen.title) if slot else None
        self.looked_for.emit(Looking(chosen.number, minutes, self._week, time))

    def _zone_typed(self) -> None:
        self.picker.set_guest_zone(zone_called(self._guest.zone))

    def _slot_chosen(self, slot: FreeTime | None) -> None:
        self._foot.ask_for_time(is_there=slot is not None)
        self._holding.say("")
        if self.isVisible():
            self._tell_looking()
        # From the asking on: Cal.com may already keep it, and tell of it no more.
        self.picker.keep(slot)
        if slot is None:
            self.tasks.start(self._held.let_go(), instead_of="hold")
            return
        self._awaited = None
        self._foot.say("")
        self._holding.say("Keeping this time for you\N{HORIZONTAL ELLIPSIS}")
        minutes = self._length.currentData() if len(self._chosen.choices) > 1 else None
        work = self._held.take(self._chosen.number, slot.start, minutes)
        kept = partial(self._kept, slot)
        lost = partial(self._lost, slot.start)
        self.tasks.start(work, then=kept, told=lost, instead_of="hold")

    def _kept(self, slot: FreeTime, until: datetime | None) -> None:
        self.picker.keep(slot if until else None)
        self._holding.show_until(until, self._now(), self._zone)

        self._edited()

    def _lost(self, start: datetime, sentence: str) -> None:
        self.picker.keep(None)
        free = self.picker.after(start, AT_MOST)
        self.picker.ask_again()
        self._foot.say(sentence, free)

    def _gone(self, start: datetime) -> None:
        self._awaited = None
        words = f"{moment_words(start, self._zone)} is no longer free. Choose another time."
        self._foot.say(words, self.picker.after(start, AT_MOST))

    def _pressed(self) -> None:
        slot = self.picker.slot
        if slot is not None and self._foot.may_book and self._answered.is_set():
            self._foot.wait()
            self._answered.clear()
            work = self._ask(self._typed(slot))
            self.tasks.start(work, then=self._asked, told=self._foot.say)

    async def _ask(self, typed: NewBooking) -> BookingRequest:
        try:
            return await self._booking.book(typed)
        except Exception:
            # Also what nobody foresaw leaves a form that can be sent again, or given up.
            self._foot.ask_for_time(is_there=True)
            raise
        finally:
            self._answered.set()

    def _typed(self, slot: FreeTime) -> NewBooking:
        chosen, zone, lines = self._chosen, self._guest.zone.strip(), self._guest.lines()
        mine = getattr(self._zone, "key", None)
        name = lines["name"].strip()
        return NewBooking(
            event_type_id=chosen.number,
            start=slot.start,
            minutes=self._length.currentData(),
            title=lines["title"].strip() or f"{chosen.title}: {name}",
            zone=mine,
            name=name,
            email=lines["email"],
            phone=lines["phone"],
            guest_zone=zone or mine or "",
            language=self._guest.language,
            guide_id=chosen.guide_id,
            choose_minutes=len(chosen.choices) > 1,
        )

    def _asked(self, request: BookingRequest) -> None:
        self.booked.emit(request)
        self._end()

    def _end(self) -> None:
        self._is_over = True
        self.finished.emit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._tell_looking()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        for one in self._types.values():
            self._type.addItem(f"{one.title} ({one.minutes} min)", one.number)
        what = row(self._type, self._length, gap=8)
        what.setStretch(0, 1)
        content = column(what, self.picker, self._holding, self._guest, None, gap=12)
        content.setContentsMargins(16, 4, 16, 12)
        self.setFixedWidth(_WIDTH)
        self.setProperty("stands_beside", True)  # noqa: FBT003  - Qt's own signature
        self.setLayout(row(rule(upright=True), self._framed(content), gap=0))
        self._foot.booked.connect(self._pressed)
        self._foot.cancelled.connect(self.give_up)
        self._foot.taken.connect(self.picker.take_again)
        self._type.currentIndexChanged.connect(self._type_changed)
        self._length.currentIndexChanged.connect(self._length_changed)
        self._guest.zone_typed.connect(self._zone_typed)
        self._guest.submitted.connect(self._pressed)
        self._guest.edited.connect(self._edited)
        for box in (self._type, self._length):
            box.currentIndexChanged.connect(self._edited)
        self.picker.chosen.connect(self._slot_chosen)
        self.picker.chosen.connect(self._edited)
        self.picker.gone.connect(self._gone)
        self.picker.missed.connect(partial(self._foot.say, _NOTHING_THEN))
        self.picker.week_wanted.connect(self._week_wanted)

    def _framed(self, content: QVBoxLayout) -> QVBoxLayout:
        """What is asked scrolls where the window is low; what it ends with stays in sight."""
        scroll = scrolled_down(content)
        head = label("Book at Cal.com", size=Size.TITLE, weight=Weight.DemiBold)
        head.setContentsMargins(16, 14, 16, 8)
        made = column(head, scroll, rule(), self._foot, gap=0)
        made.setStretch(1, 1)
        return made
