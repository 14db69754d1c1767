"""Transcripts brought into an interview and recordings opened from it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QTextEdit
from pytestqt.qtbot import QtBot
from typing_extensions import override

from interview_desk.domain.roles import Role
from interview_desk.domain.status import Status
from interview_desk.services.media import Recording, RecordingsNotKept
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.theme import Appearance
from tests.helpers.calcom_desk import MemoryCalcom, calcom_parts
from tests.helpers.desk import ME, MemoryRecords, StoppedClock
from tests.helpers.desk_story import at, desk_parts
from tests.helpers.pressing import carried_out, named, press, read, settled
from tests.helpers.shown_window import shown_window

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>It broke.</v>\n"
LINK = "https://files.example.org/recording?token=secret-token"
YES = {"value": "yes", "at": "2026-11-16T09:00:00Z", "by": None}


@pytest.fixture
def held(records: MemoryRecords) -> str:
    made = records.interview(
        "With Mina", at(16, 13), booking_uids=["u"], event_type_id=7, status=Status.HELD
    )
    records.guest(made, "Mina Sato", consent_recording=YES)
    return made


class SlowCalcom(MemoryCalcom):
    """Tells of recordings only while `answers` is set."""

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__(clock)
        self.answers = asyncio.Event()
        self.answers.set()

    @override
    async def recordings(self, interview_id: str) -> tuple[Recording, ...]:
        await self.answers.wait()
        return await super().recordings(interview_id)


@pytest.fixture
def server(clock: StoppedClock) -> SlowCalcom:
    return SlowCalcom(clock)


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
async def window(
    qtbot: QtBot,
    light: Appearance,
    records: MemoryRecords,
    clock: StoppedClock,
    server: MemoryCalcom,
    opened: list[str],
    tmp_path: Path,
) -> AsyncIterator[MainWindow]:
    def launch(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    calcom = calcom_parts(records, clock=clock, server=server, launch=launch)
    async with shown_window(desk_parts(records, tmp_path, clock=clock, calcom=calcom)) as made:
        yield made


async def shown(window: MainWindow, interview_id: str) -> InterviewsPage:
    window.show_interview(interview_id)
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    return page


async def bring(window: MainWindow, page: InterviewsPage, file: Path) -> None:
    """Press Import, type the file's name, press Enter."""
    press(page, "import-transcript")
    dialog = named(page, QFileDialog, "transcript-file")
    name = named(dialog, QLineEdit, "fileNameEdit")
    name.setText(str(file))
    QTest.keyClick(name, Qt.Key.Key_Return)
    await carried_out(window)


async def test_a_transcript_is_brought_in_from_a_file_once(
    window: MainWindow, records: MemoryRecords, held: str, tmp_path: Path
) -> None:
    page = await shown(window, held)
    file = tmp_path / "talk.vtt"
    file.write_text(VTT, encoding="utf-8")
    await bring(window, page, file)
    assert "1 line is brought in." in read(page)
    assert "Transcript, 1 line, from a file" in read(page)
    (row,) = await records.of_interview("transcripts", held)
    assert row.fields["cues"] == [{"start": 1.0, "end": 2.0, "speaker": "Ada", "text": "It broke."}]
    await bring(window, page, file)
    assert "This transcript is here already." in read(page)
    assert len(await records.of_interview("transcripts", held)) == 1


