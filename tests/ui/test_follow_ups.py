"""The outbox and the guests in a sequence, as somebody handles them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.domain.values import Fields, Json
from interview_desk.ui.mail.preview import MailPreview
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.follow_ups import FollowUpsPage
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.parts import RowButton
from interview_desk.wire.sequences import read_sequence
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.judging_story import INTERVIEW
from tests.helpers.mail_story import GUEST, SEQUENCE, STEPS, mail_story, put_mail
from tests.helpers.pressing import carried_out, named, pick, press, read, settled


@pytest.fixture
def records() -> MemoryRecords:
    return mail_story()


@pytest.fixture
async def window(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> AsyncIterator[MainWindow]:
    made = MainWindow(desk_parts(records, tmp_path))
    made.resize(1360, 860)
    made.show()
    made.show_place("today")
    await settled(made)
    yield made
    await made.shut()
    made.deleteLater()


async def opened(window: MainWindow) -> FollowUpsPage:
    window.show_place("follow_ups")
    await settled(window)
    page = window.page("follow_ups")
    assert isinstance(page, FollowUpsPage)
    return page


def mail(records: MemoryRecords) -> Fields:
    return records.rows["follow_up_messages", "mail-1"].fields


async def test_a_waiting_mail_is_read_as_the_guest_will_and_approved(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    words = read(page)
    assert "To Lena Fischer \N{MIDDLE DOT} lena@guest.test" in words
    assert "From After an interview: mail 1, Thank you." in words
    assert "They came and told their story. Two hours after the interview." in words
    preview = named(page, MailPreview, "mail-preview")
    assert "Dear Lena," in preview.toPlainText()
    press(page, "mail-approve")
    await carried_out(window)
    assert mail(records)["state"] == "queued"
    press(page, "mail-hold")
    await carried_out(window)
    assert mail(records)["state"] == "needs_approval"
    press(page, "mail-cancel")
    await carried_out(window)
    assert mail(records)["state"] == "cancelled"


async def test_the_preview_loads_nothing_from_anywhere(window: MainWindow, tmp_path: Path) -> None:
    page = await opened(window)
    preview = named(page, MailPreview, "mail-preview")
    picture = tmp_path / "pixel.png"
    picture.write_bytes(b"not looked at")
    for address in ("http://127.0.0.1:9/pixel.png", picture.as_uri()):
        for kind in (
            QTextDocument.ResourceType.ImageResource,
            QTextDocument.ResourceType.HtmlResource,
            QTextDocument.ResourceType.StyleSheetResource,
        ):
            assert not preview.loadResource(kind, QUrl(address))
    assert not preview.openLinks()
    assert not preview.openExternalLinks()
    press(page, "mail-as-text")
    assert preview.toPlainText() == "Dear Lena,\n\nthank you for your time."


async def test_has_the_guest_replied_is_answered_with_one_press(
    window: MainWindow, records: MemoryRecords
) -> None:
    put_mail(records, "mail-1", step="nudge", question="Has Lena Fischer replied?")
    page = await opened(window)
    assert "Has Lena Fischer replied?" in read(page)
    assert not named(page, QPushButton, "mail-approve").isVisible()
    press(page, "reply-yes")
    await carried_out(window)
    assert records.rows["enrolments", "enrolment-1"].fields["reason"] == "replied"
    assert mail(records)["state"] == "cancelled"


async def test_no_reply_lets_the_mail_leave(window: MainWindow, records: MemoryRecords) -> None:
    put_mail(records, "mail-1", question="Has Lena Fischer replied?")
    page = await opened(window)
    press(page, "reply-no")
    await carried_out(window)
    assert mail(records)["state"] == "queued"


async def test_a_text_is_changed_and_news_from_others_does_not_disturb(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "mail-edit")
    text = named(page, QPlainTextEdit, "edit-text")
    text.clear()
    press(page, "edit-save")
    await carried_out(window)
    assert named(page, QLabel, "edit-trouble").text() == "A mail needs a subject and a text."
    QTest.keyClicks(text, "Dear Lena, it was a pleasure.")
    put_mail(records, "another", guest_id="gone")
    await settled(window)
    assert text.toPlainText() == "Dear Lena, it was a pleasure."
    press(page, "edit-test")
    await carried_out(window)
    assert records.written[-1].fields["member_id"] == ME.member_id
    press(page, "edit-save")
    await carried_out(window)
    assert mail(records)["text"] == "Dear Lena, it was a pleasure."
    assert "it was a pleasure" in named(page, MailPreview, "mail-preview").toPlainText()


async def test_a_text_waits_while_somebody_looks_at_another_mail(
    window: MainWindow, records: MemoryRecords
) -> None:
    put_mail(records, "mail-9", subject="Another", state="draft")
    page = await opened(window)
    page.outbox.show_mail("mail-1")
    press(page, "mail-edit")
    text = named(page, QPlainTextEdit, "edit-text")
    text.setPlainText("Dear Lena, half a sen")
    page.outbox.list.choose("mail-9")
    assert not text.isVisible()
    press(page, "mail-edit")
    assert "half a sen" not in text.toPlainText()
    # What was kept of the one has nothing to do with the other.
    page.outbox.detail.written_down("mail-7")
    assert text.isVisible()
    page.outbox.list.choose("mail-1")
    assert text.isVisible()
    assert text.toPlainText() == "Dear Lena, half a sen"
    # It leaves meanwhile: the words stay to be copied.
    put_mail(records, "mail-1", state="sent")
    await settled(window)
    assert text.toPlainText() == "Dear Lena, half a sen"
    assert "cannot be changed any more" in named(page, QLabel, "edit-trouble").text()
    press(page, "edit-leave")
    assert not text.isVisible()


async def test_new_mails_leave_the_outbox_where_it_was_scrolled_to(
    window: MainWindow, records: MemoryRecords
) -> None:
    for number in range(20):
        put_mail(records, f"many-{number:02}", subject=f"Mail {number}")
    page = await opened(window)
    bar = page.outbox.list.verticalScrollBar()
    bar.setValue(bar.maximum())
    place = bar.value()
    assert place > 0
    put_mail(records, "many-99", subject="One more")
    await settled(window)
    assert bar.value() == place
    page.outbox.show_mail("many-00")
    assert bar.value() != place


async def test_leaving_a_change_keeps_the_mail_as_it_was(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "mail-edit")
    named(page, QLineEdit, "edit-subject").setText("Something else")
    press(page, "edit-leave")
    assert mail(records)["subject"] == "Thank you, Lena"
    assert named(page, QPushButton, "mail-approve").isVisible()


async def test_an_uncertain_mail_says_so_and_is_never_the_eye_catching_button(
    window: MainWindow, records: MemoryRecords
) -> None:
    put_mail(records, "mail-1", state="uncertain", error="The line broke.")
    page = await opened(window)
    assert "It may have left, or not." in read(page)
    assert "The line broke." in read(page)
    again = named(page, QPushButton, "mail-approve")
    assert (again.text(), again.property("kind")) == ("Send it again", "")
    press(page, "mail-confirm")
    await carried_out(window)
    assert mail(records)["state"] == "sent"


async def test_all_mail_is_stopped_with_one_press_and_let_go_with_another(
    window: MainWindow,
) -> None:
    page = await opened(window)
    assert not named(page, QWidget, "mail-off").isVisible()
    press(page, "mail-switch")
    await carried_out(window)
    assert "All mail is stopped. No mail leaves. What is queued is held, not lost." in read(page)
    press(page, "mail-switch")
    await carried_out(window)
    assert not named(page, QWidget, "mail-off").isVisible()


async def test_a_guest_is_paused_resumed_and_stopped_with_a_reason(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    press(page, "follow-ups-guests")
    enrolment = records.rows["enrolments", "enrolment-1"]
    press(page.guests, "enrolment-pause")
    await carried_out(window)
    enrolment = records.rows["enrolments", "enrolment-1"]
    assert enrolment.fields["state"] == "paused"
    assert enrolment.fields["paused_until"] == "2026-11-24T23:00:00Z"
    assert "Paused until Wed 25 Nov, 00:00" in read(page.guests)
    press(page.guests, "enrolment-resume")
    await carried_out(window)
    QTest.keyClicks(named(page, QLineEdit, "stop-reason"), "Met in person")
    press(page.guests, "enrolment-stop")
    await carried_out(window)
    assert "Met in person" in read(page.guests)
    press(page.guests, "enrolment-interview")
    await carried_out(window)
    assert window.place == "interviews"


async def test_an_observer_sees_the_mail_and_no_button_that_moves_it(
    qtbot: QtBot, light: Appearance, records: MemoryRecords, tmp_path: Path
) -> None:
    me = ME._replace(role=Role.OBSERVER)
    window = MainWindow(desk_parts(records, tmp_path, me=me))
    window.show()
    page = await opened(window)
    shown = [
        one.objectName() for one in page.outbox.detail.findChildren(QPushButton) if one.isVisible()
    ]
    assert shown == ["mail-interview", "mail-as-text"]
    assert not named(page, QPushButton, "mail-switch").isVisible()
    await window.shut()
    window.deleteLater()


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


async def test_only_what_has_changed_is_read_again(
    window: MainWindow, records: MemoryRecords
) -> None:
    await opened(window)
    times: list[int] = []
    for entity in ("interview_insights", "follow_up_messages"):
        records.asked.clear()
        records.put(entity, "one", state="draft", interview_id=INTERVIEW)
        await carried_out(window)
        await carried_out(window)
        times.append(records.asked.count("follow_up_messages"))
        assert "guides" not in records.asked
    # Once more for what works, where that may have changed.
    assert times[1] - times[0] == 1


async def test_what_waits_on_me_leads_to_the_mail_and_to_the_debrief(window: MainWindow) -> None:
    rows = {one.accessibleName(): one for one in window.today.waiting.findChildren(RowButton)}
    rows["Lena Fischer: A mail waits for your approval"].click()
    await carried_out(window)
    page = window.page("follow_ups")
    assert isinstance(page, FollowUpsPage)
    assert (window.place, page.outbox.detail.mail_id) == ("follow_ups", "mail-1")
    window.show_place("today")
    rows["First purchase, retold: Your ratings are missing"].click()
    await carried_out(window)
    assert window.place == "debrief"
    assert "First purchase, retold" in read(window.page("debrief"))


async def test_a_follow_up_begins_by_hand_beside_the_guest(
    window: MainWindow, records: MemoryRecords
) -> None:
    window.show_interview(INTERVIEW)
    await settled(window)
    page = window.page("interviews")
    press(page, f"follow-up-{GUEST}")
    await carried_out(window)
    press(named(page, QDialog, "follow-up-dialog"), "begin-seq-1")
    await carried_out(window)
    made = records.written[-1].fields
    assert (made["sequence_id"], made["guest_id"], made["state"]) == ("seq-1", GUEST, "active")


async def test_who_does_not_want_more_mail_is_not_offered_one(
    window: MainWindow, records: MemoryRecords
) -> None:
    [other] = [
        row.id
        for row in await records.of_interview("interview_guests", INTERVIEW)
        if row.id != GUEST
    ]
    guest = records.rows["interview_guests", GUEST].fields
    records.put("interview_guests", GUEST, **{**guest, "consent_contact_again": {"value": "no"}})
    records.put("sequences", "seq-1", **{**SEQUENCE, "state": "retired"})
    window.show_interview(INTERVIEW)
    await settled(window)
    page = window.page("interviews")
    assert not named(page, QPushButton, f"follow-up-{GUEST}").isVisible()
    press(page, f"follow-up-{other}")
    await carried_out(window)
    dialog = named(page, QDialog, "follow-up-dialog")
    assert "No sequence is in use yet." in read(dialog)
    press(dialog, "leave-follow-up")


async def test_what_works_counts_what_people_did_with_its_n(
    window: MainWindow, records: MemoryRecords
) -> None:
    enrolment = records.rows["enrolments", "enrolment-1"].fields
    records.put(
        "enrolments", "enrolment-1", **{**enrolment, "state": "stopped", "reason": "replied"}
    )
    put_mail(records, "mail-1", state="delivered", sent_at="2026-11-18T12:00:00Z")
    put_mail(records, "mail-2", state="sent", variant="no_show", sent_at="2026-11-17T12:00:00Z")
    page = await opened(window)
    press(page, "follow-ups-effects")
    await carried_out(window)
    assert named(page, QLabel, "effect-thanks-usual-sent").text() == "1"
    assert named(page, QLabel, "effect-thanks-usual-replied").text() == "1 of 1"
    assert named(page, QLabel, "effect-thanks-no_show-replied").text() == "0 of 1"
    assert "Thank you (the guest did not come)" in read(page.effects)
