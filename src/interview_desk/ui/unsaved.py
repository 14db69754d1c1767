"""What stands in the way of quitting."""

from typing import TYPE_CHECKING

from interview_desk.domain.errors import DeskError
from interview_desk.ui.widgets.interview_dialog import InterviewDialog

if TYPE_CHECKING:
    from interview_desk.ui.main_window import MainWindow


class NotSaved(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Somebody is typing about an interview."""

    code = "not_saved"

    def __init__(self) -> None:
        super().__init__("Save what you typed about the interview first, or throw it away.")


async def keep_all(window: "MainWindow") -> None:
    """Keep what was typed in any place of the window.

    A `DeskError` where that fails; NotSaved where a form stands open over it with something typed.
    """
    await window.flush()
    forms = window.findChildren(InterviewDialog)
    if any(form.isVisible() and form.is_unsaved for form in forms):
        raise NotSaved
