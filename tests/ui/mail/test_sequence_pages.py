"""Sequences of mails: read, tried out, written and put to use."""

from typing import TYPE_CHECKING, Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from interview_desk.ui.main_window import MainWindow
from interview_desk.wire.sequences import read_sequence
from tests.helpers.desk import MemoryRecords
from tests.helpers.judging_story import INTERVIEW
from tests.helpers.mail_pages import opened
from tests.helpers.mail_story import GUEST, SEQUENCE, STEPS
from tests.helpers.pressing import carried_out, named, pick, press, read

if TYPE_CHECKING:
    from interview_desk.domain.values import Json


async def test_a_sequence_reads_as_a_list_of_mails_and_can_be_tried_out(
    window: MainWindow, records: MemoryRecords
) -> None:
    condition: Json = {"fact": "guests.count", "op": "more_than", "value": 1}
    steps: Json = [{**STEPS[0], "when": condition}, STEPS[1]]
    records.put("sequences", "seq-1", **{**SEQUENCE, "steps": steps})
    page = await opened(window)
    press(page, "follow-ups-sequences")
    words = read(page.sequences)
    assert "Tue, Wed, Thu from 09:00 to 16:00, by the guest's clock; not on their" in words
    assert (
        "2 hours after the interview; only where Guests is more than 1; somebody approves it"
        in words
    )
    assert "after the mail before; leaves without being asked" in words
    press(page, "dry-run")
    await carried_out(window)
    planned = [one.text() for one in named(page, QWidget, "planned-1").findChildren(QLabel)]
    assert "Wed 18 Nov, 13:48" in planned
    assert "Thank you, Mara" in planned
    assert "Only where Guests is more than 1; that is not known yet." in planned
    press(page, "retire-sequence")
    await carried_out(window)
    assert records.rows["sequences", "seq-1"].fields["state"] == "retired"
    press(page, "publish-sequence")
    await carried_out(window)
    assert records.rows["sequences", "seq-1"].fields["state"] == "published"


async def test_a_sequence_is_tried_out_for_a_guest_of_an_interview(
    window: MainWindow, records: MemoryRecords
) -> None:
    condition: Json = {"fact": "guests.count", "op": "more_than", "value": 5}
    records.put("sequences", "seq-1", **{**SEQUENCE, "steps": [{**STEPS[0], "when": condition}]})
    page = await opened(window)
    press(page, "follow-ups-sequences")
    box = named(page, QComboBox, "dry-run-guest")
    box.setCurrentIndex(box.findData(GUEST))
    press(page, "dry-run")
    await carried_out(window)
    words = read(page.sequences.dry_run)
    assert "For Lena Fischer (" in words
    assert "Left out as things stand: it is only for where Guests is more than 5." in words
    assert "Thank you, Lena" in words
    # What somebody else changes leaves the run where it is, and the guest chosen.
    records.put("interview_guests", "g-new", interview_id=INTERVIEW, name="New")
    await carried_out(window)
    assert box.currentData() == GUEST
    assert "Thank you, Lena" in read(page.sequences.dry_run)
    # An answer that comes after another sequence was chosen is not shown there.
    records.put("sequences", "seq-2", **{**SEQUENCE, "name": "Another"})
    await carried_out(window)
    press(page, "dry-run")
    page.sequences.list.chosen.emit("seq-2")
    await carried_out(window)
    assert "Thank you, Lena" not in read(page.sequences.dry_run)


async def test_while_a_sequence_is_written_no_other_takes_its_place(
    window: MainWindow,
) -> None:
    page = await opened(window)
    press(page, "follow-ups-sequences")
    assert page.sequences.list.isEnabled()
    press(page, "edit-sequence")
    assert not page.sequences.list.isEnabled()
    assert not named(page, QPushButton, "new-sequence").isEnabled()
    press(page, "leave-sequence")
    assert page.sequences.list.isEnabled()


