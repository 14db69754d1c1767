"""What Cal.com told the server: listed, looked into, read again."""

import json
from collections.abc import Mapping
from datetime import date, tzinfo

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.services.connection import (
    Events,
    InboxEvent,
    InboxFeed,
    InboxPage,
    Replayed,
)
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.inbox_filter import STATES, InboxFilter
from interview_desk.ui.widgets.line_list import Line, LineList
from interview_desk.ui.widgets.list_beside import ListBeside
from interview_desk.ui.widgets.parts import Weight, button, column, label, row

_WORDS = {state: words for words, state in STATES.items() if state}
_FAILED = Events(state="failed")
_EMPTY = "Nothing has come in from Cal.com yet."
_CHOOSE = "Choose one to see what Cal.com said. Secrets in it are hidden."
_TONES = {"failed": "bad", "unusable": "warning", "waiting": "warning"}


class CalcomInboxPage(Page):
    """For owners and admins: why a booking did not arrive."""

    def __init__(self, feed: InboxFeed, *, zone: tzinfo, today: date) -> None:
        super().__init__("calcom_inbox", title="Inbox of Cal.com")
        self._feed = feed
        self._zone = zone
        self._before: str | None = None
        self._chosen_id: str | None = None
        self._filter = InboxFilter(zone, today=today)
        self._failed = 0
        self._meant = Events()
        self._list = LineList(name="inbox-list", spoken="What came in")
        self._counts = label(size=Size.DETAIL, tone="muted")
        self._more = button("Show older ones", name="inbox-more")
        self._all_again = button("", name="inbox-all-again")
        self._asked = label(size=Size.DETAIL, wrap=True)
        self._agree = button("Read them again", name="inbox-agree")
        self._leave = button("Leave it", name="inbox-leave", kind="quiet")
        self._title = label(size=Size.HEADING, weight=Weight.DemiBold, wrap=True)
        self._why = label(tone="muted", wrap=True)
        self._body = QPlainTextEdit()
        self._body.setProperty("kind", "quoted")
        self._again = button("Read again", name="inbox-again", kind="primary")
        self._beside = ListBeside(self._listed(), self._told(), nothing=_CHOOSE)
        self._build()

    @override
    def refresh(self) -> None:
        self._list.show_lines((), None)
        self._before = None
        self._show_event(None)
        self._ask(None)
        self._read()

    def _read(self) -> None:
        work = self._feed.inbox(self._filter.which, before=self._before)
        self.tasks.start(work, then=self._show, told=self._counts.setText, instead_of="inbox")

    def _show(self, page: InboxPage) -> None:
        lines = (*self._list.rows.lines, *map(self._line, page.events))
        self._list.show_lines(lines, self._chosen_id)
        self._before = page.before
        self._more.setVisible(page.before is not None)
        chosen = self._filter.which.is_chosen
        words = "Read all of these again" if chosen else "Read all failed again"
        self._all_again.setText(words + "\N{HORIZONTAL ELLIPSIS}")
        self._all_again.setAccessibleName(words)
        offered = len(lines) if chosen else page.counts.get("failed", 0)
        self._all_again.setVisible(offered > 0)
        self._counts.setText(_counted(page.counts).capitalize() or _EMPTY)
        self.loaded.emit()

    def _line(self, event: InboxEvent) -> Line:
        day = short_day(event.at.astimezone(self._zone).date())
        return Line(
            id=event.id,
            title=event.trigger or "No event",
            below=f"{day}, {clock_time(event.at, self._zone)}",
            mark=_WORDS.get(event.state, event.state),
            tone=_TONES.get(event.state, "muted"),
        )

    def _choose(self, event_id: str) -> None:
        self._chosen_id = event_id
        self.tasks.start(self._feed.event(event_id), then=self._show_event, instead_of="event")

    def _show_event(self, event: InboxEvent | None) -> None:
        self._beside.show_beside(found=event is not None)
        if event is None:
            self._chosen_id = None
            return
        self._title.setText(event.trigger or "No event")
        tries = f" after {event.tries} tries" if event.tries > 1 else ""
        state = f"{_WORDS.get(event.state, event.state)}{tries}"
        self._why.setText(". ".join(filter(None, [state, event.reason])))
        self._body.setPlainText(json.dumps(event.body, indent=2, ensure_ascii=False))

    def _again_pressed(self) -> None:
        if self._chosen_id is not None:
            self._replay(Events(id=self._chosen_id))

    def _all_again_pressed(self) -> None:
        which = self._filter.which
        self._meant = which if which.is_chosen else _FAILED
        work = self._feed.replay(self._meant, dry_run=True)
        self.tasks.start(work, then=self._ask, instead_of="dry run")

    def _ask(self, would: Replayed | None) -> None:
        """Say what would be read again before it is."""
        if would is not None:
            one = would.total == 1
            noun = "1 event" if one else f"{would.total} events"
            parts = _counted(would.counts)
            self._asked.setText(
                f"{noun} would be read again ({parts}). What was right already stays as it is."
                if would.total
                else "Nothing here has to be read again: what waits is read by itself."
            )
        self._asked.setVisible(would is not None)
        self._leave.setVisible(would is not None)
        self._agree.setVisible(would is not None and would.total > 0)

    def _agreed(self) -> None:
        self._replay(self._meant)

    def _left(self) -> None:
        self._ask(None)
        self._all_again.setFocus()

    def _replay(self, which: Events) -> None:
        self.tasks.start(self._feed.replay(which, dry_run=False), then=self._replayed)

    def _replayed(self, read: Replayed) -> None:
        self.told.emit("It is read again." if read.total == 1 else f"{read.total} are read again.")
        self.refresh()

    def _build(self) -> None:
        self._body.setObjectName("inbox-body")
        self._body.setAccessibleName("What Cal.com said")
        self._body.setReadOnly(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._beside)
        self._more.hide()
        self._all_again.hide()
        self._ask(None)
        self._filter.changed.connect(self.refresh)
        self._agree.clicked.connect(self._agreed)
        self._leave.clicked.connect(self._left)
        self._list.chosen.connect(self._choose)
        self._more.clicked.connect(self._read)
        self._again.clicked.connect(self._again_pressed)
        self._all_again.clicked.connect(self._all_again_pressed)

    def _listed(self) -> QWidget:
        made = QWidget()
        above = column(self._filter, self._counts)
        above.setContentsMargins(16, 12, 16, 0)
        below = column(
            self._asked,
            row(self._agree, self._leave, None),
            row(self._all_again, self._more, None),
        )
        below.setContentsMargins(16, 0, 16, 12)
        made.setLayout(column(above, self._list, below))
        return made

    def _told(self) -> QWidget:
        made = QWidget()
        told = column(self._title, self._why, self._body, row(self._again, None))
        told.setContentsMargins(20, 16, 20, 12)
        told.setStretch(2, 1)
        made.setLayout(told)
        return made


def _counted(counts: Mapping[str, int]) -> str:
    said = [
        f"{words.lower()}: {counts[state]}" for state, words in _WORDS.items() if counts.get(state)
    ]
    return ", ".join(said)
