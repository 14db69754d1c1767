"""What a person's eyes read off the desk."""

from datetime import timedelta

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel

from interview_desk.app.demo.fingers import until
from interview_desk.app.demo.report import StepFailed
from interview_desk.ui.capture.note_editor import NoteEditor
from interview_desk.ui.capture.window import CaptureWindow
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.calendar import CalendarPage
from interview_desk.ui.pages.calendar_views import View
from interview_desk.ui.pages.today import TodayPage

SAVED = "Saved on this device"
_DAYS_BEFORE, _DAYS_AFTER = 2, 6


def shown_titles(today: TodayPage) -> list[str]:
    """The titles on Today: the next interview and the day's list."""
    shown = today.shown
    if shown is None:
        return []
    listed = [*([shown.next] if shown.next else []), *shown.day]
    return list(dict.fromkeys(appointment.interview.title for appointment in listed))


async def booked_titles(window: MainWindow, titles: list[str]) -> dict[str, str]:
    """For each title what a screen reader says of its event, day by day through the calendar."""
    page = window.page("calendar")
    if not isinstance(page, CalendarPage):
        raise StepFailed("the calendar is not a calendar")
    found: dict[str, str] = {}
    today = page.day
    page.show_view(View.DAY)
    for offset in range(-_DAYS_BEFORE, _DAYS_AFTER):
        page.show_day(today + timedelta(days=offset))
        await page.tasks.settled()
        found.update(_spoken(page, titles))
    # The picture shows the week in which most is ahead.
    page.show_view(View.WEEK)
    page.show_day(today + timedelta(days=1))
    await page.tasks.settled()
    return found


def _spoken(page: CalendarPage, titles: list[str]) -> dict[str, str]:
    grid = QAccessible.queryAccessibleInterface(page.grid.canvas)
    names = [grid.child(at).text(QAccessible.Text.Name) for at in range(grid.childCount())]
    return {title: name for title in titles for name in names if title in name}


def open_capture() -> CaptureWindow | None:
    """The capture window in sight, if any."""
    windows = QApplication.topLevelWidgets()
    return next((w for w in windows if isinstance(w, CaptureWindow) and w.isVisible()), None)


def saved_words(capture: CaptureWindow) -> str:
    """What the window says about where the typed text is."""
    saved = capture.findChild(QLabel, "capture-saved")
    return saved.text() if saved else ""


async def note_of(capture: CaptureWindow, stage: str) -> NoteEditor:
    """Go to a stage and give its editor."""

    def editor() -> NoteEditor | None:
        return capture.findChild(NoteEditor, f"note-{stage}")

    def is_in_sight() -> bool:
        shown = editor()
        return shown is not None and shown.isVisible()

    capture.show_stage(stage)
    await until(is_in_sight, f"the notes of {stage!r} are shown")
    found = editor()
    if found is None:
        raise StepFailed(f"the notes of {stage!r} are not shown")
    return found
