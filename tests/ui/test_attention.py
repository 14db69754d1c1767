"""What needs a person: refused work, and edits that crossed, on their page and on the record."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from interview_desk.domain.agenda import Waiting, WaitingKind
from interview_desk.domain.instants import format_instant
from interview_desk.domain.records import Record
from interview_desk.domain.roles import Role
from interview_desk.domain.values import Json
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.theme import Appearance
from interview_desk.ui.value_words import ValueWords
from tests.helpers.decisions import MemoryShelf
from tests.helpers.desk import ME, NOW, MemoryRecords, StoppedClock
from tests.helpers.desk_story import BERLIN, at, desk_parts, late_parts
from tests.helpers.pressing import let_go, named, press, read, settled
from tests.helpers.shown_window import shown_window

TITLE = "Why they switched to Brightloom"


@pytest.fixture
def shelf(records: MemoryRecords) -> MemoryShelf:
    return MemoryShelf(records)


@pytest.fixture
async def window(
    qtbot: QtBot,
    light: Appearance,
    records: MemoryRecords,
    shelf: MemoryShelf,
    clock: StoppedClock,
    tmp_path: Path,
):
    late = late_parts(records, shelf=shelf)
    async with shown_window(desk_parts(records, tmp_path, clock=clock, late=late)) as made:
        yield made


@pytest.fixture
def interview(records: MemoryRecords) -> str:
    return next(row.id for row in records.rows.values() if row.fields.get("title") == TITLE)


def crossed(
    records: MemoryRecords, entity: str, record_id: str, *, field: str, kept: Json, lost: Json
) -> None:
    fields: dict[str, Json] = {
        "entity": entity,
        "record_id": record_id,
        "field": field,
        "kept": kept,
        "lost": lost,
        "lost_by": ME.member_id,
        "lost_at": format_instant(NOW),
        "state": "open",
    }
    records.rows["conflicts", f"c-{field}"] = Record("conflicts", f"c-{field}", fields)


async def show(window: MainWindow) -> str:
    window.show_place("attention")
    await settled(window)
    return read(window.page("attention"))


async def open_detail(window: MainWindow, interview: str) -> InterviewsPage:
    window.show_interview(interview)
    await settled(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    return page


async def test_nothing_to_decide_says_so(window: MainWindow) -> None:
    assert "Nothing needs you here" in await show(window)


async def test_refused_work_is_readable_with_why_and_since_when(
    window: MainWindow, shelf: MemoryShelf, interview: str
) -> None:
    shelf.edit("interviews", interview, code="use_booking_request", start=format_instant(at(19, 9)))
    shelf.note(interview, "first_thought", doc="d", text="My own words", code="no_longer_visible")
    words = await show(window)
    assert "Could not be sent" in words
    assert "Cal.com holds this booking: ask for the change there." in words
    assert "since Wed 18 Nov, 11:48" in words
    assert "Notes of First thought" in words
    page = window.page("attention")
    assert named(page, QPlainTextEdit, "written-1").toPlainText() == "Start: Thu 19 Nov, 09:00"
    assert named(page, QPlainTextEdit, "written-2").toPlainText() == "My own words"
    press(page, "copy-2")
    assert QGuiApplication.clipboard().text() == "My own words"
    assert window.notice.words == "The text is copied."


async def test_it_is_tried_again(window: MainWindow, shelf: MemoryShelf, interview: str) -> None:
    shelf.edit("interviews", interview, code="forbidden", title="Mine")
    await show(window)
    press(window.page("attention"), "retry-1")
    await settled(window)
    assert shelf.done == [("retry", 1)]
    assert "in the queue again" in window.notice.words
    assert "Nothing needs you here" in read(window.page("attention"))


async def test_discarding_asks_once_and_enter_spares_it(
    window: MainWindow, shelf: MemoryShelf, interview: str
) -> None:
    shelf.edit("interviews", interview, code="erased", title="Mine")
    await show(window)
    page = window.page("attention")
    assert not named(page, QPushButton, "retry-1").isEnabled()
    press(page, "discard-1")
    assert "This is the only copy. Discard it?" in read(page)
    spare = named(page, QPushButton, "spare-1")
    assert spare.hasFocus()
    QTest.keyClick(spare, Qt.Key.Key_Space)
    assert shelf.done == []
    press(page, "discard-1")
    press(page, "discard-really-1")
    await settled(window)
    assert shelf.done == [("discard", 1)]


async def test_what_happens_elsewhere_takes_no_question_away(
    window: MainWindow, shelf: MemoryShelf, records: MemoryRecords
) -> None:
    shelf.edit("startups", "nook", code="forbidden", name="Mine")
    await show(window)
    press(window.page("attention"), "discard-1")
    records.put("startups", "new", name="Something changed elsewhere")
    await settled(window)
    assert "This is the only copy." in read(window.page("attention"))


async def test_what_is_far_too_long_is_shown_by_its_beginning_and_copied_whole(
    window: MainWindow, shelf: MemoryShelf, interview: str
) -> None:
    long = "x" * 3_000_000
    shelf.edit("startups", interview, code="batch_too_large", name=long, notes=long)
    assert "It is larger than the team's server takes." in await show(window)
    page = window.page("attention")
    written = named(page, QPlainTextEdit, "written-1").toPlainText()
    assert written.startswith("Name: xxx")
    assert written.endswith("more signs. Copy takes them all.")
    assert len(written) < 11_000
    press(page, "copy-1")
    assert QGuiApplication.clipboard().text().count("x") == 2 * len(long)


async def test_a_deletion_that_was_refused_says_what(
    window: MainWindow, shelf: MemoryShelf, records: MemoryRecords
) -> None:
    shelf._add("edit", "startups", "nook", content={"op": "delete"}, text="", code="forbidden")
    await show(window)
    written = named(window.page("attention"), QPlainTextEdit, "written-1")
    assert written.toPlainText().endswith("deleted")


async def test_both_versions_stand_on_the_record_and_one_press_decides(
    window: MainWindow, records: MemoryRecords, interview: str
) -> None:
    crossed(records, "interviews", interview, field="title", kept=TITLE, lost="Leaving the sheet")
    page = await open_detail(window, interview)
    words = read(page.detail)
    assert "Two versions" in words
    assert named(page.detail, QLabel, "kept-value-c-title").text() == TITLE
    assert named(page.detail, QLabel, "lost-value-c-title").text() == "Leaving the sheet"
    told = words.replace("\N{NO-BREAK SPACE}", " ")
    assert "Set aside \N{MIDDLE DOT} by you\nWed 18 Nov, 11:48" in told
    row = page.list.rows.index(page.list.rows.row_of(interview))
    assert str(row.data()).endswith("Two versions")
    press(page.detail, "take-c-title")
    await settled(window)
    await settled(window)
    assert records.rows["interviews", interview].fields["title"] == "Leaving the sheet"
    assert records.rows["conflicts", "c-title"].fields["state"] == "settled"
    assert "Two versions" not in read(page.detail)
    assert not str(page.list.rows.index(page.list.rows.row_of(interview)).data()).endswith(
        "versions"
    )


@pytest.mark.parametrize(
    ("lost_by", "choices"),
    [
        ("member-ben", ("Keep mine", "Take Ben's")),
        (ME.member_id, ("Keep what is there", "Take the other")),
    ],
    ids=["a colleague's", "mine from another device"],
)
async def test_what_is_mine_is_called_mine(
    window: MainWindow,
    records: MemoryRecords,
    interview: str,
    *,
    lost_by: str,
    choices: tuple[str, str],
) -> None:
    crossed(records, "interviews", interview, field="title", kept=TITLE, lost="Leaving the sheet")
    settle = records.rows["conflicts", "c-title"]
    records.rows["conflicts", "c-title"] = settle._replace(
        fields={**settle.fields, "lost_by": lost_by}
    )
    row = records.rows["interviews", interview]
    records.rows["interviews", interview] = row._replace(
        ver=7, field_versions={"title": 7}, updated_by=ME.member_id, updated_at=NOW
    )
    page = await open_detail(window, interview)
    assert "Now \N{MIDDLE DOT} by you" in read(page.detail)
    buttons = (named(page.detail, QPushButton, f"{one}-c-title").text() for one in ("keep", "take"))
    assert tuple(buttons) == choices


async def test_theirs_is_kept(window: MainWindow, records: MemoryRecords, interview: str) -> None:
    crossed(records, "interviews", interview, field="title", kept=TITLE, lost="Mine")
    page = await open_detail(window, interview)
    press(page.detail, "keep-c-title")
    await settled(window)
    assert records.rows["interviews", interview].fields["title"] == TITLE
    assert records.rows["conflicts", "c-title"].fields["state"] == "settled"


async def test_words_of_ones_own_replace_both_and_are_not_taken_away_meanwhile(
    window: MainWindow, records: MemoryRecords, interview: str
) -> None:
    crossed(records, "interviews", interview, field="tags", kept=["a"], lost=["a", "b"])
    page = await open_detail(window, interview)
    press(page.detail, "edit-c-tags")
    own = named(page.detail, QLineEdit, "own-c-tags")
    assert own.hasFocus()
    assert own.text() == "a, b"
    QTest.keyClicks(own, "one, two")
    records.put("startups", "new", name="Something changed elsewhere")
    await settled(window)
    assert named(page.detail, QLineEdit, "own-c-tags").text() == "one, two"
    QTest.keyClick(own, Qt.Key.Key_Return)
    await settled(window)
    assert records.rows["interviews", interview].fields["tags"] == ["one", "two"]


async def test_another_crossing_leaves_what_somebody_writes_about_the_first(
    window: MainWindow, records: MemoryRecords, interview: str
) -> None:
    crossed(records, "interviews", interview, field="tags", kept=["a"], lost=["a", "b"])
    page = await open_detail(window, interview)
    press(page.detail, "edit-c-tags")
    own = named(page.detail, QLineEdit, "own-c-tags")
    QTest.keyClicks(own, "one, tw")
    crossed(records, "interviews", interview, field="title", kept="Mine", lost="Theirs")
    records.put("startups", "new", name="Something changed elsewhere")
    await settled(window)
    let_go()
    assert page.detail.findChild(QFrame, "crossed-c-title") is not None
    now = named(page.detail, QLineEdit, "own-c-tags")
    assert now is not own
    assert now.hasFocus()
    QTest.keyClicks(now, "o")
    QTest.keyClick(now, Qt.Key.Key_Return)
    await settled(window)
    assert records.rows["interviews", interview].fields["tags"] == ["one", "two"]


async def test_an_answer_about_one_interview_is_not_shown_in_another(
    window: MainWindow, records: MemoryRecords, interview: str
) -> None:
    crossed(records, "interviews", interview, field="title", kept="Mine", lost="Theirs")
    page = await open_detail(window, interview)
    (found,) = await page._crossed.open_ones(interview)
    other = records.interview("Another", at(20, 9))
    window.show_interview(other)
    await settled(window)
    words = ValueWords(BERLIN, {}, me=ME.member_id)
    page._show_authors(interview, words, [found])
    assert page.detail.findChild(QFrame, "crossed-c-title") is None


async def test_consents_and_deletions_are_told_in_words(
    window: MainWindow, records: MemoryRecords, interview: str
) -> None:
    guest = (await records.of_interview("interview_guests", interview))[0].id
    no: Json = {"value": "no", "at": format_instant(NOW), "by": "member-ben"}
    crossed(records, "interview_guests", guest, field="consent_quotes", kept=no, lost=None)
    crossed(records, "interview_guests", guest, field="deleted", kept=False, lost=True)
    records.rows["interview_guests", guest] = Record(
        "interview_guests",
        guest,
        {**records.rows["interview_guests", guest].fields, "consent_quotes": no},
    )
    page = await open_detail(window, interview)
    said = named(page.detail, QLabel, "kept-value-c-consent_quotes").text()
    assert said == "No (Wed 18 Nov, 11:48, heard by Ben Cole)"
    assert named(page.detail, QLabel, "lost-value-c-deleted").text() == "It is deleted"
    assert "Delete it" in read(page.detail)


async def test_who_may_not_decide_is_told_so(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, interview: str, tmp_path: Path
) -> None:
    crossed(records, "interviews", interview, field="title", kept=TITLE, lost="Mine")
    observer = ME._replace(role=Role.OBSERVER)
    window = MainWindow(desk_parts(records, tmp_path, me=observer))
    window.show()
    words = await show(window)
    assert "Your role leaves this decision to others." in words
    assert not named(window.page("attention"), QPushButton, "take-c-title").isEnabled()
    await window.shut()
    window.deleteLater()


async def test_what_belongs_to_no_interview_is_decided_on_its_page(
    window: MainWindow, records: MemoryRecords
) -> None:
    crossed(
        records, "startups", "nook", field="website", kept="https://a.test", lost="https://b.test"
    )
    words = await show(window)
    assert "Changed by two people" in words
    assert "Website" in words
    page = window.page("attention")
    press(page, "take-c-website")
    await settled(window)
    assert records.rows["startups", "nook"].fields["website"] == "https://b.test"
    assert "Nothing needs you here" in read(page)
    crossed(records, "startups", "nook", field="website", kept="x", lost="y")
    await show(window)
    window.page("attention").refresh()
    await settled(window)
    press(page, "keep-c-website")
    await settled(window)
    crossed(records, "startups", "nook", field="website", kept="x", lost="y")
    page.refresh()
    await settled(window)
    press(page, "edit-c-website")
    press(page, "save-c-website")
    await settled(window)
    assert records.rows["startups", "nook"].fields["website"] == "y"


async def test_today_leads_to_what_crossed(
    window: MainWindow, records: MemoryRecords, interview: str
) -> None:
    crossed(records, "interviews", interview, field="title", kept=TITLE, lost="Mine")
    crossed(records, "startups", "nook", field="website", kept="x", lost="y")
    window.today.refresh()
    await settled(window)
    found = [item for item in window.today.waiting_items if item.kind == "conflicts"]
    assert {(item.interview_id, item.how_many) for item in found} == {(None, 1), (interview, 1)}
    window.today.waiting.chosen.emit(Waiting(WaitingKind.CONFLICTS, "Edits that crossed"))
    assert window.place == "attention"
    assert not any(made.isChecked() for made in window.rail._buttons.values())
    window.show_place("team")
    assert window.rail._buttons["team"].isChecked()


async def test_what_could_not_be_erased_says_why_and_is_asked_for_again_or_left(
    window: MainWindow, records: MemoryRecords, interview: str
) -> None:
    said = {"state": "failed", "error": "There is no interview."}
    records.put("erasures", "e1", kind="interview", subject_id=interview, **said)
    records.put("erasures", "e2", kind="guest", subject_id="gone", **said)
    words = await show(window)
    assert "Could not be erased" in words
    assert "There is no interview." in words
    page = window.page("attention")
    press(page, "erase-again-e1")
    await settled(window)
    assert "asked for again" in window.notice.words
    press(page, "leave-erasure-e2")
    await settled(window)
    (left,) = await records.all_of("erasures")
    assert (left.fields["subject_id"], left.fields["state"]) == (interview, "waiting")
    assert "Nothing needs you here" in read(page)


async def test_settings_lead_to_what_could_not_be_sent(window: MainWindow) -> None:
    window.show_place("settings")
    press(window.page("settings"), "see-attention")
    assert window.place == "attention"


async def test_very_many_come_in_parts(window: MainWindow, shelf: MemoryShelf) -> None:
    for number in range(53):
        shelf.edit("startups", f"s{number}", code="forbidden", name=f"N{number}")
    assert "and 3 more" in await show(window)
