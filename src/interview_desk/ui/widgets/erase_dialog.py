"""Erasing for good: what goes, what stays, and a word that has to be typed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from interview_desk.services.erasing import Erasable
from interview_desk.ui.quoting import caption
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import Weight, button, column, label, row, switch

_WIDTH = 480
_WORD = "erase"
_TYPE_IT = f"Type the word \u201c{_WORD}\u201d first."
_ON_THE_INTERVIEW = (
    "The interview goes, with its notes, answers, insights, ratings, mails and everything that was "
    "changed in it. The people in it stay among your contacts."
)
_HOW_FAR = (
    "It is erased on your team's server and on every desk as soon as each is online, and cannot be "
    "brought back. Backups that were made before keep it until newer ones take their place: on "
    "each desk after four weeks in which it runs, on the server as your operator keeps them. A "
    "restored server erases it again."
)
_HOW_FAR_ALONE = (
    "It is erased on this computer at once and cannot be brought back. The backups that your desk "
    "has made of itself hold it too: they are removed with it, and a new one is made. Copies that "
    "you have made elsewhere are yours to look after."
)
_AT_CALCOM = "What Cal.com, the meeting service and mailboxes keep is not touched."


class EraseDialog(QDialog):
    """Asks what is to be erased, and to be sure.

    Signals: `erased(object)` with the `Erasable` that was confirmed.
    """

    erased = Signal(object)

    def __init__(
        self, choices: Sequence[Erasable], parent: QWidget, *, is_alone: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("erase")
        self.setWindowTitle("Erase for good")
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        self._choices = choices
        self._how_far = _HOW_FAR_ALONE if is_alone else _HOW_FAR
        self._which = QButtonGroup(self)
        self._goes = label(tone="muted", wrap=True)
        self._goes.setObjectName("erase-goes")
        self._stays = label(wrap=True, weight=Weight.Medium)
        self._stays.setObjectName("erase-stays")
        self._word = QLineEdit()
        self._leave = button("Keep it", name="erase-leave")
        self._erase = button("Erase for good", name="erase-really")
        self._build()
        self._say()

    def _chosen(self) -> Erasable:
        return self._choices[self._which.checkedId()]

    def _say(self) -> None:
        chosen = self._chosen()
        self._goes.setText(_ON_THE_INTERVIEW if chosen.kind == "interview" else _on_guest(chosen))
        self._stays.setText(_staying(chosen))
        self._stays.setVisible(bool(chosen.kept))

    def _typed(self, text: str) -> None:
        is_typed = text.strip().casefold() == _WORD
        switch(self._erase, "" if is_typed else _TYPE_IT)

    def _really(self) -> None:
        self.erased.emit(self._chosen())
        self.accept()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label("Erase for good", size=Size.TITLE, weight=Weight.DemiBold))
        for number, choice in enumerate(self._choices):
            layout.addWidget(self._radio(number, choice))
        layout.addWidget(self._goes)
        layout.addWidget(self._stays)
        for words in (self._how_far, _AT_CALCOM):
            layout.addWidget(label(words, size=Size.DETAIL, tone="muted", wrap=True))
        self._word.setObjectName("erase-word")
        self._word.setAccessibleName(f"Type {_WORD} to confirm")
        self._word.textChanged.connect(self._typed)
        asked = label(f"To confirm, type the word \u201c{_WORD}\u201d:", weight=Weight.Medium)
        layout.addLayout(column(asked, self._word, gap=6))
        self._typed("")
        # The harmless answer is the one that Enter gives.
        self._leave.setDefault(True)
        self._leave.clicked.connect(self.reject)
        self._erase.clicked.connect(self._really)
        layout.addSpacing(4)
        layout.addLayout(row(self._leave, None, self._erase))
        self._which.idClicked.connect(self._say)

    def _radio(self, number: int, choice: Erasable) -> QRadioButton:
        about = "This interview" if choice.kind == "interview" else "The guest"
        words = f"{about}: {choice.name}"
        made = QRadioButton(caption(words))
        made.setObjectName(f"erase-{choice.kind}-{choice.subject_id}")
        made.setAccessibleName(words)
        made.setChecked(number == 0)
        self._which.addButton(made, number)
        return made


def _on_guest(guest: Erasable) -> str:
    said = "The person goes from everywhere: contact, name, address, consents, mails."
    if not guest.interviews:
        return said
    count = len(guest.interviews)
    what = "1 interview that was" if count == 1 else f"{count} interviews that were"
    titles = ", ".join(f"\u201c{title}\u201d" for title in guest.interviews)
    return f"{said} With them {what} with nobody else: {titles}."


def _staying(chosen: Erasable) -> str:
    titles = ", ".join(f"\u201c{title}\u201d" for title in chosen.kept)
    return f"Others took part in {titles}, so that stays. Look at its title and notes yourself."
