"""One thing that could not be sent: what, why, since when, and what can be done."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from interview_desk.services.set_aside import SetAside
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.value_words import ValueWords
from interview_desk.ui.widgets.parts import Weight, button, column, label, row, switch

_LINES_SHOWN = 8
_NO_USE = "The server would refuse it again. Copy what you need of it."
# Qt lays out the whole text before it shows any of it; of megabytes that takes seconds.
_MOST_SHOWN = 10_000


class SetAsideCard(QFrame):
    """Readable as a whole; discarding asks once, in place.

    Signals: `retried(int)` and `discarded(int)` with the item's id; `copied(str)` with its text.
    """

    retried = Signal(int)
    discarded = Signal(int)
    copied = Signal(str)

    def __init__(self, item: SetAside, words: ValueWords) -> None:
        super().__init__()
        self._item = item
        self._words = words
        self.setObjectName(f"set-aside-{item.id}")
        self.setAccessibleName(f"{item.about.words}, not sent")
        self.setProperty("kind", "card")
        self._actions = QWidget()
        self._asking = QWidget()
        self._build()

    @property
    def text(self) -> str:
        """Everything that was written, to be copied."""
        item = self._item
        if item.is_note:
            return item.text
        if item.is_deletion:
            return f"{item.about.words}: deleted"
        return "\n".join(
            f"{one.title}: {self._words.say(one.field, one.value)}" for one in item.said
        )

    def _build(self) -> None:
        item = self._item
        head = row(
            label(item.about.words, weight=Weight.DemiBold, wrap=True),
            label(f"since {self._words.when(item.since)}", size=Size.DETAIL, tone="muted"),
        )
        head.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        if item.about.interview_title and item.about.entity != "interviews":
            layout.addWidget(
                label(item.about.interview_title, size=Size.DETAIL, tone="muted", wrap=True)
            )
        layout.addWidget(label(item.why, wrap=True))
        if item.detail and item.detail != item.why:
            layout.addWidget(
                label(f"The server says: {item.detail}", size=Size.DETAIL, tone="muted", wrap=True)
            )
        layout.addWidget(self._readable())
        self._build_actions()
        layout.addWidget(self._actions)
        layout.addWidget(self._asking)

    def _readable(self) -> QWidget:
        text = _beginning(self.text)
        made = QPlainTextEdit(text)
        made.setObjectName(f"written-{self._item.id}")
        made.setAccessibleName(f"What you wrote: {self._item.about.words}")
        made.setReadOnly(True)
        made.setTabChangesFocus(True)
        made.setProperty("kind", "quoted")
        made.setFrameShape(QFrame.Shape.NoFrame)
        lines = min(max(text.count("\n") + len(text) // 90 + 1, 1), _LINES_SHOWN)
        made.setFixedHeight(made.fontMetrics().lineSpacing() * lines + 20)
        return made

    def _build_actions(self) -> None:
        item = self._item
        retry = button("Try again", name=f"retry-{item.id}")
        copy = button("Copy", name=f"copy-{item.id}")
        discard = button("Discard\N{HORIZONTAL ELLIPSIS}", name=f"discard-{item.id}")
        for made, words in ((retry, "Try again"), (copy, "Copy"), (discard, "Discard")):
            made.setAccessibleName(f"{words}: {item.about.words}")
        switch(retry, "" if item.may_retry else _NO_USE)
        retry.clicked.connect(partial(self.retried.emit, item.id))
        copy.clicked.connect(self._copy)
        discard.clicked.connect(self._ask)
        self._actions.setLayout(row(retry, copy, discard, None))
        really = button("Discard for good", name=f"discard-really-{item.id}")
        spare = button("Keep it", name=f"spare-{item.id}")
        really.clicked.connect(partial(self.discarded.emit, item.id))
        spare.clicked.connect(self._spare)
        question = label("This is the only copy. Discard it?", wrap=True)
        self._asking.setLayout(column(question, row(spare, really, None)))
        self._asking.hide()

    def _copy(self) -> None:
        self.copied.emit(self.text)

    def _ask(self) -> None:
        self._actions.hide()
        self._asking.show()
        # The harmless answer is the one that Enter gives.
        spare = self._asking.findChild(QWidget, f"spare-{self._item.id}")
        if isinstance(spare, QWidget):
            spare.setFocus()

    def _spare(self) -> None:
        self._asking.hide()
        self._actions.show()
        discard = self._actions.findChild(QWidget, f"discard-{self._item.id}")
        if isinstance(discard, QWidget):
            discard.setFocus()


def _beginning(text: str) -> str:
    """As much of `text` as can be shown at once, and how much that leaves."""
    more = len(text) - _MOST_SHOWN
    if more <= 0:
        return text
    return (
        f"{text[:_MOST_SHOWN]}\N{HORIZONTAL ELLIPSIS}\n\n{more:,} more signs. Copy takes them all."
    )
