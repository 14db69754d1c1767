"""What scores mean while it is written: bands, each from one score up."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from interview_desk.domain.evaluation.rule_sets import Band
from interview_desk.ui.rule_words import ACTION_WORDS
from interview_desk.ui.rules.choices import choice, free_name
from interview_desk.ui.widgets.parts import IconButton, button, column, emptied, label, row
from interview_desk.ui.widgets.spin_box import NumberBox, fitted

_BEST = 100
_NOTHING = ""
_BAND_WIDTH = 88
_SCORE_WIDTH = 72
_FEWEST_LETTERS = 10
_NARROW = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class BandLine(QWidget):
    """What scores from one number up mean. Signals: `changed()`; `removed(object)` with itself."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, band: Band, *, number: int) -> None:
        super().__init__()
        self._band = band
        self._label = QLineEdit(band.label)
        self._label.setObjectName(f"band-{number}-label")
        self._label.setAccessibleName("What it is called")
        self._label.setPlaceholderText("Name")
        self._lowest = fitted(NumberBox())
        self._lowest.setObjectName(f"band-{number}-lowest")
        self._lowest.setAccessibleName("From which score")
        self._lowest.setFixedWidth(_SCORE_WIDTH)
        self._lowest.setRange(0, _BEST)
        self._lowest.setDecimals(0)
        self._lowest.setValue(band.lowest)
        actions = {
            _NOTHING: "Recommend nothing",
            **{one.value: said for one, said in ACTION_WORDS.items()},
        }
        self._action = choice(
            actions,
            chosen=band.recommend or _NOTHING,
            name=f"band-{number}-action",
            spoken="What is recommended then",
        )
        # As narrow as there is room for: the words of the longest choice would not fit beside.
        self._action.setMinimumContentsLength(_FEWEST_LETTERS)
        self._action.setSizeAdjustPolicy(_NARROW)
        gone = IconButton("close", "Take this band out", name=f"band-{number}-remove")
        gone.clicked.connect(self._removed)
        self._label.setMinimumWidth(_BAND_WIDTH)
        self._label.setCursorPosition(0)
        line = row(label("From"), self._lowest, self._label, self._action, gone)
        line.setStretch(2, 1)
        line.setStretch(3, 2)
        self.setLayout(line)
        self._label.textChanged.connect(self.changed)
        self._lowest.valueChanged.connect(self.changed)
        self._action.activated.connect(self.changed)

    def band(self) -> Band:
        """The band as it stands."""
        chosen = self._action.currentData()
        actions = {one.value: one for one in ACTION_WORDS}
        return replace(
            self._band,
            label=self._label.text().strip(),
            lowest=self._lowest.value(),
            recommend=actions.get(chosen),
        )

    def begin(self) -> None:
        """Let a person write its name."""
        self._label.setFocus()

    def _removed(self) -> None:
        self.removed.emit(self)


class BandEditor(QWidget):
    """All bands. Signals: `changed()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[BandLine] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        add = button("Add a band", name="add-band")
        add.clicked.connect(self._add)
        self.setLayout(column(self._list, row(add, None), gap=8))

    def show_bands(self, bands: Sequence[Band]) -> None:
        """Write these."""
        emptied(self._list)
        self._lines = [BandLine(one, number=number) for number, one in enumerate(bands, 1)]
        for line in self._lines:
            line.changed.connect(self.changed)
            line.removed.connect(self._remove)
            self._list.addWidget(line)

    def bands(self) -> tuple[Band, ...]:
        """The bands as they stand."""
        return tuple(one.band() for one in self._lines)

    def _add(self) -> None:
        bands = self.bands()
        key = free_name("band", {one.key for one in bands})
        made = Band(key, "", _between([one.lowest for one in bands]))
        place = next((n for n, one in enumerate(bands) if one.lowest < made.lowest), len(bands))
        self.show_bands([*bands[:place], made, *bands[place:]])
        self._lines[place].begin()
        self.changed.emit()

    def _remove(self, gone: BandLine) -> None:
        self.show_bands([one.band() for one in self._lines if one is not gone])
        self.changed.emit()


def _between(taken: Sequence[float]) -> float:
    """The middle of the widest room between the scores at which bands begin."""
    edges = sorted({0.0, *taken, float(_BEST)})
    if 0.0 not in taken:
        return 0.0
    room = max(pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return float(int(sum(room) / 2))
