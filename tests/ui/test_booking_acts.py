"""A booking acted on from its interview: asked for, waiting, refused, taken back."""

from datetime import timedelta

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QPlainTextEdit, QPushButton, QWidget

from interview_desk.domain.instants import format_instant
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.widgets.booking_card import BookingButton, BookingCard
from tests.helpers.desk import NOW, MemoryRecords, StoppedClock
from tests.helpers.desk_story import at
from tests.helpers.pressing import let_go, named, press, read, settled


@pytest.fixture
def interview(records: MemoryRecords) -> str:
    made = records.interview("With Mina", at(20, 14), booking_uids=["u"], event_type_id=7)
    records.guest(made, "Mina Sato", email="mina@guest.test")
    records.guest(made, "Ken Sato", email="ken@guest.test", no_show=True)
    records.guest(made, "By phone")
    return made


@pytest.fixture
async def page(window: MainWindow, interview: str) -> InterviewsPage:
    window.resize(1360, 860)
    window.show_interview(interview)
    await acted(window)
    page = window.page("interviews")
    assert isinstance(page, InterviewsPage)
    return page


async def acted(window: MainWindow) -> None:
    await settled(window)
    await settled(window)


def acts(page: QWidget) -> list[str]:
    button = named(page, BookingButton, "detail-booking")
    return [one.text() for one in button.menu().actions()] if button.isVisible() else []


def choose(page: QWidget, act: str) -> None:
    named(named(page, BookingButton, "detail-booking"), QAction, f"booking-{act}").trigger()


def dialog(page: QWidget) -> QDialog:
    return named(page, QDialog, "booking-dialog")


async def asked(records: MemoryRecords) -> dict[str, Json]:
    (row,) = await records.all_of("booking_requests")
    return dict(row.fields)


async def restate(
    window: MainWindow, records: MemoryRecords, interview: str, status: Status
) -> None:
    row = records.rows["interviews", interview]
    records.put("interviews", interview, **{**row.fields, "status": status})
    await acted(window)


