"""The foot of the capture window: what is safe, what just happened, and the nudges' switch."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from interview_desk.services.saved_state import Saving
from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.elided_label import ElidedLabel
from interview_desk.ui.widgets.parts import label, set_tone

_TONES = {Saving.SAVED: "good", Saving.SAVING: "muted", Saving.FAILED: "bad"}
_KEYS = "Ctrl+PgUp/PgDn stages  \N{MIDDLE DOT}  Ctrl+Enter covered, next  \N{MIDDLE DOT}  F6 panes"


class CaptureFooter(QWidget):
    """Signals: `nudges_switched(bool)`."""

    nudges_switched = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("capture-footer")
        self._saved = label(size=Size.DETAIL)
        self._saved.setObjectName("capture-saved")
        self._told = ElidedLabel(size=Size.DETAIL)
        self._told.setObjectName("capture-told")
        self._nudges = QCheckBox("Nudges")
        self._nudges.setObjectName("capture-nudges")
        self._nudges.setFont(font(Size.DETAIL))
        self._nudges.setChecked(True)
        self._nudges.toggled.connect(self.nudges_switched)
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 4, 20, 4)
        line.setSpacing(16)
        line.addWidget(self._saved)
        line.addWidget(self._told, 1)
        line.addWidget(label(_KEYS, size=Size.SMALL, tone="muted"))
        line.addWidget(self._nudges)

    def show_saved(self, words: str, saving: Saving) -> None:
        """Say whether the typed text is safe."""
        mark = "\N{CHECK MARK}  " if saving is Saving.SAVED else ""
        self._saved.setText(f"{mark}{words}")
        self._saved.setAccessibleName(words)
        set_tone(self._saved, name="tone", tone=_TONES[saving])

    def tell(self, words: str, *, tone: str = "muted") -> None:
        """Say what just happened, in one line."""
        self._told.setText(words)
        set_tone(self._told, name="tone", tone=tone)
