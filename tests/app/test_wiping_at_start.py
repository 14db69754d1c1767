"""An erasure that was cut off is finished by the program itself when it starts again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from interview_desk.store import LocalStore
from interview_desk.store.wiping import _erase
from interview_desk.system.paths import Paths
from tests.helpers.started_desk import KEY, fill, told

INTERVIEW = str(UUID(int=3))
# Nothing tells when a file is gone; the program that waits in vain is ended from outside.
WATCH = """
def watched(desk):
    from PySide6.QtCore import QTimer
    looking = QTimer(desk)
    backups = Path(sys.argv[1], "backups")
    assert any(backups.iterdir())
    looking.timeout.connect(lambda: any(backups.iterdir()) or tell("wiped"))
    looking.start(20)
"""


async def _cut_off(folder: Path) -> None:
    await fill(folder, server=None)
    store = await LocalStore.open(Paths(folder).database, KEY)
    await store.backups.back_up(datetime.now(UTC))
    await store._engine.write(lambda c, news: _erase(c, news, "interview", INTERVIEW))
    await store.close()


def test_what_an_erasure_has_left_is_wiped_at_the_next_start(tmp_path: Path) -> None:
    asyncio.run(_cut_off(tmp_path))
    assert Paths(tmp_path).database.with_name("backups") == tmp_path / "backups"
    assert told(tmp_path, WATCH)[0] == "wiped"
