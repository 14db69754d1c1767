"""Another passphrase for a desk that is opened by one."""

from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QWidget

from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.unlock import SHORTEST, passphrase_line
from interview_desk.ui.widgets.parts import (
    button,
    column,
    heading,
    label,
    pause,
    resume,
    row,
    set_tone,
)
from interview_desk.ui.widgets.readable_page import bring_into_sight

ChangePassphrase = Callable[[str, str], Awaitable[None]]

_WHAT_IT_IS = (
    "Your desk is opened with a passphrase at each start. Nobody can recover it for you. Backups "
    "on this computer open with the new one, too."
)
_WIDTH = 360


class PassphraseSection(QWidget):
    """Asks for the passphrase of now and twice for the new one, in place."""

    def __init__(self, change: ChangePassphrase, *, tasks: TaskScope) -> None:
        super().__init__()
        self.setObjectName("passphrase-section")
        self._change = change
        self._tasks = tasks
        self._now = passphrase_line("passphrase-now", "Your passphrase now")
        self._new = passphrase_line("passphrase-new", "The new passphrase")
        self._again = passphrase_line("passphrase-new-again", "The new passphrase once more")
        self._word = label(size=Size.DETAIL, tone="muted", wrap=True)
        self._word.setObjectName("passphrase-word")
        self._begin = button("Change passphrase\N{HORIZONTAL ELLIPSIS}", name="change-passphrase")
        self._keep = button("Keep the new one", name="passphrase-keep", kind="primary")
        self._leave = button("Not now", name="passphrase-not-now")
        self._asking = QWidget()
        self._build()

    def _ask(self) -> None:
        self._word.hide()
        self._begin.hide()
        self._asking.show()
        bring_into_sight(self._asking)
        self._now.setFocus()

    def _close(self) -> None:
        for line in (self._now, self._new, self._again):
            line.clear()
        self._asking.hide()
        self._begin.show()

    def _not_now(self) -> None:
        self._word.hide()
        self._close()

    def _pressed(self) -> None:
        trouble = self._trouble()
        if trouble:
            self._say(trouble, tone="bad")
            return
        pause(self._keep)
        self._tasks.start(self._changed(), then=self._done, told=self._refused)

    async def _changed(self) -> None:
        await self._change(self._now.text(), self._new.text())

    def _trouble(self) -> str:
        if not self._now.text():
            return "Type your passphrase of now first."
        if len(self._new.text()) < SHORTEST:
            return f"Choose at least {SHORTEST} characters; a few words are best."
        same = self._new.text() == self._again.text()
        return "" if same else "The two new passphrases are not the same."

    def _done(self, _: None) -> None:
        resume(self._keep)
        self._close()
        self._say("From the next start on, the new passphrase opens your desk.", tone="muted")

    def _refused(self, sentence: str) -> None:
        resume(self._keep)
        self._say(sentence, tone="bad")

    def _say(self, sentence: str, *, tone: str) -> None:
        set_tone(self._word, name="tone", tone=tone)
        self._word.setText(sentence)
        self._word.show()

    def _build(self) -> None:
        self._begin.clicked.connect(self._ask)
        self._keep.clicked.connect(self._pressed)
        self._leave.clicked.connect(self._not_now)
        for line in (self._now, self._new, self._again):
            line.setMaximumWidth(_WIDTH)
            line.returnPressed.connect(self._pressed)
        self._asking.setLayout(
            column(
                heading("Your passphrase now"),
                self._now,
                heading("The new one"),
                self._new,
                heading("Once more"),
                self._again,
                row(self._leave, self._keep, None),
            )
        )
        self._asking.hide()
        self._word.hide()
        what = label(_WHAT_IT_IS, size=Size.DETAIL, tone="muted", wrap=True)
        self.setLayout(column(what, self._asking, self._word, row(self._begin, None)))
