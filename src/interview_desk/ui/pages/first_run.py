"""The first run: join a team by link or code, or start alone."""

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from interview_desk.services.ports import Me
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


class Pairing(Protocol):
    """The ways in; each fails with a sentence for the person."""

    async def pair_by_link(self, text: str) -> Me:
        """Join the team whose invitation link this is."""
        ...

    async def pair_by_code(self, server: str, code: str) -> Me:
        """Join the team at `server` with a code somebody read out."""
        ...

    async def start_alone(self, name: str) -> Me:
        """Use the desk without a team."""
        ...


class FirstRun(QWidget):
    """Two screens: choose a way, then go it; what goes wrong is said in place.

    Signals: `finished(object)` with `Me` once this desk belongs to somebody.
    """

    finished = Signal(object)

    def __init__(self, pairing: Pairing) -> None:
        super().__init__()
        self.setObjectName("first-run")
        self.setWindowTitle("Welcome to Interview Desk")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(640, 520)
        self._pairing = pairing
        self.tasks = TaskScope(self)
        self._stack = QStackedWidget()
        self._link = _line(
            "link", "Invitation link", "interviewdesk://pair?\N{HORIZONTAL ELLIPSIS}"
        )
        self._server = _line("server", "Server address", "https://desk.example.com")
        self._code = _line("code", "Invitation code", "ABCD-EFGH-JKMN-PQRS")
        self._name = _line("name", "Your name", "")
        self._pair_trouble = _trouble("pair-trouble")
        self._alone_trouble = _trouble("alone-trouble")
        self._back = button("Back", name="back-from-pair", kind="quiet")
        self._may_choose = True
        self._pair = button("Join the team", name="pair", kind="primary")
        self._alone = button("Start", name="start-alone", kind="primary")
        for screen in (self._choice_screen(), self._pair_screen(), self._alone_screen()):
            self._stack.addWidget(screen)
        layout = QVBoxLayout(self)
        layout.addWidget(self._stack)

    def offer_link(self, link: str, *, has_desk: bool = False) -> None:
        """Go straight to joining with a link that was opened from outside; it is only filled in.

        Who has a desk already has no way left to choose: going back is going back to the desk.
        """
        self._link.setText(link)
        self._may_choose = not has_desk
        self._back.setText("Cancel" if has_desk else "Back")
        self.setWindowTitle("Join a team" if has_desk else "Welcome to Interview Desk")
        self._to_pair()

    def _back_pressed(self) -> None:
        if self._may_choose:
            self._to_choice()
        else:
            self.close()

    def _to_choice(self) -> None:
        self._stack.setCurrentIndex(0)

    def _to_pair(self) -> None:
        self._stack.setCurrentIndex(1)
        self._link.setFocus()

    def _to_alone(self) -> None:
        self._stack.setCurrentIndex(2)
        self._name.setFocus()

    def _pair_pressed(self) -> None:
        link, server, code = (
            line.text().strip() for line in (self._link, self._server, self._code)
        )
        if link:
            self._go(self._pairing.pair_by_link(link), self._pair_trouble)
        elif server and code:
            self._go(self._pairing.pair_by_code(server, code), self._pair_trouble)
        else:
            self._say(self._pair_trouble, "Paste the link, or type the server and the code.")
            self._link.setFocus()

    def _alone_pressed(self) -> None:
        name = self._name.text().strip()
        if name:
            self._go(self._pairing.start_alone(name), self._alone_trouble)
        else:
            self._say(self._alone_trouble, "Type your name; your interviews will carry it.")
            self._name.setFocus()

    def _go(self, work: Coroutine[Any, Any, Me], trouble: QLabel) -> None:
        trouble.hide()
        for made in (self._pair, self._alone):
            pause(made)
        told = self._pair_failed if trouble is self._pair_trouble else self._alone_failed
        self.tasks.start(work, then=self._done, told=told)

    def _done(self, me: Me) -> None:
        self.finished.emit(me)

    def _pair_failed(self, sentence: str) -> None:
        self._say(self._pair_trouble, sentence)

    def _alone_failed(self, sentence: str) -> None:
        self._say(self._alone_trouble, sentence)

    def _say(self, trouble: QLabel, sentence: str) -> None:
        trouble.setText(sentence)
        trouble.show()
        for made in (self._pair, self._alone):
            resume(made)

    def _choice_screen(self) -> QWidget:
        team = button("Join a team", name="choose-team", kind="primary")
        alone = button("Start alone", name="choose-alone")
        team.clicked.connect(self._to_pair)
        alone.clicked.connect(self._to_alone)
        return _screen(
            "Welcome to Interview Desk",
            "Your interviews, calls and notes in one place. Everything is kept encrypted on this "
            "computer and works without a network.",
            [
                team,
                _remark("You have a link or a code from a colleague."),
                alone,
                _remark("You can join a team later and keep everything."),
            ],
        )

    def _pair_screen(self) -> QWidget:
        self._back.clicked.connect(self._back_pressed)
        self._pair.clicked.connect(self._pair_pressed)
        for line in (self._link, self._code):
            line.returnPressed.connect(self._pair_pressed)
        return _screen(
            "Join a team",
            "A colleague makes the link and the code for you, under Team.",
            [
                heading("Invitation link"),
                self._link,
                heading("Or your team's server and the code"),
                self._server,
                self._code,
                self._pair_trouble,
                row(self._back, None, self._pair),
            ],
        )

    def _alone_screen(self) -> QWidget:
        back = button("Back", name="back-from-alone", kind="quiet")
        back.clicked.connect(self._to_choice)
        self._alone.clicked.connect(self._alone_pressed)
        self._name.returnPressed.connect(self._alone_pressed)
        return _screen(
            "Start alone",
            "Make interviews by hand and paste in their links. A team can be joined at any time.",
            [heading("Your name"), self._name, self._alone_trouble, row(back, None, self._alone)],
        )


def _line(name: str, spoken: str, example: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    made.setPlaceholderText(example)
    return made


def _trouble(name: str) -> QLabel:
    made = label(tone="bad", wrap=True)
    made.setObjectName(name)
    made.hide()
    return made


def _remark(words: str) -> QLabel:
    made = label(words, size=Size.DETAIL, tone="muted")
    made.setContentsMargins(0, 0, 0, 8)
    return made


def _screen(title: str, words: str, items: Sequence[QWidget | QLayout]) -> QWidget:
    inner = QWidget()
    inner.setFixedWidth(_WIDTH)
    head = label(title, size=Size.TITLE, weight=Weight.DemiBold)
    said = label(words, tone="muted", wrap=True)
    said.setContentsMargins(0, 0, 0, 12)
    inner.setLayout(column(head, said, *items))
    made = QWidget()
    made.setLayout(column(None, row(None, inner, None), None))
    return made
