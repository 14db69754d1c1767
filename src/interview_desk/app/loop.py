"""The event loop of the desk, started behind the first page: Qt's own, with asyncio on it."""

import asyncio
import signal
from contextlib import suppress

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from interview_desk.app.desk import Desk


def run(app: QApplication, desk: Desk, *, link: str | None, hidden: bool) -> None:
    """Run the desk until the person quits."""

    def loop_factory() -> asyncio.AbstractEventLoop:
        loop: asyncio.AbstractEventLoop = QEventLoop(app)
        return loop

    async def main() -> None:
        _quit_on_signals(desk)
        await desk.run(link=link, hidden=hidden)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(main())


def _quit_on_signals(desk: Desk) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no signal handlers in loops
            loop.add_signal_handler(number, desk.quit)
