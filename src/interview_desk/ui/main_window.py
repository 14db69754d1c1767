"""The window: the rail, one place at a time, and beside it what is next."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from interview_desk.domain.agenda import Waiting, WaitingKind, is_joinable
from interview_desk.services.ports import Change
from interview_desk.ui.bridge.changes import Changes
from interview_desk.ui.bridge.minute import Minute
from interview_desk.ui.desk_parts import DeskParts
from interview_desk.ui.on_screen import bring_on_screen
from interview_desk.ui.overriding import override
from interview_desk.ui.pages.page import Page
from interview_desk.ui.pages.today import TodayPage
from interview_desk.ui.places import FOOT, KEYS_OF_PLACES, PLACES, build_place
from interview_desk.ui.widgets.notice_bar import NoticeBar
from interview_desk.ui.widgets.parts import column, row, rule
from interview_desk.ui.widgets.rail import Rail
from interview_desk.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from interview_desk.services.sync_state import SyncState
    from interview_desk.ui.booking_beside import BookingBeside
    from interview_desk.ui.finder import Finder
    from interview_desk.ui.widgets.side_panel import SidePanel
    from interview_desk.ui.widgets.slot_reader import Looking

LEAST = QSize(1100, 700)
_FIRST = QSize(1360, 860)
_PANEL_FROM = 1240
_WITHOUT_PANEL = frozenset({"interviews", "debrief", "follow_ups", "rules"})
_NARROW_RAIL = "narrow_rail"


class MainWindow(QMainWindow):
    """Where a person is most of the day.

    Signals: `join_requested(str)` and `capture_requested(str)` with an interview's id;
    `notes_requested(str, str)` with an interview's id and a stage; `appearance_chosen(str)`,
    `alert_minutes_chosen(object)` and `pair_requested()` from Settings; `restore_requested(object)`
    with a backup, too; `booking_asked(object)` with what was asked of Cal.com; `undo_requested()`;
    `sync_details_requested()` when the badge is pressed; `close_asked()` when the person closes
    the window: whoever composes the desk hides it or ends with `shut()`;
    `page_built(str)`.
    """

    join_requested = Signal(str)
    capture_requested = Signal(str)
    notes_requested = Signal(str, str)
    appearance_chosen = Signal(str)
    alert_minutes_chosen = Signal(object)
    pair_requested = Signal()
    restore_requested = Signal(object)
    booking_asked = Signal(object)
    undo_requested = Signal()
    sync_details_requested = Signal()
    close_asked = Signal()
    page_built = Signal(str)

    def __init__(self, parts: DeskParts) -> None:
        super().__init__()
        self._parts = parts
        self._pages: dict[str, Page] = {}
        self._stale: set[str] = set()
        self._place = ""
        self._sync: SyncState | None = None
        self._panel_wanted: bool | None = None
        self._may_close = False
        self._finder: Finder | None = None
        self.setObjectName("main-window")
        self.setWindowTitle("Interview Desk")
        self.setMinimumSize(LEAST)
        self.top = TopBar(may_make=parts.me.role.runs_interviews)
        self.rail = Rail(PLACES, foot=FOOT, me=parts.me.name)
        self._panel: SidePanel | None = None
        self._beside: BookingBeside | None = None
        self.notice = NoticeBar()
        self.today = TodayPage(parts.agenda, zone=parts.zone)
        self._stack = QStackedWidget()
        self._right = QHBoxLayout()
        self._changes = Changes(parts.changes, self)
        self._minute = Minute(parts.clock, self)
        self._build()
        self._connect()
        self._add("today", self.today)
        self._go_to("today", self.today)
        self._restore()
        self._minute.begin()

    @property
    def panel(self) -> "SidePanel":
        """The right panel, built when it is first needed: Today does without."""
        if self._panel is None:
            from interview_desk.ui.widgets.side_panel import SidePanel

            self._panel = SidePanel(self._parts.zone)
            self._panel.card.join_requested.connect(self.join_requested)
            self._panel.card.capture_requested.connect(self.capture_requested)
            self._panel.waiting.chosen.connect(self._attend)
            self._right.addWidget(self._panel)
            self._tell_panel(self._panel)
        return self._panel

    @property
    def beside(self) -> "BookingBeside":
        """Where bookings are made, in the panel's room."""
        if self._beside is None:
            from interview_desk.ui.booking_beside import BookingBeside

            self._beside = BookingBeside(self._right, self.rail, self)
            self._beside.looked_for.connect(self._look_for)
            self._beside.changed.connect(self._fit_panel)
            self._minute.passed.connect(self._beside.tick)
        return self._beside

    @property
    def place(self) -> str:
        """The key of the place shown."""
        return self._place

    def page(self, key: str) -> Page:
        """The page of a place, built on its first visit."""
        if key not in self._pages:
            page = build_place(key, self._parts)
            self._listen(page)
            self._add(key, page)
        return self._pages[key]

    def begin(self) -> None:
        """Read Today at once, before there is a loop; with one, `show_place` reads it."""
        self.today.read_at_once()

    def show_place(self, key: str) -> None:
        """Go to a place."""
        page = self.page(key)
        if key != self._place:
            self._go_to(key, page)
        if key in self._stale:
            self._stale.discard(key)
            page.refresh()

    def _go_to(self, key: str, page: Page) -> None:
        self._place = key
        self._stack.setCurrentWidget(page)
        self.rail.choose(key)
        self.rail.set_sidebar(page.sidebar)
        self.top.show_title(page.title)
        self._fit_panel()
        page.setFocus()

    def show_interview(self, interview_id: str) -> None:
        """Open one interview in detail."""
        self._show_record("interviews" if interview_id else "attention", interview_id)

    def show_debrief(self, interview_id: str) -> None:
        """Judge one interview."""
        self._show_record("debrief", interview_id)

    def _attend(self, item: Waiting) -> None:
        """Go where what waits can be settled."""
        if item.kind is WaitingKind.MAIL:
            self._show_record("follow_ups", item.record_id or "")
        elif item.kind is WaitingKind.RATING:
            self.show_debrief(item.interview_id or "")
        else:
            self.show_interview(item.interview_id or "")

    def _show_record(self, place: str, record_id: str) -> None:
        self.show_place(place)
        self.page(place).show_record(record_id)

    def show_notes(self, interview_id: str, stage: str) -> None:
        """Ask for an interview's notes, open at a stage."""
        self.notes_requested.emit(interview_id, stage)

    def show_sync(self, state: "SyncState") -> None:
        """Say how the desk stands with its server."""
        from interview_desk.services.sync_state import words as sync_words

        self._sync = state
        words = sync_words(state, self._parts.clock.now(), self._parts.zone)
        self.rail.badge.show_state(str(state.kind), words, pending=state.pending)
        for page in self._pages.values():
            page.show_sync(self.rail.badge.words)

    def say(self, sentence: str) -> None:
        """Tell the person something, at the foot of the window."""
        self.notice.say(sentence)

    def new_interview(self, start: datetime | None = None) -> None:
        """Ask for a new interview."""
        if self._beside is None or not self._beside.take(start):
            from interview_desk.ui.new_flow import ask_for_new

            ask_for_new(self, self._parts, start=start, tasks=self.today.tasks)

    def _look_for(self, looking: "Looking | None") -> None:
        for page in self._pages.values():
            page.look_for(looking)

    async def flush(self) -> None:
        """Keep what was typed in any place; a `DeskError` where that fails."""
        for page in self._pages.values():
            await page.flush()
        if self._beside is not None:
            await self._beside.flush()

    async def shut(self) -> None:
        """End all work of the window and close it for good; a second time does nothing."""
        if self._may_close:
            return
        self._may_close = True
        self._minute.stop()
        self._changes.close()
        await self.flush()
        for page in self._pages.values():
            await page.tasks.close()
        if self._finder is not None:
            await self._finder.tasks.close()
        self.close()

    def _add(self, key: str, page: Page) -> None:
        self._pages[key] = page
        self._stale.add(key)
        self._stack.addWidget(page)
        page.join_requested.connect(self.join_requested)
        page.capture_requested.connect(self.capture_requested)
        page.interview_requested.connect(self.show_interview)
        page.debrief_requested.connect(self.show_debrief)
        page.new_requested.connect(self.new_interview)
        page.pair_requested.connect(self.pair_requested)
        page.booking_asked.connect(self.booking_asked)
        page.told.connect(self.say)
        if self._sync is not None:
            page.show_sync(self.rail.badge.words)
        page.look_for(self._beside.looking if self._beside else None)
        self.page_built.emit(key)

    def _listen(self, page: Page) -> None:
        from interview_desk.ui.pages.settings import SettingsPage

        if isinstance(page, SettingsPage):
            page.appearance_chosen.connect(self.appearance_chosen)
            page.alert_minutes_chosen.connect(self.alert_minutes_chosen)
            page.restore_requested.connect(self.restore_requested)
            page.second_zone_chosen.connect(self._second_zone_chosen)
            page.place_requested.connect(self.show_place)
            page.attention_requested.connect(partial(self.show_place, "attention"))

    def _second_zone_chosen(self, name: str) -> None:
        for page in self._pages.values():
            page.set_second_zone(name or None)

    def _changed(self, changes: frozenset[Change]) -> None:
        self._stale.update(self._pages)
        # Today also feeds the right panel, so it is always read again.
        for key in {"today", self._place}:
            self._stale.discard(key)
            self.page(key).hear(changes)

    def _today_read(self) -> None:
        if self._panel is not None:
            self._tell_panel(self._panel)

    def _tell_panel(self, panel: "SidePanel") -> None:
        if self.today.shown is not None:
            panel.show_today(self.today.shown, self.today.waiting_items)

    def _join_next(self) -> None:
        today = self.today.shown
        following = today.next if today else None
        if following is None or not is_joinable(following.interview, self._parts.clock.now()):
            self.say("There is nothing to join: no interview ahead has a link.")
        else:
            self.join_requested.emit(following.id)

    def search(self, text: str) -> None:
        """List the interviews whose names match."""
        from interview_desk.ui.pages.interviews import InterviewsPage

        page = self.page("interviews")
        self.show_place("interviews")
        if isinstance(page, InterviewsPage):
            page.search(text)

    def open_palette(self, text: str = "") -> None:
        """Search and commands, over the window."""
        if self._finder is None:
            from interview_desk.ui.places import build_finder

            self._finder = build_finder(self, self._parts, places=self, actions=self._actions())
            self._finder.tasks.told.connect(self.say)
            # Whoever composes the desk hears of mistakes through the page that is always there.
            self._finder.tasks.broke.connect(self.today.tasks.broke)
        self._finder.open(text)

    def _show_shortcuts(self) -> None:
        from interview_desk.ui.widgets.shortcut_sheet import KEYS, ShortcutSheet

        ShortcutSheet(KEYS, parent=self).open()

    def _fold_rail(self) -> None:
        self.rail.set_compact(compact=not self.rail.is_compact)
        self._rail_folded()

    def _rail_folded(self) -> None:
        self._parts.preferences.switch(_NARROW_RAIL, on=self.rail.is_compact)

    def _fold_panel(self) -> None:
        self._panel_wanted = self._panel is None or not self._panel.isVisible()
        self._fit_panel()

    def _fit_panel(self) -> None:
        # Today says the same larger, an interview has its own Join, a debrief is about what was,
        # and in a narrow window the calendar needs the room.
        fits = self.width() >= _PANEL_FROM and self._place not in _WITHOUT_PANEL
        wanted = fits if self._panel_wanted is None else self._panel_wanted
        is_free = self._place != "today" and (self._beside is None or not self._beside.is_open)
        if (wanted and is_free) or self._panel is not None:
            self.panel.setVisible(wanted and is_free)
        self.top.panel_switch.setVisible(is_free)

    def _minute_passed(self) -> None:
        now = self._parts.clock.now()
        for page in self._pages.values():
            page.tick(now)
        if self._panel is not None:
            self._panel.tick(now)
        if self._sync is not None:
            self.show_sync(self._sync)
        shown = self.today.shown
        # What is next, and today itself, change without anybody writing anything.
        if shown is None or shown.now != now:
            self.today.refresh()

    def _build(self) -> None:
        middle = column(self.top, rule(), self._stack, self.notice, gap=0)
        middle.setStretch(2, 1)
        layout = row(self.rail, rule(upright=True), middle, self._right, gap=0)
        layout.setStretch(2, 1)
        centre = QWidget()
        centre.setLayout(layout)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        self.rail.place_chosen.connect(self.show_place)
        self.rail.compact_changed.connect(self._rail_folded)
        self.rail.badge.clicked.connect(self.sync_details_requested)
        self.top.searched.connect(self.open_palette)
        self.top.new_pressed.connect(self.new_interview)
        self.top.panel_pressed.connect(self._fold_panel)
        self.today.loaded.connect(self._today_read)
        self.today.waiting_read.connect(self._today_read)
        self.today.waiting.chosen.connect(self._attend)
        self._changes.changed.connect(self._changed)
        self._minute.passed.connect(self._minute_passed)
        palette = dict.fromkeys(("/", "Ctrl+K"), self.open_palette)
        for keys, action in {**self._actions(), **palette}.items():
            QShortcut(keys, self).activated.connect(action)

    def _actions(self) -> "dict[str, Callable[[], object]]":
        """What can be done from everywhere, by its keys; the palette offers the same."""
        return {
            **{keys: partial(self.show_place, key) for key, keys in KEYS_OF_PLACES.items()},
            "Ctrl+N": self.new_interview,
            "Ctrl+J": self._join_next,
            "Ctrl+Z": self.undo_requested.emit,
            "Ctrl+B": self._fold_rail,
            "?": self._show_shortcuts,
        }

    def _restore(self) -> None:
        self.rail.set_compact(compact=self._parts.preferences.is_on(_NARROW_RAIL))
        saved = self._parts.preferences.geometry
        if saved.isEmpty() or not self.restoreGeometry(saved):
            self.resize(_FIRST)
        bring_on_screen(self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_panel()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._parts.preferences.geometry = self.saveGeometry()
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_asked.emit()
