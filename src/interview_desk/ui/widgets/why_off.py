"""Why a button cannot be pressed, beside it, where it is spoken, and under the mouse."""

from PySide6.QtWidgets import QAbstractButton, QLabel

from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import label


def reason_line(button: QAbstractButton) -> QLabel:
    """The line in which the reason stands; hidden while there is none."""
    made = label(size=Size.DETAIL, tone="muted", wrap=True)
    made.setObjectName(f"why-{button.objectName()}")
    made.hide()
    return made


def switch(button: QAbstractButton, line: QLabel | None, reason: str) -> None:
    """Let the button be pressed where there is no reason against it."""
    button.setEnabled(not reason)
    button.setToolTip(reason)
    button.setAccessibleDescription(reason)
    if line is not None:
        line.setText(reason)
        line.setVisible(bool(reason))
