"""Fields below each other, each with its label on the line of what is typed."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLayout, QWidget

from interview_desk.ui.widgets.parts import label

# As high as every field in one line; a label in a form's usual way stands above its middle.
_LINE: Final = 32


class Form(QFormLayout):
    """A form in the desk's distances; `gap` is the room between labels and fields."""

    def __init__(self, *, gap: int = 16) -> None:
        super().__init__()
        self.setHorizontalSpacing(gap)
        self.setVerticalSpacing(8)
        self.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def add(self, words: str, field: QWidget | QLayout) -> None:
        """One more field; a high one has its label beside its first line."""
        made = label(words)
        made.setFixedHeight(_LINE)
        if isinstance(field, QWidget):
            made.setBuddy(field)
        self.addRow(made, field)
