"""What a team gets from a desk that was used alone, before anything of it is sent."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QScrollArea, QVBoxLayout, QWidget

from interview_desk.services.handover import Handover, HandoverPlan, Twin, plan_in_words
from interview_desk.ui.bridge.tasks import TaskScope
from interview_desk.ui.quoting import caption
from interview_desk.ui.theme.fonts import Size
from interview_desk.ui.widgets.parts import (
    Weight,
    button,
    column,
    heading,
    label,
    pause,
    resume,
    row,
    scrolled_down,
)

_WIDTH = 460
# Of what the team has already, so much is in sight without scrolling, in pixels.
_MOST_AT_ONCE = 240
_BETWEEN = 10
# So many signs of both names side by side.
_IN_ONE_LINE = 52
_WHAT_HAPPENS = (
    "You worked alone before you joined. Everybody in the team will see what their role allows. "
    "What your role does not let you change stays on this device, under "
    "\u201cNeeds attention\u201d."
)
_SAME = (
    "The team seems to know these already. Each one you tick becomes one with theirs; where the "
    "two say different things, both are kept and shown."
)


class HandoverDialog(QDialog):
    """Shows what goes to the team, offers to join what both have, and sends it.

    Signals: `sent()` once everything is on its way.
    """

    sent = Signal()

    def __init__(self, handover: Handover, plan: HandoverPlan, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("handover")
        self.setWindowTitle("Your work goes to your team")
        self.setModal(True)
        self.setMinimumWidth(_WIDTH)
        self.tasks = TaskScope(self)
        self._handover = handover
        self._boxes = [(_box(twin), twin) for twin in plan.twins]
        self._trouble = label(tone="bad", wrap=True)
        self._trouble.setObjectName("handover-trouble")
        self._trouble.hide()
        self._send = button("Send to the team", name="handover-send", kind="primary")
        self._later = button("Not yet", name="handover-later", kind="quiet")
        self._send.clicked.connect(self._send_pressed)
        self._later.clicked.connect(self.reject)
        self._build(plan)

    def _build(self, plan: HandoverPlan) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(10)
        title = label("Your work goes to your team", size=Size.TITLE, weight=Weight.DemiBold)
        layout.addWidget(title)
        layout.addWidget(label(_WHAT_HAPPENS, tone="muted", wrap=True))
        counts = label("\n".join(plan_in_words(plan)))
        counts.setObjectName("handover-counts")
        layout.addWidget(counts)
        if self._boxes:
            known = label(_SAME, size=Size.DETAIL, tone="muted", wrap=True)
            layout.addSpacing(8)
            layout.addLayout(column(heading("In the team already?"), known, gap=2))
            layout.addWidget(_as_high_as_there_is_room([box for box, _ in self._boxes]), 1)
        layout.addWidget(self._trouble)
        layout.addSpacing(8)
        layout.addLayout(row(self._later, None, self._send))

    def _send_pressed(self) -> None:
        self._trouble.hide()
        pause(self._send)
        same = [twin for box, twin in self._boxes if box.isChecked()]
        self.tasks.start(self._handover.send(same), then=self._done, told=self._refused)

    def _done(self, _: None) -> None:
        self.sent.emit()
        self.accept()

    def _refused(self, sentence: str) -> None:
        self._trouble.setText(sentence)
        self._trouble.show()
        resume(self._send)


def _as_high_as_there_is_room(boxes: Sequence[QWidget]) -> QScrollArea:
    """However many there are, the buttons below stay on the screen; a few are not scrolled."""
    lines = column(*boxes, None, gap=_BETWEEN)
    made = scrolled_down(lines, ground="window", sideways=True)
    height = lines.sizeHint().height()
    made.setMinimumHeight(min(height, _MOST_AT_ONCE))
    made.setMaximumHeight(height + made.horizontalScrollBar().sizeHint().height())
    # The boxes are walked through, and scroll along.
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made


def _box(twin: Twin) -> QCheckBox:
    mine, theirs = f"\u201c{twin.name}\u201d is your team's", f"\u201c{twin.their_name}\u201d"
    between = " " if len(mine) + len(theirs) <= _IN_ONE_LINE else "\n"
    words = f"{mine}{between}{theirs}"
    box = QCheckBox(caption(words))
    box.setObjectName(f"same-{twin.local}")
    box.setChecked(True)
    return box
