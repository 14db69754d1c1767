"""One field that two people changed: both values beside each other, and the decision."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from interview_desk.domain.records import Kind
from interview_desk.services.crossed_edits import Crossed
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.value_words import ValueWords
from interview_desk.ui.widgets.parts import Weight, button, column, hide_unless, label, pill, row

_WRITABLE = frozenset({Kind.TEXT, Kind.TEXTS})


class CrossedCard(QFrame):
    """Two values and who wrote them; one press decides.

    Signals: `kept(str)` and `taken(str)` with the crossed edit's id; `written(str, object)` with
    the id and a value of the reader's own.
    """

    kept = Signal(str)
    taken = Signal(str)
    written = Signal(str, object)

    def __init__(
        self, crossed: Crossed, words: ValueWords, *, may_decide: bool, named: bool = False
    ) -> None:
        super().__init__()
        self._crossed = crossed
        self._words = words
        self.setObjectName(f"crossed-{crossed.id}")
        self.setAccessibleName(f"{crossed.title}: two versions")
        self.setProperty("kind", "card")
        self.own = QLineEdit()
        self._save = button("Save", name=f"save-{crossed.id}")
        self._writing = QWidget()
        self._edit = button(
            "Write another\N{HORIZONTAL ELLIPSIS}", name=f"edit-{crossed.id}", kind="link"
        )
        self._build(may_decide=may_decide, named=named)

    @property
    def is_writing(self) -> bool:
        """Whether the reader is writing a version of their own."""
        return not self._writing.isHidden()

    def go_on_from(self, earlier: "CrossedCard") -> None:
        """Let the reader write on where they were, in the card that this one takes the place of."""
        if not earlier.is_writing:
            return
        self._writing.show()
        self._edit.hide()
        self.own.setText(earlier.own.text())
        self.own.setCursorPosition(earlier.own.cursorPosition())
        if earlier.own.hasFocus():
            self.own.setFocus()

    def _build(self, *, may_decide: bool, named: bool) -> None:
        crossed = self._crossed
        title = f"{crossed.about.words}: {crossed.title}" if named else crossed.title
        head = row(
            label(title, weight=Weight.DemiBold, wrap=True), pill("Two versions", tone="warning")
        )
        head.setStretch(0, 1)
        keep, take = self._buttons()
        sides = row(
            column(self._side(kept=True), row(keep, None)),
            column(self._side(kept=False), row(take, self._edit, None)),
            gap=16,
        )
        sides.setStretch(0, 1)
        sides.setStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(sides)
        self._build_writing()
        layout.addWidget(self._writing)
        for one in (keep, take):
            one.setEnabled(may_decide)
        writable = crossed.field.kind in _WRITABLE and not crossed.field.choices
        hide_unless(self._edit, wanted=may_decide and writable)
        if not may_decide:
            layout.addWidget(
                label("Your role leaves this decision to others.", size=Size.DETAIL, tone="muted")
            )

    def _side(self, *, kept: bool) -> QVBoxLayout:
        crossed = self._crossed
        by, at = (crossed.kept_by, crossed.kept_at) if kept else (crossed.lost_by, crossed.lost_at)
        is_mine = crossed.kept_is_mine if kept else crossed.lost_is_mine
        who = "you" if is_mine else by
        parts = ["Now" if kept else "Set aside", f"by {who}" if who else ""]
        # The time has a line of its own: beside the rest it would be broken in a narrow card.
        lines = [" \N{MIDDLE DOT} ".join(filter(None, parts)), self._words.when(at) if at else ""]
        heading = "\n".join(filter(None, lines))
        value = label(self._value(kept=kept), wrap=True)
        value.setObjectName(f"{'kept' if kept else 'lost'}-value-{crossed.id}")
        value.setMinimumWidth(1)
        return column(label(heading, size=Size.DETAIL, tone="muted", wrap=True), value, None, gap=2)

    def _value(self, *, kept: bool) -> str:
        crossed = self._crossed
        if crossed.is_deletion:
            return "It stays, with the later changes" if kept else "It is deleted"
        return self._words.say(crossed.field, crossed.kept if kept else crossed.lost)

    def _buttons(self) -> tuple[QPushButton, QPushButton]:
        crossed = self._crossed
        words = ("Keep it", "Delete it") if crossed.is_deletion else self._choice_words()
        keep = button(words[0], name=f"keep-{crossed.id}")
        take = button(words[1], name=f"take-{crossed.id}")
        keep.setAccessibleName(f"{words[0]}: {self._value(kept=True)}")
        take.setAccessibleName(f"{words[1]}: {self._value(kept=False)}")
        keep.clicked.connect(partial(self.kept.emit, crossed.id))
        take.clicked.connect(partial(self.taken.emit, crossed.id))
        return keep, take

    def _choice_words(self) -> tuple[str, str]:
        crossed = self._crossed
        if crossed.kept_is_mine and crossed.lost_is_mine:
            return "Keep what is there", "Take the other"
        if crossed.lost_is_mine:
            return "Keep theirs", "Keep mine"
        keep = "Keep mine" if crossed.kept_is_mine else "Keep what is there"
        return keep, f"Take {_first_name(crossed.lost_by)}"

    def _build_writing(self) -> None:
        crossed = self._crossed
        self.own.setObjectName(f"own-{crossed.id}")
        self.own.setAccessibleName(f"{crossed.title}, in your words")
        self.own.setText(
            "" if crossed.lost is None else self._words.say(crossed.field, crossed.lost)
        )
        line = row(self.own, self._save)
        self._writing.setLayout(line)
        self._writing.hide()
        self._edit.clicked.connect(self._begin_writing)
        self._save.clicked.connect(self._write)
        self.own.returnPressed.connect(self._write)

    def _begin_writing(self) -> None:
        self._writing.show()
        self._edit.hide()
        self.own.setFocus()
        self.own.selectAll()

    def _write(self) -> None:
        text = self.own.text().strip()
        parts = [part.strip() for part in text.split(",") if part.strip()]
        is_list = self._crossed.field.kind is Kind.TEXTS
        self.written.emit(self._crossed.id, parts if is_list else text)


def _first_name(name: str | None) -> str:
    return f"{name.split()[0]}'s" if name else "the other"
