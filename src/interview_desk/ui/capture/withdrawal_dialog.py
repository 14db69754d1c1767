"""Asks once more before a guest's no to being recorded erases what there is."""

from PySide6.QtWidgets import QWidget

from interview_desk.services.media import Recorded
from interview_desk.ui.widgets.sure_dialog import SureDialog

_IN_A_TEAM = (
    "{what} will be erased for everybody in the team, ten minutes after its server hears of it. "
    "Until then a Yes keeps it; afterwards nobody can bring it back."
)
_ALONE = "{what} will be deleted from this desk at once."
_ELSEWHERE = "What Cal.com itself has recorded stays there: delete it at Cal.com."


class WithdrawalDialog(SureDialog):
    """Says what goes when a guest no longer agrees."""

    def __init__(self, name: str, recorded: Recorded, *, alone: bool, parent: QWidget) -> None:
        goes = (_ALONE if alone else _IN_A_TEAM).format(what=_what_goes(recorded))
        super().__init__(
            f"{name} says no to being recorded?",
            *([goes, _ELSEWHERE] if recorded.recordings else [goes]),
            name="withdrawal",
            leave="Leave it as it was",
            really="They say no",
            parent=parent,
        )


def _what_goes(recorded: Recorded) -> str:
    """`The transcript and the link to 2 recordings`."""
    texts, links = recorded.transcripts, recorded.recordings
    said = "the transcript" if texts == 1 else f"{texts} transcripts"
    linked = "the link to the recording" if links == 1 else f"the links to {links} recordings"
    words = " and ".join([*([said] if texts else []), *([linked] if links else [])])
    return f"{words[:1].upper()}{words[1:]}"
