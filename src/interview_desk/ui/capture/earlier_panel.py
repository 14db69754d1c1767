"""Earlier versions of a stage's notes: a list to choose from, and the text to read and copy."""

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from interview_desk.services.earlier_versions import Earlier, NoteVersion
from interview_desk.ui.bridge.dates import clock_time, short_day
from interview_desk.ui.capture.markdown_look import MarkdownLook
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.parts import button, label, row, rule

_LIST_WIDTH, _LINE_HEIGHT = 184, 48
_NOTHING = "Nothing was written here yet."
_REST = "Older versions are on the server; they show when it can be reached."


class EarlierPanel(QWidget):
    """Stands in the notes' place while somebody looks back; nothing here can be changed.

    Signals: `version_chosen(object)` with the NoteVersion whose text is wanted; `closed()`;
    `copied()`.
    """

    version_chosen = Signal(object)
    closed = Signal()
    copied = Signal()

    def __init__(self, *, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._versions: Sequence[NoteVersion] = ()
        self._list = _list()
        self._list.currentRowChanged.connect(self._chosen)
        self._text = _reading()
        self._look = MarkdownLook(self._text.document(), tokens_of(self.palette()))
        self._when = ElidedLabel(tone="muted")
        self._when.setObjectName("earlier-when")
        self._remark = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._remark.setObjectName("earlier-remark")
        self._copy = button("Copy text", name="earlier-copy")
        self._copy.setToolTip("Copies what is selected, or all of it")
        self._back = button("Back to the notes", name="earlier-back")
        self._copy.clicked.connect(self._copy_text)
        self._back.clicked.connect(self.closed)
        self._build()

    def show_versions(self, earlier: Earlier) -> None:
        """List them, newest first, and choose the newest."""
        self._versions = earlier.versions
        self._list.blockSignals(True)  # noqa: FBT003  - Qt's own signature
        self._list.clear()
        today = earlier.now.astimezone(self._zone).date()
        for version in earlier.versions:
            day = version.at.astimezone(self._zone).date()
            name = "Today" if day == today else short_day(day)
            words = f"{name} {clock_time(version.at, self._zone)}"
            item = QListWidgetItem(f"{words}\n{_people(version.by)}")
            item.setSizeHint(QSize(_LIST_WIDTH, _LINE_HEIGHT))
            self._list.addItem(item)
        self._list.setCurrentRow(-1)
        self._list.blockSignals(False)  # noqa: FBT003  - as above
        self._remark.setText(_NOTHING if not earlier.versions else "")
        if earlier.versions and not earlier.complete:
            self._remark.setText(_REST)
        self._text.clear()
        self._when.setText("")
        self._copy.setEnabled(False)
        self._list.setCurrentRow(0)
        self._list.setFocus()

    def show_text(self, version: NoteVersion, text: str) -> None:
        """Show what the notes said then, unless another version was chosen meanwhile."""
        if version != self._current():
            return
        with self._look.loading():
            self._text.setPlainText(text)
        day = short_day(version.at.astimezone(self._zone).date())
        self._when.setText(f"As it was on {day} at {clock_time(version.at, self._zone)}")
        self._copy.setEnabled(bool(text))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._look.use(tokens_of(self.palette()))

    def _current(self) -> NoteVersion | None:
        place = self._list.currentRow()
        return self._versions[place] if 0 <= place < len(self._versions) else None

    def _chosen(self, _place: int) -> None:
        version = self._current()
        if version is not None:
            self.version_chosen.emit(version)

    def _copy_text(self) -> None:
        selected = self._text.textCursor().selection().toPlainText()
        QGuiApplication.clipboard().setText(selected or self._text.toPlainText())
        self.copied.emit()

    def _build(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self._list, 1)
        side.addWidget(self._remark)
        self._remark.setFixedWidth(_LIST_WIDTH)
        reading = row(side, rule(upright=True), self._text, gap=16)
        reading.setStretch(2, 1)
        head = row(self._when, self._copy, self._back)
        head.setStretch(0, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addLayout(reading, 1)


def _list() -> QListWidget:
    made = QListWidget()
    made.setObjectName("earlier-versions")
    made.setAccessibleName("Earlier versions")
    made.setFixedWidth(_LIST_WIDTH)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFont(font(Size.DETAIL))
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    return made


def _reading() -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setObjectName("earlier-text")
    made.setAccessibleName("The notes as they were")
    made.setReadOnly(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFont(font(Size.HEADING))
    made.setTabChangesFocus(True)
    made.document().setDocumentMargin(1)
    return made


def _people(names: Sequence[str]) -> str:
    if len(names) <= 1:
        return "".join(names) or "The server"
    return f"{', '.join(names[:-1])} and {names[-1]}"
