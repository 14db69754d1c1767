"""One sentence for the person, at the foot of the window, until read or replaced."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame

from interview_desk.ui.widgets.parts import IconButton, label, row

_READ_MS = 8000


class NoticeBar(QFrame):
    """Says what happened; goes by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("kind", "notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = label(wrap=True)
        self._words.setObjectName("notice-words")
        close = IconButton("close", "Dismiss", name="dismiss-notice")
        close.clicked.connect(self.hide)
        line = row(self._words, close)
        line.setStretch(0, 1)
        line.setContentsMargins(16, 4, 8, 4)
        self.setLayout(line)
        self._timer = QTimer(self, singleShot=True, interval=_READ_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def words(self) -> str:
        """What is said."""
        return self._words.text()

    def say(self, sentence: str) -> None:
        """Show this sentence for as long as it takes to read."""
        self._words.setText(sentence)
        self.setAccessibleName(f"Notice: {sentence}")
        self.show()
        self._timer.start()
