"""Short messages in the window's corner, for what must be seen and may be answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QFrame, QLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from interview_desk.services.notices import Answer, Notice
from interview_desk.ui.overriding import override
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.notice_bar import NoticeBar
from interview_desk.ui.widgets.parts import IconButton, button, column, label, row

_WIDTH = 340
_MARGIN = 16
_GAP = 8
_STAYS_MS = 8000
_AT_ONCE = 3
_MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide})
_SIGNS_IN_A_ROW = 30
_LABELS = {Answer.JOIN: "Join", Answer.SNOOZE: "Snooze", Answer.SHOW: "Open"}


@dataclass(frozen=True, slots=True)
class Toast:
    """One message; `answers` are (key, words) of its buttons, of which Join alone weighs more."""

    id: str
    title: str
    body: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    stays: bool = False


class Toasts(QWidget):
    """Messages stacked at the lower right of the window, newest on top, few at once.

    A primary button of the window and what it says at its foot are never covered: rather fewer
    messages are seen, and how many more wait; nor do they take more than half of its height. What
    somebody fills in beside the place they are in (`stands_beside`) is not covered either; then
    the newest one is seen.

    Signals: `answered(str, str)` with the toast's id and the key of the button, `dismiss` for the
    cross. A toast that does not stay goes away by itself without an answer, but not before it was
    seen.
    """

    answered = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("toasts")
        self._cards: dict[str, _Card] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_GAP)
        self._more = label(size=Size.DETAIL, tone="muted")
        self._more.setObjectName("toasts-more")
        self._more.setProperty("kind", "card")
        self._more.setContentsMargins(16, 6, 16, 6)
        self._more.setIndent(0)
        self._more.setFixedWidth(_WIDTH)
        self._layout.addWidget(self._more)
        self.hide()
        self._notice = window.findChild(NoticeBar)
        # The places give way to what comes beside them.
        for watched in (window, self._notice, window.findChild(QStackedWidget)):
            if watched is not None:
                watched.installEventFilter(self)

    @property
    def shown(self) -> Sequence[str]:
        """The ids of what is seen or waits to be seen, newest first."""
        return tuple(reversed(self._cards))

    @property
    def seen(self) -> Sequence[str]:
        """The ids of what can be seen, newest first."""
        return tuple(key for key in self.shown if not self._cards[key].isHidden())

    def show_toast(self, toast: Toast) -> None:
        """Show a message; one with the same id is replaced."""
        self.take_away(toast.id)
        card = self._card(toast)
        self._cards[toast.id] = card
        self._layout.insertWidget(0, card)
        self._place()

    def take_away(self, toast_id: str) -> None:
        """Remove a message without an answer."""
        card = self._cards.pop(toast_id, None)
        if card is not None:
            self._layout.removeWidget(card)
            card.hide()
            card.deleteLater()
            self._place()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return super().eventFilter(watched, event)

    def _card(self, toast: Toast) -> "_Card":
        card = _Card(stays=toast.stays)
        card.setProperty("kind", "card")
        card.setObjectName(f"toast-{toast.id}")
        card.setAccessibleName(f"{toast.title}. {toast.body}")
        card.setFixedWidth(_WIDTH)
        title = label(toast.title, size=Size.BODY, weight=QFont.Weight.DemiBold, wrap=True)
        close = IconButton("close", "Dismiss", name="toast-dismiss")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self._answering(toast.id, Answer.DISMISS))
        head = row(title, close)
        head.setStretch(0, 1)
        head.setAlignment(close, Qt.AlignmentFlag.AlignTop)
        box = column(head, gap=4)
        box.setContentsMargins(16, 12, 12, 12)
        if toast.body:
            box.addWidget(label(toast.body, size=Size.DETAIL, tone="muted", wrap=True))
        if toast.answers:
            box.addSpacing(4)
            box.addLayout(_laid_out(self._buttons(toast), toast))
        card.setLayout(box)
        card.ensurePolished()
        # Wrapped text is as high as its width makes it, which a size hint does not know.
        card.setFixedHeight(box.totalHeightForWidth(_WIDTH))
        card.expired.connect(partial(self._expire, toast.id, card))
        return card

    def _buttons(self, toast: Toast) -> list[QWidget]:
        made: list[QWidget] = []
        for key, words in toast.answers:
            one = button(words, name=f"toast-{key}", kind="primary" if key == Answer.JOIN else "")
            # A click leaves the keyboard where it is: with the message its button goes.
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            one.clicked.connect(self._answering(toast.id, key))
            made.append(one)
        return made

    def _answering(self, toast_id: str, key: str) -> Callable[[], None]:
        def answer() -> None:
            self.take_away(toast_id)
            self.answered.emit(toast_id, key)

        return answer

    def _expire(self, toast_id: str, card: QFrame) -> None:
        # The same id may meanwhile belong to a newer message.
        if self._cards.get(toast_id) is card:
            self.take_away(toast_id)

    def _place(self) -> None:
        self.setVisible(bool(self._cards))
        beside = self._beside()
        for at_once in range(min(1 if beside else _AT_ONCE, len(self._cards)), 0, -1):
            self._show_newest(at_once, beside)
            if self.height() <= self._window.height() / 2 and not self._covers_a_primary_button():
                break
        self.raise_()

    def _beside(self) -> int:
        """How much of the window's right belongs to what is being filled in."""
        found = [one for one in self._window.findChildren(QWidget) if one.property("stands_beside")]
        # Qt lays out the rest around what is about to be shown before that is visible.
        return sum(one.width() for one in found if one.isVisibleTo(self._window))

    def _show_newest(self, at_once: int, beside: int) -> None:
        waiting = len(self._cards) - at_once
        self._more.setText(f"and {waiting} more")
        self._more.setVisible(waiting > 0)
        height = self._more.sizeHint().height() + _GAP if waiting > 0 else 0
        for number, key in enumerate(self.shown):
            card = self._cards[key]
            card.setVisible(number < at_once)
            height += card.minimumHeight() + _GAP if number < at_once else 0
        self.resize(_WIDTH, height - _GAP)
        self.move(
            self._window.width() - beside - self.width() - _MARGIN,
            self._foot() - self.height() - _MARGIN,
        )

    def _foot(self) -> int:
        notice = self._notice
        if notice is None or not notice.isVisible():
            return self._window.height()
        return notice.mapTo(self._window, QPoint()).y()

    def _covers_a_primary_button(self) -> bool:
        mine = self.geometry()
        others = [one for one in self._window.findChildren(QPushButton) if one.isVisible()]
        return any(
            mine.intersects(QRect(one.mapTo(self._window, QPoint()), one.size()))
            for one in others
            if one.property("kind") == "primary" and not self.isAncestorOf(one)
        )


