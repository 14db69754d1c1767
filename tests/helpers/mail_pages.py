"""The place of follow-up mail as a person comes to it."""

from interview_desk.domain.values import Fields
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.follow_ups import FollowUpsPage
from tests.helpers.desk import MemoryRecords
from tests.helpers.pressing import settled


async def opened(window: MainWindow) -> FollowUpsPage:
    window.show_place("follow_ups")
    await settled(window)
    page = window.page("follow_ups")
    assert isinstance(page, FollowUpsPage)
    return page


def mail(records: MemoryRecords) -> Fields:
    return records.rows["follow_up_messages", "mail-1"].fields
