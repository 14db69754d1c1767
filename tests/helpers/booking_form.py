"""The booking form as a person comes to it: from New."""

from datetime import timedelta

from interview_desk.domain.booking_requests import FreeTime
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.widgets.booking_form import BookingForm
from interview_desk.ui.widgets.new_interview import NewInterviewDialog
from tests.helpers.desk_story import at
from tests.helpers.pressing import named, press, settled


def slot(day: int, hour: int, minute: int = 0) -> FreeTime:
    """45 minutes of the story's November."""
    start = at(day, hour, minute)
    return FreeTime(start, start + timedelta(minutes=45))


async def begin_form(window: MainWindow) -> BookingForm:
    """Open the form for Thursday at nine, without waiting for what it asks."""
    window.new_interview(at(19, 9))
    new = named(window, NewInterviewDialog, "new-interview")
    await new.tasks.settled()
    press(new, "new-book")
    return named(window, BookingForm, "book-at-calcom")


async def open_form(window: MainWindow) -> BookingForm:
    """Open the form, and wait until it and what is behind it show what is free."""
    form = await begin_form(window)
    await form.tasks.settled()
    await settled(window)
    return form
