"""The first thing on a computer without a keyring: the passphrase that opens the desk."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    heading,
    label,
    pause,
    resume,
    row,
)

_WIDTH = 440
SHORTEST: Final = 8

_CHOOSE = (
    "This computer has no safe place for passwords that could keep the key of your desk. Choose "
    "a passphrase; it is asked for at each start. Nobody can recover it for you."
)
_ENTER = "Enter your passphrase to open your desk."


class UnlockWindow(QWidget):
    """Asks for the passphrase, twice where it is chosen now; what goes wrong is said in place.

    Signals: `opened(object)` with the keys, `given_up()` when the window is closed.
    """

    opened = Signal(object)
    given_up = Signal()

    def __init__(self, keys_under: Callable[[str], Awaitable[object]], *, choosing: bool) -> None:
        super().__init__()
        self.setObjectName("unlock")
        self.setWindowTitle("Interview Desk")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(560, 360)
        self._keys_under = keys_under
        self._choosing = choosing
        self._open = False
        self.tasks = TaskScope(self)
        self._passphrase = passphrase_line("passphrase", "Passphrase")
        self._again = passphrase_line("passphrase-again", "The passphrase once more")
        self._again_heading = heading("Once more")
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.setObjectName("unlock-trouble")
        self._unlock = button("Open", name="unlock-open", kind="primary")
        self._unlock.clicked.connect(self._pressed)
        for line in (self._passphrase, self._again):
            line.returnPressed.connect(self._pressed)
        self._build()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._open:
            self.given_up.emit()

    def _pressed(self) -> None:
        words = self._passphrase.text()
        trouble = self._trouble_with(words)
        if trouble:
            self._say(trouble)
            return
        pause(self._unlock)
        self._trouble.hide()
        self.tasks.start(self._try(words), then=self._succeeded, told=self._say)

    async def _try(self, words: str) -> object:
        return await self._keys_under(words)

    def _trouble_with(self, words: str) -> str:
        if not self._choosing:
            return "" if words else _ENTER
        if len(words) < SHORTEST:
            return f"Choose at least {SHORTEST} characters; a few words are best."
        return "" if words == self._again.text() else "The two passphrases are not the same."

    def _succeeded(self, keys: object) -> None:
        self._open = True
        for line in (self._passphrase, self._again):
            line.clear()
        self.opened.emit(keys)
        self.close()

    def _say(self, sentence: str) -> None:
        self._trouble.setText(sentence)
        self._trouble.show()
        resume(self._unlock)

    def _build(self) -> None:
        self._trouble.hide()
        for widget in (self._again, self._again_heading):
            widget.setVisible(self._choosing)
        words = label(_CHOOSE if self._choosing else _ENTER, tone="muted", wrap=True)
        words.setContentsMargins(0, 0, 0, 12)
        inner = QWidget()
        inner.setFixedWidth(_WIDTH)
        inner.setLayout(
            column(
                label("Your desk is encrypted", size=Size.TITLE, weight=Weight.DemiBold),
                words,
                heading("Passphrase"),
                self._passphrase,
                self._again_heading,
                self._again,
                self._trouble,
                row(None, self._unlock),
            )
        )
        self.setLayout(column(None, row(None, inner, None), None))


def passphrase_line(name: str, spoken: str) -> QLineEdit:
    """A line whose words nobody reads over a shoulder."""
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
