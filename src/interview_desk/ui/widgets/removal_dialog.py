"""Asks once more before somebody leaves the team."""

from PySide6.QtWidgets import QWidget

from interview_desk.ui.widgets.sure_dialog import SureDialog

_MEANS = (
    "Their computers are signed out as soon as the team's server hears of it. What they wrote and "
    "rated stays with the team, and interviews they were assigned to need somebody else. They can "
    "be invited again."
)
_MEANS_FOR_ME = (
    "This desk and your other computers are signed out. What you wrote stays with the team; "
    "somebody else who runs it can invite you again."
)


class RemovalDialog(SureDialog):
    """Says what it means that a member leaves."""

    def __init__(self, name: str, *, is_me: bool, parent: QWidget) -> None:
        super().__init__(
            "Leave the team?" if is_me else f"Take {name} out of the team?",
            _MEANS_FOR_ME if is_me else _MEANS,
            name="removal",
            leave="Stay" if is_me else "Keep in the team",
            really="Leave" if is_me else "Take out",
            parent=parent,
        )
