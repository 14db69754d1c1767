"""The moment at which a window is there to be seen."""

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget

from interview_desk.ui.overriding import override


def until_painted(window: QWidget, *, at_most_ms: int = 1000) -> None:
    """Let Qt bring a window up whole; what the person presses meanwhile waits its turn.

    One that opens covered by others is never painted, and waited for only so long.
    """
    loop = QEventLoop()
    painted = _Painted(loop, window)
    QTimer.singleShot(at_most_ms, loop, loop.quit)
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    window.removeEventFilter(painted)


class _Painted(QObject):
    """Ends the loop behind the first painting of the window and of all that is in it."""

    def __init__(self, loop: QEventLoop, window: QWidget) -> None:
        super().__init__(loop)
        self._loop = loop
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._loop, self._loop.quit)
        return super().eventFilter(watched, event)
