"""Start to Today complete with the next of 1,000 cached interviews, and idle memory.

The floor is an empty PySide6 window, started in turn in the same run. All are whole processes,
timed from outside; memory is what belongs to the process alone (USS), a second after the paint. Of
a desk in a team it is measured a second after it has heard from its server and nothing waits.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.system.paths import Paths
from tests.bench.table import row
from tests.helpers.remote import Desks, Team
from tests.helpers.server import ServerProcess

ROUNDS = 7
INTERVIEWS = 1000
KEY = bytes(32)
PAINTED = "painted"
# An installed program has its bytecode; the first, uncounted round writes ours.
ENVIRONMENT = {
    "QT_QPA_PLATFORM": "offscreen",
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
}

_USS = """
def uss():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    kilobytes = (int(l.split()[1]) for l in lines if l.startswith("Private_"))
    return sum(kilobytes) / 1024
"""

EMPTY_WINDOW = (
    _USS
    + """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    said = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.said:
            self.said = True
            QTimer.singleShot(0, self.tell)
            QTimer.singleShot(1000, self.end)
    def tell(self):
        print("painted", flush=True)
    def end(self):
        print(uss(), flush=True)
        app.quit()
app = QApplication([])
window = Window()
window.resize(1360, 860)
window.show()
app.exec()
"""
)

# The way of the command: `run_desk` comes first, so that nothing is loaded in front of it.
DESK = (
    _USS
    + """
import sys
from pathlib import Path
from interview_desk.app.main import run_desk

def watched(desk):
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def __init__(self):
            super().__init__()
            QTimer.singleShot(0, self.look)

        def look(self):
            if desk.open_desk is None:
                QTimer.singleShot(1, self.look)
                return
            self.today = desk.open_desk.window.today
            self.today.next_card.installEventFilter(self)

        def eventFilter(self, card, event):
            # Not before Qt paints the card itself, with the interview in it, on a window in sight.
            if event.type() == QEvent.Type.Paint and self.today.shown is not None:
                card.removeEventFilter(self)
                QTimer.singleShot(0, self.tell)
                QTimer.singleShot(0, self.rest)
            return False

        def tell(self):
            assert self.today.shown.next is not None
            print("painted", flush=True)

        def rest(self):
            if self.is_at_rest():
                QTimer.singleShot(1000, self.end)
            else:
                QTimer.singleShot(50, self.rest)

        def is_at_rest(self):
            if desk.open_desk.me.server is None:
                return True
            online = desk.open_desk.online
            state = online and online.sync.state
            return state and state.kind == "synced" and not state.pending

        def end(self):
            print(uss(), flush=True)
            desk.quit()

    kept.append(Watch())

def outside():
    from interview_desk.app.outside import Outside
    return Outside(key=lambda: bytes.fromhex(sys.argv[2]))

kept = []
run_desk(data=Path(sys.argv[1]), outside=outside(), with_desk=watched)
"""
)


async def fill_alone(folder: Path) -> None:
    """The desk of somebody alone."""
    paths = Paths(folder)
    paths.prepare()
    store = await LocalStore.open(paths.database, KEY)
    await store.become(Me(str(UUID(int=1)), "Mara", None, Role.OWNER, "Alone", None, None))
    await fill(store)
    await store.close()


async def fill_paired(folder: Path, team: Team) -> None:
    """A desk that is paired with a server, and will send it all it has."""
    Paths(folder).prepare()
    desks = Desks(folder.parent)
    desk = await desks.pair(team.url, team.code(), name=folder.name)
    await fill(desk.store)
    await desks.close()


async def fill(store: LocalStore) -> None:
    """1,000 interviews around now, the next one in an hour."""
    now = datetime.now(UTC).replace(microsecond=0)
    edits = []
    for number in range(INTERVIEWS):
        start = now + timedelta(hours=1 + (number - INTERVIEWS // 2) * 3)
        edits.append(
            Edit(
                "interviews",
                str(UUID(int=1000 + number)),
                {
                    "title": f"Interview {number}",
                    "status": "scheduled",
                    "start": format_instant(start),
                    "end": format_instant(start + timedelta(hours=1)),
                    "zone": "Europe/Berlin",
                    "join_service": "zoom",
                    "join_url": f"https://zoom.us/j/9{number:09d}",
                },
            )
        )
    await store.write(edits)


def measure(program: list[str]) -> tuple[float, float]:
    """Seconds from the start of the process to its first complete picture, and its USS in MiB."""
    began = time.perf_counter()
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    assert process.stdout
    line = process.stdout.readline().strip()
    seconds = time.perf_counter() - began
    if line != PAINTED:
        raise SystemExit(f"the window did not appear: {line!r}")
    memory = float(process.stdout.readline())
    process.stdout.close()
    process.wait(30)
    return seconds, memory


def main() -> None:
    """Print all rows."""
    with tempfile.TemporaryDirectory() as scratch:
        alone, paired = Path(scratch) / "alone", Path(scratch) / "paired"
        asyncio.run(fill_alone(alone))
        server = ServerProcess(Path(scratch) / "server").start()
        try:
            asyncio.run(fill_paired(paired, Team(server)))
            programs = [
                [sys.executable, "-c", EMPTY_WINDOW],
                [sys.executable, "-c", DESK, str(alone), KEY.hex()],
                [sys.executable, "-c", DESK, str(paired), KEY.hex()],
            ]
            for program in programs:
                measure(program)
            rounds = [[measure(program) for program in programs] for _ in range(ROUNDS)]
        finally:
            server.stop()
    (floor_start, floor), (start, idle), (_, at_rest) = (
        tuple(map(statistics.median, zip(*measured, strict=True)))
        for measured in zip(*rounds, strict=True)
    )
    row("start to Today complete (s)", start, floor_start, 2.0)
    row("idle memory (MiB USS)", idle, floor, 2.3)
    row("idle memory in a team (MiB USS)", at_rest, floor, 2.3)


if __name__ == "__main__":
    main()
