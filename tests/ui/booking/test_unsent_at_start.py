"""A draft of a booking that cannot be read, or not whole, stops nothing at the desk's start."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from interview_desk.app.behind import UNSENT_BOOKING
from interview_desk.app.open_desk import OpenDesk
from interview_desk.app.outside import Outside
from interview_desk.app.unlocking import Unlocked
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from interview_desk.services.availability import TextMemory
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.store.connection import Connection
from interview_desk.store.meta import TEXT, set_meta
from interview_desk.store.news import News
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.new_flow import take_up_booking
from interview_desk.ui.preferences import Preferences
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.new_interview import NewInterviewDialog
from tests.helpers.desk import ME as MINE
from tests.helpers.pressing import let_go, named, press, read

pytestmark = pytest.mark.usefixtures("light")

KEY = bytes(32)
EVENT_TYPE = "0199c0de-0000-7000-8000-000000000009"
MEMBER = "0199c0de-0000-7000-8000-000000000001"
# Nothing listens there: this desk is offline.
ME = Me(MEMBER, "Ada", "ada@desk.test", Role.INTERVIEWER, "Team", "https://127.0.0.1:9", "d1")
SAID = "is here again."
WHOLE: dict[str, Json] = {
    "name": "Mina Sato",
    "email": "mina@guest.test",
    "phone": "0170",
    "title": "A talk",
    "event_type": 8,
    "minutes": 60,
    "language": "de",
    "zone": "Asia/Tokyo",
    "day": "2026-11-24",
    "typed_by": MINE.member_id,
}
NOTHING_LEGIBLE = (
    *('{"old": 1}', "{half", "[]", '"x"', "null"),
    json.dumps({**WHOLE, "name": " ", "email": ["x"], "phone": None, "title": ""}),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    """What a desk in a team has kept."""
    made = await LocalStore.open(tmp_path / "desk.db", KEY)
    await made.become(ME, epoch="e")
    fields: dict[str, Json] = {"calcom_id": 7, "title": "Switch interview", "minutes": 45}
    await made.write([Edit("event_types", EVENT_TYPE, fields)])
    yield made
    await made.close()


async def started(
    store: LocalStore, folder: Path, broke: "asyncio.Queue[BaseException]"
) -> OpenDesk:
    """The whole desk, once all behind its first page stands."""
    desk = OpenDesk(
        store,
        ME,
        Outside(has_program=lambda _scheme: False),
        unlocked=Unlocked(KEY, None),
        preferences=Preferences(folder / "desk.ini"),
        zone=ZoneInfo("Europe/Berlin"),
        report=broke.put_nowait,
    )
    stands = asyncio.Event()
    desk.ready.connect(stands.set)
    desk.go_on(hidden=False)
    await asyncio.wait_for(stands.wait(), 20)
    return desk


def kept_by(window: MainWindow) -> TextMemory:
    return window._parts.calcom().unsent


async def take_up_at_start(window: MainWindow) -> None:
    await take_up_booking(window, window._parts, tasks=window.today.tasks)


async def take_up_from_new(window: MainWindow) -> None:
    window.new_interview()
    new = named(window, NewInterviewDialog, "new-interview")
    await new.tasks.settled()
    assert SAID not in read(window)
    press(new, "new-book")
    let_go()


async def test_a_desk_with_a_draft_that_is_not_even_a_text_starts_whole(
    qapp: QApplication, store: LocalStore, tmp_path: Path
) -> None:
    qapp.setQuitOnLastWindowClosed(False)

    def damage(connection: Connection, _news: News) -> None:
        set_meta(connection, f"{TEXT}{UNSENT_BOOKING}", value=5)

    await store._engine.write(damage)
    broke: asyncio.Queue[BaseException] = asyncio.Queue()
    desk = await started(store, tmp_path, broke)
    # Told of, while everything else runs.
    assert isinstance(await broke.get(), TypeError)
    assert desk.alerts is not None
    assert desk.tasks.is_busy
    await desk.close()


@pytest.mark.parametrize("words", NOTHING_LEGIBLE)
async def test_a_draft_of_which_nothing_can_be_read_is_let_go_quietly(
    window: MainWindow, words: str
) -> None:
    unsent = kept_by(window)
    await unsent.save(words)
    await take_up_at_start(window)
    assert not window.beside.is_open
    assert SAID not in read(window)
    assert await unsent.load() == ""


@pytest.mark.parametrize(
    "gone",
    [
        {"day": "soon"},
        {"day": "9999-12-31"},
        {"day": 5, "zone": None, "minutes": [60], "language": {}, "event_type": 10**30},
        {"title": 1, "phone": None},
    ],
    ids=str,
)
async def test_what_can_be_read_of_a_draft_stands_there_again(
    window: MainWindow, gone: dict[str, Json]
) -> None:
    await kept_by(window).save(json.dumps({**WHOLE, **gone}))
    await take_up_at_start(window)
    form = named(window, BookingForm, "book-at-calcom")
    await form.tasks.settled()
    assert named(form, QLineEdit, "book-name").text() == "Mina Sato"
    assert named(form, QLineEdit, "book-email").text() == "mina@guest.test"
    assert named(form, QLineEdit, "book-phone").text() == ("" if "phone" in gone else "0170")
    zone = named(form, QComboBox, "book-zone").currentText()
    assert zone == "Asia/Tokyo" or "zone" in gone
    # Who empties it has nothing kept any more.
    for name in ("name", "email", "phone", "title"):
        named(form, QLineEdit, f"book-{name}").clear()
    await window.flush()
    assert await kept_by(window).load() == ""


@pytest.mark.parametrize("way", [take_up_at_start, take_up_from_new])
async def test_a_draft_is_not_taken_along_to_another_team(
    window: MainWindow, way: Callable[[MainWindow], Awaitable[None]]
) -> None:
    await kept_by(window).save(json.dumps({**WHOLE, "typed_by": MEMBER}))
    await way(window)
    assert SAID not in read(window)
    assert await kept_by(window).load() == ""


async def test_a_draft_that_new_takes_up_is_said_to_be_one(window: MainWindow) -> None:
    await kept_by(window).save(json.dumps(WHOLE))
    await take_up_from_new(window)
    assert SAID in read(window)
