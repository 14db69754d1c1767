"""Who is woken by which news."""

import pytest

from sync_server.infra.bus import Missed
from sync_server.sync.counter import Poke, tells_of_records


@pytest.mark.parametrize(
    ("message", "tells"),
    [
        (Poke("team", 4), True),
        (Poke("team", 4, notes_only=True), False),
        (Missed(), True),
        ("anything else", False),
    ],
)
def test_changed_records_and_lost_news_wake_who_works_on_records(
    message: object,
    tells: bool,  # noqa: FBT001  - a column of the table
) -> None:
    assert tells_of_records(message) is tells
