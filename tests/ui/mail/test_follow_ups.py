"""The outbox and the guests in a sequence, as somebody handles them."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from interview_desk.domain.roles import Role
from interview_desk.ui.mail.preview import MailPreview
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.follow_ups import FollowUpsPage
from interview_desk.ui.quoting import quoted
from interview_desk.ui.theme import Appearance
from interview_desk.ui.widgets.parts import RowButton
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.desk_story import desk_parts
from tests.helpers.judging_story import INTERVIEW
from tests.helpers.mail_pages import mail, opened
from tests.helpers.mail_story import GUEST, SEQUENCE, put_mail
from tests.helpers.pressing import carried_out, named, press, read, settled


async def test_a_waiting_mail_is_read_as_the_guest_will_and_approved(
    window: MainWindow, records: MemoryRecords
) -> None:
    page = await opened(window)
    words = read(page)
    assert "To Lena Fischer \N{MIDDLE DOT} lena@guest.test" in words
    assert f"From {quoted('After an interview')}, mail 1: Thank you." in words
    assert "They came and told their story. Two hours after the interview." in words
    preview = named(page, MailPreview, "mail-preview")
    assert "Dear Lena," in preview.toPlainText()
    # The server puts it there, and the guest will see it; who changes the text does not.
    assert "No more of it: https://" in preview.toPlainText()
    press(page, "mail-edit")
    assert "No more of it" not in named(page, QPlainTextEdit, "edit-text").toPlainText()
    press(page, "edit-leave")
    press(page, "mail-approve")
    await carried_out(window)
    assert mail(records)["state"] == "queued"
    # A second press of the key must not stop what the first one approved.
    assert window.focusWidget() is named(page, QWidget, "mail-as-text")
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
    assert preview.toPlainText().startswith("Dear Lena,\n\nthank you for your time.\n\n-- \n")


async def test_a_mail_that_is_not_written_yet_has_nothing_below_it(
    window: MainWindow, records: MemoryRecords
) -> None:
    put_mail(records, "mail-9", subject="", text="", html="", state="draft")
    page = await opened(window)
    page.outbox.show_mail("mail-9")
    assert named(page, MailPreview, "mail-preview").toPlainText() == ""
    assert "No subject yet" in read(page)


async def test_what_stands_below_a_mail_is_in_its_language_and_in_a_test_asks_for_a_reply(
    window: MainWindow, records: MemoryRecords
) -> None:
    put_mail(records, "mail-8", text="Guten Tag", html="<p>Guten Tag</p>", language="de")
    put_mail(records, "mail-9", text="Hello", html="<p>Hello</p>", member_id=ME.member_id)
    page = await opened(window)
    shown = named(page, MailPreview, "mail-preview")
    page.outbox.show_mail("mail-8")
    assert "Abbestellen: https://desk.example/u/" in shown.toPlainText()
    page.outbox.show_mail("mail-9")
    assert 'To get no more of it, reply "stop".' in shown.toPlainText()


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
    assert window.focusWidget() is named(page, QWidget, "mail-as-text")


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
    # The same key again stops nothing.
    assert window.focusWidget() is page.guests.list
    enrolment = records.rows["enrolments", "enrolment-1"]
    assert enrolment.fields["state"] == "paused"
    assert enrolment.fields["paused_until"] == "2026-11-24T23:00:00Z"
    assert "Paused until Wed 25 Nov, 00:00" in read(page.guests)
    press(page.guests, "enrolment-resume")
    await carried_out(window)
    assert window.focusWidget() is page.guests.list
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
