"""Another passphrase, chosen in Settings."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from interview_desk.system.passphrase import WrongPassphraseError
from interview_desk.ui.pages.page import Page
from interview_desk.ui.places import build_place
from interview_desk.ui.theme import Appearance
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.pressing import named, press, read

OF_NOW = "correct horse"
NEW = "battery staple"


class Lock:
    """What a passphrase opens."""

    def __init__(self) -> None:
        self.opens_with = OF_NOW

    async def change(self, passphrase: str, new: str) -> None:
        if passphrase != self.opens_with:
            raise WrongPassphraseError
        self.opens_with = new


@pytest.fixture
def lock() -> Lock:
    return Lock()


@pytest.fixture
def page(qtbot: QtBot, light: Appearance, lock: Lock, tmp_path: Path) -> Page:
    parts = desk_parts(MemoryRecords(), tmp_path)._replace(change_passphrase=lock.change)
    made = build_place("settings", parts)
    qtbot.addWidget(made)
    made.resize(1100, 1400)
    made.show()
    return made


async def keep(page: Page, now: str, new: str, again: str) -> str:
    """Type these and press; what is said then."""
    lines = {"passphrase-now": now, "passphrase-new": new, "passphrase-new-again": again}
    for name, text in lines.items():
        named(page, QLineEdit, name).setText(text)
    press(page, "passphrase-keep")
    await page.tasks.settled()
    return named(page, QLabel, "passphrase-word").text()


async def test_a_new_passphrase_needs_the_one_of_now(page: Page, lock: Lock) -> None:
    press(page, "change-passphrase")
    assert "does not open your desk" in await keep(page, "wrong horse", NEW, NEW)
    assert lock.opens_with == OF_NOW
    assert "the new passphrase opens your desk" in await keep(page, OF_NOW, NEW, NEW)
    assert lock.opens_with == NEW
    assert not named(page, QLineEdit, "passphrase-now").isVisible()
    assert named(page, QLineEdit, "passphrase-now").text() == ""
    assert named(page, QLineEdit, "passphrase-new").text() == ""


@pytest.mark.parametrize(
    ("now", "new", "again", "said"),
    [
        ("", NEW, NEW, "Type your passphrase of now first."),
        (OF_NOW, "short", "short", "at least 8 characters"),
        (OF_NOW, NEW, NEW + "s", "are not the same"),
    ],
)
async def test_what_cannot_be_kept_is_said(
    page: Page, lock: Lock, now: str, new: str, again: str, said: str
) -> None:
    press(page, "change-passphrase")
    assert said in await keep(page, now, new, again)
    assert lock.opens_with == OF_NOW


async def test_not_now_leaves_no_typed_word_behind(page: Page, lock: Lock) -> None:
    press(page, "change-passphrase")
    named(page, QLineEdit, "passphrase-now").setText(OF_NOW)
    press(page, "passphrase-not-now")
    assert named(page, QLineEdit, "passphrase-now").text() == ""
    assert "Your passphrase now" not in read(page)
    assert lock.opens_with == OF_NOW