async def test_a_booking_is_cancelled_with_a_reason_after_one_question(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    requests: list[object] = []
    window.booking_asked.connect(requests.append)
    choose(page, "cancel")
    assert "does not come back" in read(dialog(page))
    named(dialog(page), QPlainTextEdit, "booking-reason").setPlainText("Ill today")
    press(dialog(page), "booking-agree")
    await acted(window)
    found = await asked(records)
    assert (found["kind"], found["reason"], found["state"]) == ("cancel", "Ill today", "waiting")
    assert len(requests) == 1
    card = named(page, BookingCard, "booking-card")
    assert "Cancelling: With Mina" in read(card)
    assert not named(page, BookingButton, "detail-booking").isEnabled()
    press(card, "booking-undo")
    await acted(window)
    assert (await asked(records))["state"] == "undone"
    assert not card.isVisible()


async def test_from_a_button_that_is_gone_the_keyboard_goes_to_nothing_that_acts(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    choose(page, "cancel")
    press(dialog(page), "booking-agree")
    await acted(window)
    undo = named(page, QPushButton, "booking-undo")
    window.activateWindow()
    undo.setFocus()
    assert window.focusWidget() is undo
    # The ten seconds are over before it is pressed.
    (request,) = await records.all_of("booking_requests")
    records.put("booking_requests", request.id, **{**request.fields, "state": "sending"})
    await acted(window)
    assert not undo.isVisible()
    assert window.focusWidget() is page.detail


async def test_leaving_the_question_asks_nothing(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    choose(page, "cancel")
    press(dialog(page), "booking-leave")
    await acted(window)
    assert await records.all_of("booking_requests") == []


async def test_a_wish_for_a_time_is_confirmed_or_declined(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    await restate(window, records, interview, Status.REQUESTED)
    assert acts(page) == ["Confirm this time", "Decline\N{HORIZONTAL ELLIPSIS}"]
    choose(page, "confirm")
    await acted(window)
    assert (await asked(records))["kind"] == "confirm"
    press(page, "booking-send")
    await acted(window)
    assert (await asked(records))["send_after"] is None
    records.rows.pop(next(key for key in records.rows if key[0] == "booking_requests"))
    await restate(window, records, interview, Status.REQUESTED)
    choose(page, "decline")
    press(dialog(page), "booking-agree")
    await acted(window)
    assert (await asked(records))["kind"] == "decline"


async def test_who_did_not_come_is_ticked_and_unticked(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, clock: StoppedClock
) -> None:
    clock.at = at(20, 15)
    page.refresh()
    await acted(window)
    assert acts(page) == ["Who did not come\N{HORIZONTAL ELLIPSIS}"]
    choose(page, "absent")
    boxes = dialog(page).findChildren(QCheckBox)
    assert [(box.text(), box.isChecked()) for box in boxes] == [
        ("Mina Sato", False),
        ("Ken Sato", True),
        ("The host", False),
    ]
    for box in boxes:
        box.click()
    press(dialog(page), "booking-agree")
    await acted(window)
    assert (await asked(records))["absent"] == {
        "host": True,
        "emails": ["mina@guest.test"],
        "unmark": ["ken@guest.test"],
    }


async def test_a_host_who_was_marked_can_be_unmarked(
    window: MainWindow,
    page: InterviewsPage,
    records: MemoryRecords,
    interview: str,
    clock: StoppedClock,
) -> None:
    clock.at = at(20, 15)
    records.put(
        "booking_requests",
        "r1",
        kind="mark_absent",
        interview_id=interview,
        state="done",
        absent={"host": True},
    )
    await acted(window)
    choose(page, "absent")
    assert named(dialog(page), QCheckBox, "absent-host").isChecked()
    press(dialog(page), "booking-agree")  # nothing has changed
    await acted(window)
    assert len(await records.all_of("booking_requests")) == 1


async def test_another_host_takes_over(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    choose(page, "host")
    box = named(dialog(page), QComboBox, "new-host")
    box.setCurrentIndex(box.findText("Ben Cole"))
    press(dialog(page), "booking-agree")
    await acted(window)
    found = await asked(records)
    assert (found["kind"], found["member_id"]) == ("reassign", "member-ben")


async def test_a_refusal_stands_with_its_reason_and_can_be_tried_again(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    records.put(
        "booking_requests",
        "r1",
        kind="cancel",
        interview_id=interview,
        state="failed",
        error="The key may not cancel this. Ask its owner.",
    )
    await acted(window)
    card = named(page, BookingCard, "booking-card")
    assert "Cal.com did not cancel it." in read(card)
    assert "Ask its owner." in read(card)
    window.show_place("today")
    await acted(window)
    assert "Ask its owner." in read(window.today)  # under Waiting on you
    window.show_interview(interview)
    await acted(window)
    press(card, "booking-again")
    await acted(window)
    rows = await records.all_of("booking_requests")
    assert [row.fields["state"] for row in rows] == ["failed", "waiting"]


async def test_a_failure_is_dismissed_and_stays_in_the_history(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    failed: dict[str, Json] = {"kind": "cancel", "state": "failed", "error": "No."}
    records.put("booking_requests", "r1", interview_id=interview, **failed)
    await acted(window)
    card = named(page, BookingCard, "booking-card")
    press(card, "booking-dismiss")
    await acted(window)
    assert not card.isVisible()
    row = records.rows["booking_requests", "r1"].fields
    assert (row["state"], row["error"], row["dismissed"]) == ("failed", "No.", True)


async def test_after_a_lost_race_a_free_time_is_booked_with_one_click(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    free: list[Json] = [
        {"start": format_instant(at(19, hour)), "end": format_instant(at(19, hour + 1))}
        for hour in (9, 10, 13, 14, 16)
    ]
    lost: dict[str, Json] = {"state": "failed", "error": "Taken.", "next_free": free}
    start = format_instant(at(19, 8))
    records.put(
        "booking_requests", "r1", kind="reschedule", interview_id=interview, start=start, **lost
    )
    told: list[object] = []
    window.booking_asked.connect(told.append)
    await acted(window)
    card = named(page, BookingCard, "booking-card")
    assert "Thu 19 Nov, 16:00" in read(card)
    press(card, "booking-free-2")
    await acted(window)
    made = (await records.all_of("booking_requests"))[-1].fields
    assert (made["kind"], made["start"]) == ("reschedule", format_instant(at(19, 13)))
    assert "next_free" not in made
    assert len(told) == 1
    assert "Moving to Thu 19 Nov, 13:00" in read(card)
    assert "16:00" not in read(card)


async def test_what_could_not_be_sent_yet_says_why(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    away = "Cal.com cannot be reached now. It is tried again by itself."
    records.put(
        "booking_requests",
        "r1",
        kind="cancel",
        interview_id=interview,
        state="waiting",
        error=away,
    )
    await acted(window)
    card = named(page, BookingCard, "booking-card")
    assert away in read(card)
    assert "told in a few seconds" not in read(card)
    doubt = "The server has no key for Cal.com any more."
    records.put(
        "booking_requests",
        "r1",
        kind="cancel",
        interview_id=interview,
        state="uncertain",
        error=doubt,
    )
    await acted(window)
    assert doubt in read(card)


async def test_what_is_being_sent_offers_nothing(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    records.put("booking_requests", "r1", kind="confirm", interview_id=interview, state="sending")
    await acted(window)
    card = named(page, BookingCard, "booking-card")
    assert "Cal.com is being asked." in read(card)
    assert not any(one.isVisible() for one in card.findChildren(QPushButton))


async def test_a_move_that_was_told_can_be_moved_back_with_a_warning(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    records.put(
        "booking_requests",
        "r1",
        kind="reschedule",
        interview_id=interview,
        state="done",
        start=format_instant(at(20, 14)),
        from_start=format_instant(NOW + timedelta(days=1)),
    )
    await acted(window)
    card = named(page, BookingCard, "booking-card")
    assert "Moving it back tells them again." in read(card)
    press(card, "booking-back")
    await acted(window)
    last = (await records.all_of("booking_requests"))[-1]
    assert last.fields["start"] == format_instant(NOW + timedelta(days=1))


async def test_what_cal_com_decides_is_not_moved_by_hand(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    menu = named(page, QPushButton, "change-status").menu()
    assert "Cancelled" not in [one.text() for one in menu.actions()]
    records.put("flags", "f", key="calcom", on=False)
    await acted(window)
    assert "Cancelled" in [one.text() for one in menu.actions()]
    assert acts(page) == []


async def test_an_interview_made_by_hand_has_nothing_to_ask(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords
) -> None:
    window.show_interview(records.interview("By hand", at(23, 14)))
    await acted(window)
    assert acts(page) == []
    window.show_interview(
        records.interview("Off", at(23, 14), booking_uids=["v"], status=Status.CANCELLED)
    )
    await acted(window)
    assert acts(page) == []


async def test_what_was_recorded_stands_in_the_interview(
    window: MainWindow, page: InterviewsPage, records: MemoryRecords, interview: str
) -> None:
    assert "Recordings and transcripts" not in read(page.detail)
    records.put("recordings", "r1", interview_id=interview, source="calcom", minutes=44)
    await acted(window)
    assert "Recording, 44 min, from Cal.com" in read(page.detail)


async def test_times_that_were_asked_for_together_are_answered_together(
    window: MainWindow, records: MemoryRecords
) -> None:
    made = [
        records.interview(
            "Weekly talk",
            at(19, 9) + timedelta(days=7 * number),
            status=Status.REQUESTED,
            booking_uids=[f"u{number}"],
            series_uid="weekly",
        )
        for number in range(8)
    ]
    window.resize(1360, 860)
    window.show_interview(made[1])
    await acted(window)
    page = window.page("interviews")
    assert acts(page) == [
        "Confirm all 8 times\N{HORIZONTAL ELLIPSIS}",
        "Decline all 8 times\N{HORIZONTAL ELLIPSIS}",
    ]
    choose(page, "decline")
    assert "Decline all 8 times?" in read(dialog(page))
    assert "none of these times suits" in read(dialog(page))
    press(dialog(page), "booking-leave")
    let_go()
    choose(page, "confirm")
    said = read(dialog(page))
    assert "Confirm all 8 times?" in said
    assert "Thu 19 Nov, 09:00\nThu 26 Nov, 09:00" in said
    assert "and 2 more" in said
    press(dialog(page), "booking-agree")
    await acted(window)
    found = await asked(records)
    assert (found["kind"], found["interview_id"]) == ("confirm", made[1])
    window.show_interview(made[3])
    await acted(window)
    card = named(page, BookingCard, "booking-card")
    assert "Confirming: Weekly talk" in read(card)
    press(card, "booking-undo")
    await acted(window)
    assert (await asked(records))["state"] == "undone"
