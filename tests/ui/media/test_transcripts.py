"""Transcripts brought into an interview, read and searched there."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QTextEdit

from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from tests.helpers.desk import MemoryRecords
from tests.helpers.pressing import carried_out, named, press, read, settled
from tests.ui.media.conftest import YES, shown

if TYPE_CHECKING:
    from interview_desk.domain.values import Json

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>It broke.</v>\n"


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
