"""What guests allow: asked first, taken back, and what follows for their words."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)

from interview_desk.domain.roles import Role
from tests.helpers.capture_room import (
    CTRL,
    INTERVIEW,
    Room,
    child,
    editor,
    press,
    then_leave,
    until,
    words,
)
from tests.helpers.desk import ME
from tests.helpers.pressing import let_go, read


@then_leave
async def test_the_selected_words_become_a_quote_held_until_the_guest_says_yes(room: Room):
    room.guest()
    window = await room.open()
    QTest.keyClicks(editor(window), "It was a mess")
    editor(window).selectAll()
    QTest.keyClick(editor(window), Qt.Key.Key_1, CTRL)
    await until(lambda: len(room.insights()) == 1)
    (quote,) = room.insights()
    assert (quote["kind"], quote["statement"]) == ("quote", "It was a mess")
    assert (quote["stage"], quote["state"]) == ("prepare", "held")
    await until(lambda: "held" in words(window, "capture-told"))

    press(window, "consent-quotes-yes")
    await until(lambda: room.insights()[0]["state"] == "draft")
    assert editor(window).toPlainText() == "It was a mess"


@then_leave
async def test_a_no_refuses_quotes_with_the_reason_and_keeps_the_note(room: Room):
    room.guest()
    window = await room.open()
    press(window, "consent-quotes-no")
    await until(lambda: room.guest_says("quotes") == "no")
    QTest.keyClicks(editor(window), "Never again")
    press(window, "capture-quote")
    await until(lambda: "does not want to be quoted" in words(window, "capture-told"))
    press(window, "capture-push")
    await until(lambda: len(room.insights()) == 1)
    assert "Never again" in child(window, QWidget, "capture-forces").accessibleDescription()


@then_leave
async def test_with_no_words_in_hand_nothing_is_captured(room: Room):
    window = await room.open()
    QTest.keyClick(editor(window), Qt.Key.Key_9, CTRL)
    await until(lambda: "Select the words first" in words(window, "capture-told"))
    assert room.insights() == []


@then_leave
async def test_consent_is_asked_before_anything_and_can_be_taken_back(room: Room):
    room.guest()
    window = await room.open()
    assert words(window, "consent-state") == "Consent not asked yet"
    for kind in ("notes", "recording", "quotes", "contact_again"):
        press(window, f"consent-{kind}-yes")
    await until(lambda: words(window, "consent-state") == "Consent asked")
    assert room.guest_says("recording") == "yes"
    press(window, "consent-recording-no")
    await until(lambda: words(window, "consent-state") == "Not recording")
    press(window, "consent-recording-no")
    await until(lambda: room.guest_says("recording") == "unknown")
    press(window, "consent-notes-no")
    await until(lambda: words(window, "consent-state") == "They want no notes taken")


@then_leave
async def test_an_interview_made_by_hand_is_asked_for_its_guest(room: Room):
    window = await room.open()
    assert words(window, "consent-state") == "No guest yet: quotes are held back"
    name = child(window, QLineEdit, "consent-guest-name")
    QTest.keyClick(name, Qt.Key.Key_Return)
    QTest.keyClicks(name, "Kai Moreau")
    QTest.keyClick(name, Qt.Key.Key_Return)
    await until(lambda: child(window, QPushButton, "consent-notes-yes").isVisible())
    guests = [row.fields["name"] for (kind, _), row in room.records.rows.items() if "guest" in kind]
    assert guests == ["Kai Moreau"]


@then_leave
async def test_with_several_guests_each_is_asked(room: Room):
    room.guest()
    other = "0192d3a4-0000-7000-8000-00000000b002"
    room.guest("Kai Moreau", other)
    window = await room.open()
    who = child(window, QComboBox, "consent-guest")
    assert who.isVisible()
    who.setFocus()
    QTest.keyClick(who, Qt.Key.Key_Down)
    press(window, "consent-notes-yes")
    await until(lambda: "consent_notes" in room.records.rows["interview_guests", other].fields)
    assert who.currentText() == "Kai Moreau"
    assert room.guest_says("notes") is None


@then_leave
async def test_an_observer_writes_notes_and_nothing_else(room: Room):
    room.guest()
    window = await room.open(ME._replace(role=Role.OBSERVER))
    QTest.keyClicks(editor(window), "seen")
    await until(lambda: room.on_disk("prepare") == "seen")
    for name in ("consent-notes-yes", "capture-quote"):
        assert not child(window, QPushButton, name).isEnabled()
    assert not child(window, QLineEdit, "answer-prepare.roles-input").isEnabled()
    QTest.keyClick(editor(window), Qt.Key.Key_Return, CTRL)
    await until(lambda: editor(window).objectName() == "note-welcome")
    assert room.answer("prepare.covered") is None


def recorded(room: Room) -> None:
    """The guest agreed, and the interview has a transcript and a recording."""
    room.guest()
    room.records.put("transcripts", "t1", interview_id=INTERVIEW, source="file", cues=[])
    room.records.put("recordings", "r1", interview_id=INTERVIEW, source="calcom")


@then_leave
async def test_a_no_to_recording_says_first_what_it_erases(room: Room):
    recorded(room)
    window = await room.open()
    press(window, "consent-recording-yes")
    await until(lambda: room.guest_says("recording") == "yes")
    press(window, "consent-recording-no")
    await until(lambda: window.findChild(QDialog, "withdrawal") is not None)
    asked = child(window, QDialog, "withdrawal")
    said = read(asked)
    assert "Ines Okafor says no to being recorded?" in said
    assert "The transcript and the link to the recording will be erased for everybody" in said
    assert "What Cal.com itself has recorded stays there" in said
    # Enter gives the harmless answer, and the bar shows what stands.
    QTest.keyClick(asked, Qt.Key.Key_Return)
    let_go()
    assert room.guest_says("recording") == "yes"
    assert child(window, QPushButton, "consent-recording-yes").isChecked()
    press(window, "consent-recording-no")
    await until(lambda: window.findChild(QDialog, "withdrawal") is not None)
    press(child(window, QDialog, "withdrawal"), "withdrawal-really")
    await until(lambda: room.guest_says("recording") == "no")
    await until(lambda: "Press Yes before then" in words(window, "capture-told"))
    # In a team the server erases it; until then a yes keeps it.
    assert ("transcripts", "t1") in room.records.rows
    press(window, "consent-recording-yes")
    await until(lambda: room.guest_says("recording") == "yes")


@then_leave
async def test_a_desk_without_a_team_deletes_it_itself(room: Room):
    recorded(room)
    room.records.rows.pop(("recordings", "r1"))
    window = await room.open(ME._replace(server=None))
    press(window, "consent-recording-no")
    await until(lambda: window.findChild(QDialog, "withdrawal") is not None)
    asked = child(window, QDialog, "withdrawal")
    assert "The transcript will be deleted from this desk at once." in read(asked)
    assert "Cal.com" not in read(asked)
    press(asked, "withdrawal-really")
    await until(lambda: ("transcripts", "t1") not in room.records.rows)
    assert room.guest_says("recording") == "no"
