"""Another key for the desk's data, for who fears that somebody has learned the one of now."""

from PySide6.QtWidgets import QWidget

from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.desk_parts import KeyChange
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.unlock import passphrase_line
from interview_desk.ui.widgets.parts import (
    button,
    column,
    heading,
    hide_unless,
    label,
    pause,
    resume,
    row,
    set_tone,
)
from interview_desk.ui.widgets.readable_page import bring_into_sight

_WHAT_IT_IS = (
    "Your desk and its backups are encrypted with a key that only this computer has. If somebody "
    "may have learned it, take another one: at the next start everything here is encrypted anew, "
    "the backups too. Copies you made elsewhere stay under the key of now."
)
_AT_NEXT_START = "The key changes at the next start of Interview Desk, which takes a moment longer."
_WIDTH = 360


class KeySection(QWidget):
    """Asks once, in place, and for the passphrase where one opens the desk."""

    def __init__(self, change: KeyChange, *, tasks: TaskScope) -> None:
        super().__init__()
        self.setObjectName("key-section")
        self._change = change
        self._tasks = tasks
        self._passphrase = passphrase_line("key-passphrase", "Your passphrase")
        self._word = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._word.setObjectName("key-word")
        self._begin = button("Change the key\N{HORIZONTAL ELLIPSIS}", name="change-key")
        self._keep = button("Change it at the next start", name="change-key-really")
        self._leave = button("Not now", name="change-key-not-now")
        self._asking = QWidget()
        self._build()

    def _ask(self) -> None:
        self._word.hide()
        self._begin.hide()
        self._asking.show()
        bring_into_sight(self._asking)
        (self._passphrase if self._change.needs_passphrase else self._leave).setFocus()

    def _close(self) -> None:
        self._passphrase.clear()
        self._asking.hide()
        self._begin.show()

    def _pressed(self) -> None:
        pause(self._keep)
        self._tasks.start(self._asked(), then=self._done, told=self._refused)

    async def _asked(self) -> None:
        await self._change.ask(self._passphrase.text() if self._change.needs_passphrase else None)

    def _done(self, _: None) -> None:
        self._close()
        self._say(_AT_NEXT_START, tone="muted")

    def _refused(self, sentence: str) -> None:
        self._say(sentence, tone="bad")

    def _say(self, sentence: str, *, tone: str) -> None:
        resume(self._keep)
        set_tone(self._word, name="tone", tone=tone)
        self._word.setText(sentence)
        self._word.show()

    def _build(self) -> None:
        self._begin.clicked.connect(self._ask)
        self._keep.clicked.connect(self._pressed)
        self._leave.clicked.connect(self._close)
        self._passphrase.setMaximumWidth(_WIDTH)
        self._passphrase.returnPressed.connect(self._pressed)
        asked = heading("Your passphrase")
        lines = column(asked, self._passphrase, row(self._leave, self._keep, None))
        self._asking.setLayout(lines)
        for one in (asked, self._passphrase):
            hide_unless(one, wanted=self._change.needs_passphrase)
        self._asking.hide()
        self._word.hide()
        what = label(_WHAT_IT_IS, size=Size.DETAIL, tone="muted", wrap=True)
        self.setLayout(column(what, self._asking, self._word, row(self._begin, None)))
