"""Boxes to choose from, filled from what there is to choose."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter

from interview_desk.ui.widgets.quiet import quiet


def choice(choices: Mapping[str, str], *, chosen: str, name: str, spoken: str) -> QComboBox:
    """A box with these choices, by what is kept and what is read."""
    made = quiet(QComboBox())
    made.setObjectName(name)
    made.setAccessibleName(spoken)
    fill(made, choices.items(), chosen)
    return made


def fill(box: QComboBox, choices: Iterable[tuple[str, str]], chosen: str) -> None:
    """Offer other choices; stays on the chosen one where it is among them."""
    box.clear()
    for key, words in choices:
        box.addItem(words, str(key))
    box.setCurrentIndex(max(box.findData(str(chosen)), 0))


def searched(box: QComboBox) -> QComboBox:
    """The same box, found by typing any part of the words."""
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = QCompleter(box.model(), box)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    box.setCompleter(completer)
    return box


def free_name(stem: str, taken: set[str]) -> str:
    """A name that none of those has yet."""
    return next(name for number in range(1, 1000) if (name := f"{stem}_{number}") not in taken)
