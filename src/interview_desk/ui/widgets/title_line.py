"""An interview's title, which is typed anew where it stands."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from interview_desk.ui.theme.fonts import Size, font
from interview_desk.ui.widgets.parts import AT_THE_LEFT, Weight


class TitleLine(QLineEdit):
    """Shows a title until somebody types into it; what they type is left alone.

    Signals: `typed_anew(str, bool)` with the title, and whether somebody else gave another one
    while it was typed.
    """

    typed_anew = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._of = ""
        self._is_overtaken = False
        self.setObjectName("detail-title")
        self.setAccessibleName("Title")
        self.setProperty("kind", "title")
        self.setFont(font(Size.TITLE, Weight.DemiBold))
        # The text stands under the words above it, not behind the frame of a line edit.
        self.setTextMargins(-3, 0, 0, 0)
        self.setAlignment(AT_THE_LEFT)
        self.editingFinished.connect(self._left)

    def show_title(self, title: str, *, of: str) -> None:
        """Show what the interview `of` this id is called now."""
        is_typed = of == self._of and self.hasFocus() and self.isModified()
        self._is_overtaken = is_typed and (self._is_overtaken or title != self._title)
        self._title, self._of = title, of
        if not is_typed:
            self._show()

    def _left(self) -> None:
        said = self.text().strip()
        if not self.isModified():
            return
        self.setModified(False)
        if said and said != self._title:
            self.typed_anew.emit(said, self._is_overtaken)
        elif not said:
            self._show()

    def _show(self) -> None:
        self.setText(self._title)
        # A long one is read from its beginning.
        self.setCursorPosition(0)
