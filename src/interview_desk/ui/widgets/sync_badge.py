"""Whether my work is safe, in words."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QLabel

from interview_desk.ui.overriding import override
from interview_desk.ui.quoting import as_tip
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.theme.icons import pixmap
from interview_desk.ui.theme.palette import tokens_of
from interview_desk.ui.widgets.parts import RowButton, Weight, label, row

_LOOKS = {
    "synced": ("saved", "good"),
    "saving": ("saved", "muted"),
    "fetching": ("saved", "muted"),
    "alone": ("device", "muted"),
    "offline": ("offline", "muted"),
    "paused": ("offline", "muted"),
    "held": ("alert", "warning"),
    "attention": ("alert", "warning"),
}


class SyncBadge(RowButton):
    """Words and a picture of the sync; the words alone say everything.

    Signals: `clicked()` as any button, to see the details.
    """

    words_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sync-badge")
        self._kind = "alone"
        self._pending = 0
        self._picture = QLabel()
        self._picture.setFixedSize(18, 18)
        self._words = label(size=Size.DETAIL, wrap=True)
        self._words.setMinimumWidth(1)
        self._count = label(size=Size.SMALL, weight=Weight.DemiBold)
        self._count.setProperty("pill", "plain")
        lines = row(self._picture, self._words, None, self._count)
        lines.setStretch(1, 1)
        lines.setStretch(2, 0)
        lines.setContentsMargins(10, 6, 10, 6)
        self.setLayout(lines)
        self.show_state("alone", "Saved on this device")

    def show_state(self, kind: str, words: str, *, pending: int = 0) -> None:
        """Show the state's words; `kind` only chooses the picture beside them."""
        self._kind, self._pending = kind, pending
        self._words.setText(words)
        told = "" if not pending or f"({pending})" in words else str(pending)
        self._count.setText(told)
        self._count.setVisible(bool(told))
        waiting = f"; {pending} not sent yet" if told else ""
        self.setAccessibleName(f"Sync: {words}{waiting}")
        self.setToolTip(as_tip(f"{words}{waiting}"))
        self._tint()
        self.words_changed.emit(words)

    @property
    def words(self) -> str:
        """What a person reads."""
        return self._words.text()

    def set_compact(self, compact: bool) -> None:  # noqa: FBT001  - a Qt slot
        """Only the picture where the rail is narrow."""
        self._words.setVisible(not compact)
        self._count.setVisible(not compact and bool(self._count.text()))

    def _tint(self) -> None:
        name, colour = _LOOKS.get(self._kind, _LOOKS["alone"])
        tint = tokens_of(self.palette()).names()[colour]
        self._picture.setPixmap(pixmap(name, tint, size=18, ratio=self.devicePixelRatioF()))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