async def test_a_new_sequence_is_written_with_what_is_missing_said_at_the_place(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "follow-ups-sequences")
    press(page, "new-sequence")
    press(page, "save-sequence")
    await carried_out(window)
    trouble = named(page, QLabel, "sequence-trouble")
    assert "Name must not be empty." in trouble.text()
    QTest.keyClicks(named(page, QLineEdit, "sequence-name"), "Promises")
    QTest.keyClicks(named(page, QLineEdit, "sequence-purpose"), "promises")
    press(page, "add-step")
    QTest.keyClicks(named(page, QLineEdit, "step-1-title"), "What we promised")
    QTest.keyClicks(named(page, QLineEdit, "step-1-subject"), "As promised")
    text = named(page, QPlainTextEdit, "step-1-text")
    QTest.keyClicks(text, "Dear ")
    inserting = named(page, QPushButton, "step-1-insert").menu()
    inserting.actions()[1].trigger()
    assert text.toPlainText() == "Dear {{ guest_first_name }}"
    press(page, "save-sequence")
    await carried_out(window)
    made = next(row for row in records.rows.values() if row.fields.get("purpose") == "promises")
    written = read_sequence(made.id, made.fields).sequence
    assert written is not None
    [step] = written.steps
    assert (step.delay.amount, step.approval) == (3, True)
    assert "Promises" in read(page.sequences)


async def test_changing_a_sequence_keeps_what_the_editor_does_not_show(
    window: MainWindow, records: MemoryRecords
) -> None:
    condition: Json = {"fact": "guests.count", "op": "more_than", "value": 1}
    html: Json = {"subject": "Hallo", "text": "Guten Tag", "html": "<p>Guten Tag</p>"}
    usual: Any = STEPS[0]["texts"]
    texts = {**usual, "no_show": {"de": html}}
    steps: Json = [{**STEPS[0], "when": condition, "texts": texts}, STEPS[1]]
    records.put("sequences", "seq-1", **{**SEQUENCE, "steps": steps})
    page = await opened(window)
    press(page, "follow-ups-sequences")
    press(page, "edit-sequence")
    QTest.keyClicks(named(page, QLineEdit, "step-2-title"), ", if any")
    press(page, "step-2-raise")
    press(page, "save-sequence")
    await carried_out(window)
    trouble = named(page, QLabel, "sequence-trouble").text()
    assert trouble == "Step 1: there is no mail before it; count from the interview."
    press(page, "step-2-raise")
    press(page, "save-sequence")
    await carried_out(window)
    kept: Any = records.rows["sequences", "seq-1"].fields
    assert kept["version"] == 3
    first = kept["steps"][0]
    assert (first["when"], first["texts"]["no_show"]["de"]) == (condition, html)


async def test_what_another_person_changed_of_a_sequence_meanwhile_stays(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "follow-ups-sequences")
    press(page, "edit-sequence")
    records.put("sequences", "seq-1", **{**SEQUENCE, "name": "Theirs", "purpose": "theirs"})
    await carried_out(window)
    name = named(page, QLineEdit, "sequence-name")
    assert name.text() == "After an interview"
    name.setText("Ours")
    press(page, "save-sequence")
    await carried_out(window)
    assert records.written[-1].fields == {"name": "Ours", "version": 3}
    assert records.written[-1].unseen == {"name"}


async def test_what_a_mail_depends_on_is_written_where_its_text_is(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "follow-ups-sequences")
    press(page, "edit-sequence")
    named(page, QCheckBox, "step-1-when").click()
    press(page, "step-1-when-what-add")
    fact = named(page, QComboBox, "step-1-when-what-1-fact")
    assert fact.findData("score.points") == -1
    pick(fact, "guests.count")
    pick(named(page, QComboBox, "step-1-when-what-1-op"), "more_than")
    named(page, QDoubleSpinBox, "step-1-when-what-1-value-input").setValue(1)
    press(page, "save-sequence")
    await carried_out(window)
    await carried_out(window)
    steps: Any = records.rows["sequences", "seq-1"].fields["steps"]
    assert steps[0]["when"] == {"fact": "guests.count", "op": "more_than", "value": 1}
    assert steps[1]["when"] is None
    assert "only where Guests is more than 1" in read(page.sequences)
    press(page, "edit-sequence")
    await carried_out(window)
    [box] = [one for one in page.findChildren(QCheckBox, "step-1-when") if one.isVisible()]
    box.click()
    press(page, "save-sequence")
    await carried_out(window)
    steps = records.rows["sequences", "seq-1"].fields["steps"]
    assert steps[0]["when"] is None
