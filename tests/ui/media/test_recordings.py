"""Recordings opened from an interview, and transcripts fetched from Cal.com."""

import asyncio
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from interview_desk.domain.status import Status
from interview_desk.services.media import Recording, RecordingsNotKept
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.ui.main_window import MainWindow
from tests.helpers.calcom_desk import MemoryCalcom
from tests.helpers.desk import MemoryRecords
from tests.helpers.desk_story import at
from tests.helpers.pressing import carried_out, named, press, read, settled
from tests.ui.media.conftest import LINK, YES, SlowCalcom, shown


async def test_a_recording_is_opened_after_its_host_was_allowed(
    window: MainWindow, held: str, server: MemoryCalcom, records: MemoryRecords, opened: list[str]
) -> None:
    until = datetime(2027, 3, 3, 12, tzinfo=UTC)
    server.recorded = (Recording(LINK, 45, until), Recording(LINK + "2", 3, until))
    page = await shown(window, held)
    button = named(page, QPushButton, "open-recordings")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    await carried_out(window)
    assert "Open recording 1, 45 min" in read(page)
    assert "ask again when one has ended. Kept until Wednesday 3 March 2027." in read(page)
    press(page, "recording-2")
    await carried_out(window)
    assert "It is kept at files.example.org, which you have not allowed yet." in read(page)
    assert opened == []
    press(page, "allow-host")
    await carried_out(window)
    assert opened == [LINK + "2"]
    press(page, "recording-1")
    await carried_out(window)
    assert opened == [LINK + "2", LINK]
    assert "secret-token" not in f"{records.rows}{read(page)}{server.recorded}"


async def test_a_link_that_hides_where_it_leads_is_not_opened(
    window: MainWindow, held: str, server: MemoryCalcom, opened: list[str]
) -> None:
    server.recorded = (Recording("http://files.example.org/recording", 45),)
    page = await shown(window, held)
    press(page, "open-recordings")
    await carried_out(window)
    press(page, "recording-1")
    await carried_out(window)
    assert "Only secure web links (https) are opened." in read(page)
    assert opened == []


async def test_what_cal_com_has_is_fetched_and_refusals_are_shown_in_place(
    window: MainWindow, held: str, server: MemoryCalcom
) -> None:
    page = await shown(window, held)
    press(page, "fetch-transcripts")
    await carried_out(window)
    assert "Cal.com has no transcript that is not here yet." in read(page)
    server.transcripts = 2
    press(page, "fetch-transcripts")
    await carried_out(window)
    assert "2 transcripts are brought in" in read(page)
    press(page, "open-recordings")
    await carried_out(window)
    assert "Cal.com has recorded nothing of this interview." in read(page)
    server.trouble = ServerUnreachableError()
    press(page, "fetch-transcripts")
    await carried_out(window)
    assert "cannot be reached" in read(page)


async def test_recordings_that_are_not_there_are_offered_again_when_the_interview_is(
    window: MainWindow, held: str, records: MemoryRecords
) -> None:
    page = await shown(window, held)
    press(page, "open-recordings")
    await carried_out(window)
    button = named(page, QPushButton, "open-recordings")
    assert not button.isVisible()
    page.refresh()
    await settled(window)
    assert not button.isVisible()
    assert "Cal.com has recorded nothing of this interview." in read(page)
    await shown(window, records.interview("Other", at(16, 9), status=Status.HELD))
    await shown(window, held)
    assert button.isVisible()
    assert "recorded nothing" not in read(page)


async def test_recordings_that_are_kept_no_more_are_said_to_be_and_no_longer_offered(
    window: MainWindow, held: str, server: MemoryCalcom, records: MemoryRecords
) -> None:
    other = records.interview("Other", at(16, 9), booking_uids=["v"], status=Status.HELD)
    records.guest(other, "Lena Fischer", consent_recording=YES)
    sentence = "Recordings are kept for 30 days after an interview."
    server.trouble = RecordingsNotKept(sentence)
    page = await shown(window, held)
    press(page, "open-recordings")
    await carried_out(window)
    assert sentence in read(page)
    button = named(page, QPushButton, "open-recordings")
    assert not button.isVisible()
    assert named(page, QPushButton, "fetch-transcripts").isVisible()
    await shown(window, other)
    assert button.isVisible()
    await shown(window, held)
    assert not button.isVisible()


async def test_an_answer_about_one_interview_is_not_shown_under_another(
    window: MainWindow, held: str, server: SlowCalcom, records: MemoryRecords
) -> None:
    server.recorded = (Recording(LINK, 45),)
    other = records.interview("Other", at(16, 9), status=Status.HELD)
    page = await shown(window, held)
    server.answers.clear()
    press(page, "open-recordings")
    loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    page.loaded.connect(lambda: loaded.set_result(None), Qt.ConnectionType.SingleShotConnection)
    page.show_record(other)
    await loaded
    assert page.detail.interview_id == other
    server.answers.set()
    await carried_out(window)
    assert server.about == [held]
    assert "Open recording" not in read(page)