class _Card(QFrame):
    """One message; the time of one that does not stay runs from when it is first seen.

    Signals: `expired()`.
    """

    expired = Signal()

    def __init__(self, *, stays: bool) -> None:
        super().__init__()
        self._stays = stays
        self._timer = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._timer.timeout.connect(self.expired)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._stays and not self._timer.isActive():
            self._timer.start()


def _laid_out(buttons: Sequence[QWidget], toast: Toast) -> QLayout:
    """Side by side where they fit, otherwise below each other."""
    if sum(len(words) for _, words in toast.answers) <= _SIGNS_IN_A_ROW:
        return row(*buttons, None)
    return column(*buttons, gap=4)


class ToastNotices:
    """Shows alerts in the window where the computer has no notifications.

    `hint` is called with title and body, to draw the eye of somebody who looks elsewhere.
    """

    def __init__(self, toasts: Toasts, hint: Callable[[str, str], None]) -> None:
        self._toasts = toasts
        self._hint = hint
        self._waiting: dict[str, Callable[[str, Answer], None]] = {}
        toasts.answered.connect(self._answered)

    async def show(self, notice: Notice, on_answer: Callable[[str, Answer], None]) -> bool:
        """Show the notice in the window; it is there when the window is opened."""
        self._waiting[notice.id] = on_answer
        answers = tuple((str(each), _LABELS[each]) for each in notice.answers)
        self._toasts.show_toast(
            Toast(notice.id, notice.title, notice.body, answers, stays=notice.stays)
        )
        self._hint(notice.title, notice.body)
        return True

    async def withdraw(self, notice_id: str) -> None:
        """Take the notice away."""
        self._waiting.pop(notice_id, None)
        self._toasts.take_away(notice_id)

    def _answered(self, toast_id: str, key: str) -> None:
        on_answer = self._waiting.pop(toast_id, None)
        if on_answer is not None:
            on_answer(toast_id, Answer(key))
