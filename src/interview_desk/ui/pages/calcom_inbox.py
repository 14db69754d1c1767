"""What Cal.com told the server: listed, looked into, read again."""

import json
from datetime import tzinfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from interview_desk.services.connection import InboxEvent, InboxFeed, InboxPage
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.pages.page import Page
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, column, label, row

_STATES = {
    "Everything": None,
    "Waiting": "waiting",
    "Could not be read": "failed",
    "Not usable": "unusable",
    "Done": "done",
    "Came twice": "duplicate",
}
_WORDS = {state: words for words, state in _STATES.items() if state}
_EMPTY = "Nothing has come in from Cal.com yet."


class CalcomInboxPage(Page):
    """For owners and admins: why a booking did not arrive."""

    def __init__(self, feed: InboxFeed, *, zone: tzinfo) -> None:
        super().__init__("calcom_inbox", title="Inbox of Cal.com")
        self._feed = feed
        self._zone = zone
        self._before: str | None = None
        self._which = QComboBox()
        self._list = QListWidget()
        self._counts = label(size=Size.DETAIL, tone="muted")
        self._more = button("Show older ones", name="inbox-more")
        self._all_again = button("Read all failed again", name="inbox-all-again")
        self._title = label(size=Size.HEADING, weight=Weight.DemiBold, wrap=True)
        self._why = label(tone="muted", wrap=True)
        self._body = QPlainTextEdit()
        self._again = button("Read again", name="inbox-again", kind="primary")
        self._build()

    @override
    def refresh(self) -> None:
        self._list.clear()
        self._before = None
        self._show_event(None)
        self._read()

    def _read(self) -> None:
        work = self._feed.inbox(state=_STATES[self._which.currentText()], before=self._before)
        self.tasks.start(work, then=self._show, told=self._counts.setText, instead_of="inbox")

    def _show(self, page: InboxPage) -> None:
        for event in page.events:
            item = QListWidgetItem(f"{self._when(event)}   {event.trigger or 'No event'}")
            item.setToolTip(_WORDS.get(event.state, event.state))
            item.setData(Qt.ItemDataRole.UserRole, event.id)
            self._list.addItem(item)
        self._before = page.before
        self._more.setVisible(page.before is not None)
        self._all_again.setVisible(page.counts.get("failed", 0) > 0)
        said = [
            f"{_WORDS[state].lower()}: {page.counts[state]}"
            for state in _WORDS
            if page.counts.get(state)
        ]
        self._counts.setText(", ".join(said).capitalize() or _EMPTY)
        self.loaded.emit()

    def _when(self, event: InboxEvent) -> str:
        day = short_day(event.at.astimezone(self._zone).date())
        return f"{day}, {clock_time(event.at, self._zone)}"

    def _chosen(self, _row: int) -> None:
        item = self._list.currentItem()
        if item is not None:
            work = self._feed.event(str(item.data(Qt.ItemDataRole.UserRole)))
            self.tasks.start(work, then=self._show_event, instead_of="event")

    def _show_event(self, event: InboxEvent | None) -> None:
        for widget in (self._body, self._again):
            widget.setVisible(event is not None)
        if event is None:
            self._title.setText("")
            self._why.setText("Choose one to see what Cal.com said. Secrets in it are hidden.")
            return
        self._title.setText(event.trigger or "No event")
        tries = f" after {event.tries} tries" if event.tries > 1 else ""
        state = f"{_WORDS.get(event.state, event.state)}{tries}"
        self._why.setText(". ".join(filter(None, [state, event.reason])))
        self._body.setPlainText(json.dumps(event.body, indent=2, ensure_ascii=False))

    def _again_pressed(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._replay(event_id=str(item.data(Qt.ItemDataRole.UserRole)))

    def _all_again_pressed(self) -> None:
        self._replay(state="failed")

    def _replay(self, *, event_id: str | None = None, state: str | None = None) -> None:
        work = self._feed.replay(event_id=event_id, state=state)
        self.tasks.start(work, then=self._replayed)

    def _replayed(self, count: int) -> None:
        self.told.emit("It is read again." if count == 1 else f"{count} are read again.")
        self.refresh()

    def _filtered(self, _index: int) -> None:
        self.refresh()

    def _build(self) -> None:
        self._which.setObjectName("inbox-state")
        self._which.setAccessibleName("Which to show")
        self._which.setMinimumHeight(32)
        self._which.addItems(list(_STATES))
        self._list.setObjectName("inbox-list")
        self._list.setAccessibleName("What came in")
        self._list.setProperty("kind", "choices")
        self._body.setObjectName("inbox-body")
        self._body.setAccessibleName("What Cal.com said")
        self._body.setReadOnly(True)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.addWidget(self._listed())
        split.addWidget(self._told())
        split.setSizes([420, 560])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self._more.hide()
        self._all_again.hide()
        self._which.currentIndexChanged.connect(self._filtered)
        self._list.currentRowChanged.connect(self._chosen)
        self._more.clicked.connect(self._read)
        self._again.clicked.connect(self._again_pressed)
        self._all_again.clicked.connect(self._all_again_pressed)

    def _listed(self) -> QWidget:
        made = QWidget()
        head = row(self._which, None, self._all_again)
        listed = column(head, self._counts, self._list, row(self._more, None))
        listed.setContentsMargins(16, 12, 12, 12)
        made.setLayout(listed)
        return made

    def _told(self) -> QWidget:
        made = QWidget()
        told = column(self._title, self._why, self._body, row(self._again, None))
        told.setContentsMargins(20, 16, 20, 12)
        told.setStretch(2, 1)
        made.setLayout(told)
        return made
