"""Another role in the team, heard of while the desk is open."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from interview_desk.app.own_role import OwnRole
from interview_desk.domain.roles import Role
from interview_desk.services.exchange import ServerRow
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.ui.bridge.tasks import TaskScope
from tests.helpers.exchanged import NOW, page

ME = Me("m1", "Mara", None, Role.INTERVIEWER, "Team", "https://desk.test", "d1")


class Said:
    """What the person was told, and what they may answer."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(
        self, message_id: str, title: str, words: str, *, answers: tuple[tuple[str, str], ...]
    ) -> None:
        assert (message_id, answers) == ("role", (("anew", "Open anew"),))
        self.words.append(f"{title}: {words}")


async def test_another_role_is_said_and_the_same_is_not(qtbot: QtBot, tmp_path: Path) -> None:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    desk, said = QObject(), Said()
    tasks = TaskScope(desk)
    stop = OwnRole(store, ME, tasks=tasks, tell=said, parent=desk).watch()

    async def hear(ver: int, member: str, role: str) -> None:
        fields = {"name": "Mara", "role": role}
        row = ServerRow("poblysh_team_members", member, ver, dict(fields))
        await store.apply_page(page(row), NOW)
        # What is announced is told on the loop's next turn.
        await asyncio.sleep(0)
        await tasks.settled()

    try:
        await store.become(ME)
        await hear(1, "m1", "interviewer")
        await hear(2, "m2", "observer")
        assert said.words == []
        await hear(3, "m1", "observer")
        (words,) = said.words
        assert words.startswith("You have another role: You are now an observer in your team.")
    finally:
        stop()
        await tasks.close()
        await store.close()
