"""Another key for the desk's data, asked for in Settings."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.system.passphrase import WrongPassphraseError
from interview_desk.ui.desk_parts import KeyChange
from interview_desk.ui.pages.page import Page
from interview_desk.ui.places import build_place
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.pressing import named, press


class Lock:
    """Takes another key, where the passphrase is the right one or none is needed."""

    def __init__(self, opens_with: str | None) -> None:
        self.opens_with = opens_with
        self.changes = 0

    async def ask(self, passphrase: str | None) -> None:
        if passphrase != self.opens_with:
            raise WrongPassphraseError
        self.changes += 1


@pytest.fixture
def lock(request: pytest.FixtureRequest) -> Lock:
    return Lock(request.param)


@pytest.fixture
def page(qtbot: QtBot, light: Appearance, lock: Lock, tmp_path: Path) -> Page:
    change = KeyChange(lock.ask, needs_passphrase=lock.opens_with is not None)
    made = build_place(
        "settings", desk_parts(MemoryRecords(), tmp_path)._replace(key_change=change)
    )
    qtbot.addWidget(made)
    made.resize(1100, 1400)
    made.show()
    return made


def word(page: Page) -> str:
    return named(page, QLabel, "key-word").text()


@pytest.mark.parametrize("lock", [None], indirect=True)
async def test_with_a_keyring_it_is_asked_once_and_changes_at_the_next_start(
    page: Page, lock: Lock
) -> None:
    press(page, "change-key")
    assert not named(page, QLineEdit, "key-passphrase").isVisible()
    press(page, "change-key-not-now")
    assert lock.changes == 0
    press(page, "change-key")
    press(page, "change-key-really")
    await page.tasks.settled()
    assert lock.changes == 1
    assert "at the next start" in word(page)


@pytest.mark.parametrize("lock", ["correct horse"], indirect=True)
async def test_where_a_passphrase_opens_the_desk_it_is_needed(page: Page, lock: Lock) -> None:
    press(page, "change-key")
    line = named(page, QLineEdit, "key-passphrase")
    line.setText("wrong horse")
    press(page, "change-key-really")
    await page.tasks.settled()
    assert "does not open your desk" in word(page)
    line.setText("correct horse")
    press(page, "change-key-really")
    await page.tasks.settled()
    assert (lock.changes, line.text()) == (1, "")
    assert "at the next start" in word(page)


async def test_who_has_no_key_of_their_own_is_not_offered_another(
    qtbot: QtBot, light: Appearance, tmp_path: Path
) -> None:
    made = build_place("settings", desk_parts(MemoryRecords(), tmp_path))
    qtbot.addWidget(made)
    assert made.findChild(QWidget, "key-section") is None
