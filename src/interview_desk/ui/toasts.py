"""Short messages in the window's corner, for what must be seen and may be answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget
from typing_extensions import override

from interview_desk.services.notices import Answer, Notice
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import IconButton, button, column, label, row

_WIDTH = 340
_MARGIN = 16
_GAP = 8
_STAYS_MS = 8000
_SIGNS_IN_A_ROW = 30
_LABELS = {Answer.JOIN: "Join", Answer.SNOOZE: "Snooze", Answer.SHOW: "Open"}


@dataclass(frozen=True, slots=True)
class Toast:
    """One message; `answers` are (key, words) of its buttons, the first weighs more if it stays."""

    id: str
    title: str
    body: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    stays: bool = False


class Toasts(QWidget):
    """Messages stacked at the lower right of the window, newest at the bottom.

    Signals: `answered(str, str)` with the toast's id and the key of the button, `dismiss` for the
    cross. A toast that does not stay goes away by itself without an answer.
    """

    answered = Signal(str, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("toasts")
        self._cards: dict[str, QFrame] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_GAP)
        self.hide()
        window.installEventFilter(self)

    @property
    def shown(self) -> Sequence[str]:
        """The ids of what is shown, oldest first."""
        return tuple(self._cards)

    def show_toast(self, toast: Toast) -> None:
        """Show a message; one with the same id is replaced."""
        self.take_away(toast.id)
        card = self._card(toast)
        self._cards[toast.id] = card
        self._layout.addWidget(card)
        if not toast.stays:
            QTimer.singleShot(_STAYS_MS, card, lambda: self._expire(toast.id, card))
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
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._place()
        return super().eventFilter(watched, event)

    def _card(self, toast: Toast) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "card")
        card.setObjectName(f"toast-{toast.id}")
        card.setAccessibleName(f"{toast.title}. {toast.body}")
        card.setFixedWidth(_WIDTH)
        title = label(toast.title, size=Size.BODY, weight=QFont.Weight.DemiBold, wrap=True)
        close = IconButton("close", "Dismiss", name="toast-dismiss")
        close.clicked.connect(self._answering(toast.id, Answer.DISMISS))
        head = row(title, close)
        head.setStretch(0, 1)
        head.setAlignment(close, Qt.AlignmentFlag.AlignTop)
        box = column(head)
        box.setContentsMargins(16, 12, 12, 12)
        if toast.body:
            box.addWidget(label(toast.body, size=Size.DETAIL, tone="muted", wrap=True))
        if toast.answers:
            box.addLayout(_laid_out(self._buttons(toast), toast))
        card.setLayout(box)
        card.ensurePolished()
        # Wrapped text is as high as its width makes it, which a size hint does not know.
        card.setFixedHeight(box.totalHeightForWidth(_WIDTH))
        return card

    def _buttons(self, toast: Toast) -> list[QWidget]:
        made: list[QWidget] = []
        for number, (key, words) in enumerate(toast.answers):
            one = button(
                words, name=f"toast-{key}", kind="" if number or not toast.stays else "primary"
            )
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
        window = self._window
        self.setVisible(bool(self._cards))
        gaps = _GAP * max(len(self._cards) - 1, 0)
        self.resize(_WIDTH, sum(card.minimumHeight() for card in self._cards.values()) + gaps)
        self.move(
            window.width() - self.width() - _MARGIN, window.height() - self.height() - _MARGIN
        )
        self.raise_()


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