async def test_a_transcript_is_read_and_searched_in_the_interview(
    window: MainWindow, records: MemoryRecords, held: str
) -> None:
    said = [("Mina", "The rota was wrong."), ("Ada", "Which rota?"), (None, "Silence.")]
    cues: list[Json] = [
        {"start": 3600.0 * number + 7, "end": None, "speaker": who, "text": text}
        for number, (who, text) in enumerate(said)
    ]
    records.put("transcripts", "t1", interview_id=held, source="file", cues=cues)
    page = await shown(window, held)
    press(page, "read-t1")
    await carried_out(window)
    text = named(page, QTextEdit, "transcript-text")
    assert text.toPlainText().splitlines() == [
        "0:07  Mina: The rota was wrong.",
        "1:00:07  Ada: Which rota?",
        "2:00:07  Silence.",
    ]
    assert text.hasFocus()
    QTest.keyClick(text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = named(page, QLineEdit, "transcript-search")
    assert search.hasFocus()
    QTest.keyClicks(search, "ROTA")
    found = named(page, QLabel, "transcript-found")
    assert found.text() == "1 of 2"
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert (found.text(), text.textCursor().selectedText()) == ("2 of 2", "rota")
    assert text.textCursor().blockNumber() == 1
    press(page, "transcript-on")
    assert found.text() == "1 of 2"
    QTest.keyClick(search, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert found.text() == "2 of 2"
    QTest.keyClicks(search, "x")
    assert found.text() == "Not found"
    press(page, "transcript-back")  # nothing to go to
    search.clear()
    assert found.text() == ""
    press(page, "transcript-close")
    assert not text.isVisible()
    assert text.toPlainText() == ""


async def test_a_transcript_is_shown_only_while_it_is_here_and_agreed_to(
    window: MainWindow, records: MemoryRecords, held: str
) -> None:
    cues: list[Json] = [{"start": 1.0, "end": 2.0, "speaker": "Ada", "text": "It broke."}]
    records.put("transcripts", "t1", interview_id=held, source="file", cues=cues)
    page = await shown(window, held)
    text = named(page, QTextEdit, "transcript-text")
    (guest,) = await records.of_interview("interview_guests", held)
    for answer, is_there in (("no", False), ("yes", True)):
        press(page, "read-t1")
        await carried_out(window)
        assert text.isVisible()
        said: dict[str, Json] = {**YES, "value": answer}
        records.put("interview_guests", guest.id, **{**guest.fields, "consent_recording": said})
        await settled(window)
        assert text.isVisible() is is_there
        assert (page.findChild(QPushButton, "read-t1") is not None) is is_there
        records.put("interview_guests", guest.id, **guest.fields)
        await settled(window)
    del records.rows["transcripts", "t1"]
    records.put("interview_guests", guest.id, **{**guest.fields, "name": "Mina S."})
    await settled(window)
    assert not text.isVisible()


async def test_a_file_without_a_transcript_is_refused_plainly(
    window: MainWindow, held: str, tmp_path: Path
) -> None:
    page = await shown(window, held)
    file = tmp_path / "letter.srt"
    file.write_text("Dear Ada", encoding="utf-8")
    await bring(window, page, file)
    assert "There is no transcript in this file." in read(page)


async def test_without_every_guests_yes_the_rule_is_explained(
    window: MainWindow, records: MemoryRecords, held: str
) -> None:
    records.guest(held, "Ken")
    page = await shown(window, held)
    assert "once every guest has said yes to being recorded" in read(page)
    brings = named(page, QPushButton, "import-transcript")
    assert not brings.isEnabled()
    assert "every guest has said yes" in brings.accessibleDescription()
    for name in ("fetch-transcripts", "open-recordings"):
        assert not named(page, QPushButton, name).isVisible()


async def test_cal_com_is_not_offered_while_the_conversation_goes_on_or_it_is_turned_off(
    window: MainWindow, records: MemoryRecords, held: str, clock: StoppedClock
) -> None:
    going_on = records.interview(
        "Going on", clock.now(), booking_uids=["w"], status=Status.IN_PROGRESS
    )
    records.guest(going_on, "Lena Fischer", consent_recording=YES)
    page = await shown(window, going_on)
    button = named(page, QPushButton, "open-recordings")
    assert not button.isVisible()
    await shown(window, held)
    assert button.isVisible()
    records.put("flags", "f", key="calcom", on=False)
    await shown(window, going_on)
    await shown(window, held)
    assert not button.isVisible()
    assert named(page, QPushButton, "import-transcript").isEnabled()


async def test_nothing_is_offered_before_the_conversation(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await shown(window, records.interview("Ahead", at(20, 13)))
    assert not page.detail.media.isVisible()


async def test_an_interview_made_by_hand_has_nothing_at_cal_com(
    window: MainWindow, records: MemoryRecords
) -> None:
    made = records.interview("By hand", at(16, 9), status=Status.HELD)
    page = await shown(window, made)
    assert named(page, QPushButton, "import-transcript").isVisible()
    assert not named(page, QPushButton, "open-recordings").isVisible()


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


async def test_who_only_watches_is_offered_nothing(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, held: str, tmp_path: Path
) -> None:
    me = ME._replace(role=Role.OBSERVER)
    made = MainWindow(desk_parts(records, tmp_path, me=me))
    qtbot.addWidget(made)
    made.show()
    page = await shown(made, held)
    assert not page.detail.media.isVisible()
    await made.shut()


async def test_a_letter_that_is_everywhere_is_marked_where_a_person_may_look(
    window: MainWindow, records: MemoryRecords, held: str
) -> None:
    text = "eee " * 100
    cues: Json = [{"start": n, "end": n + 1, "speaker": "Ada", "text": text} for n in range(10)]
    records.put("transcripts", "t1", interview_id=held, source="file", cues=cues)
    window.show_interview(held)
    await carried_out(window)
    press(window, "read-t1")
    await carried_out(window)
    named(window, QLineEdit, "transcript-search").setText("e")
    found = named(window, QLabel, "transcript-found")
    assert found.text() == "1 of 500+"
    press(window, "transcript-back")
    assert found.text() == "500 of 500+"


async def test_what_a_guests_no_erases_is_said_until_it_is_gone(
    window: MainWindow, records: MemoryRecords, held: str
) -> None:
    cues: Json = [{"start": 0, "end": 1, "speaker": "Ada", "text": "It broke."}]
    records.put("transcripts", "t1", interview_id=held, source="file", cues=cues)
    (guest,) = await records.of_interview("interview_guests", held)
    no = {**YES, "value": "no"}
    records.put("interview_guests", guest.id, **{**guest.fields, "consent_recording": no})
    window.show_interview(held)
    await carried_out(window)
    going = named(window, QLabel, "media-going")
    assert going.isVisible()
    assert going.text().startswith("Mina Sato says no to being recorded, so this is erased within")
    records.rows.pop(("transcripts", "t1"))
    records.put("interviews", held, **records.rows["interviews", held].fields)
    await carried_out(window)
    assert not going.isVisible()
