"""What happened, in sentences, beside the interview."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from interview_desk.domain.answers import FINISHED, STARTED
from interview_desk.domain.instants import format_instant
from interview_desk.domain.merge import DELETED
from interview_desk.domain.records import ENTITIES, Field, Kind, Record
from interview_desk.domain.values import Json
from interview_desk.services.record_names import About
from interview_desk.services.server_errors import ServerUnreachableError
from interview_desk.services.timeline import Entry, FieldStep, HistoryPage, Step
from interview_desk.ui.main_window import MainWindow
from interview_desk.ui.pages.interviews import InterviewsPage
from interview_desk.ui.theme import Appearance
from interview_desk.ui.timeline_words import sentence_of
from interview_desk.ui.value_words import ValueWords
from tests.helpers.desk import NOW, MemoryRecords, StoppedClock
from tests.helpers.desk_story import BERLIN, at, desk_parts, late_parts
from tests.helpers.pressing import named, press, read, settled

NAMES = {"member-ben": "Ben Cole", "nook": "Nookery"}
WORDS = ValueWords(BERLIN, NAMES)
TITLE = "Why they switched to Brightloom"


def entry(
    entity: str,
    changes: dict[str, tuple[Json, Json]],
    *,
    who: str | None = "Ben Cole",
    first: bool = False,
    told: bool = True,
    about: str = "Answer",
    is_me: bool = False,
    record: Record | None = None,
) -> Entry:
    steps = tuple(
        FieldStep(
            name.replace("_", " ").capitalize(),
            ENTITIES[entity].fields.get(name) or Field(name, Kind.FLAG),
            before,
            to,
            told,
        )
        for name, (before, to) in changes.items()
    )
    return Entry(About(entity, "r1", about), steps, who, is_me, NOW, first, record)


NINE, TEN = format_instant(at(18, 9)), format_instant(at(19, 10))
YES: Json = {"value": "yes", "at": NINE, "by": "member-ben"}
PART = Record("interview_assignments", "r1", {"member_id": "member-ben"})
GUEST = Record("interview_guests", "r1", {"name": "Mina Sato"})


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            entry("interviews", {"start": (None, NINE)}, who=None, first=True),
            "Cal.com booked it for Wed 18 Nov, 09:00",
        ),
        (entry("interviews", {"title": (None, "A")}, first=True), "Ben Cole made the interview"),
        (
            entry("interviews", {"start": (NINE, TEN), "end": (NINE, TEN)}, who=None),
            "Cal.com moved it from Wed 18 Nov, 09:00 to Thu 19 Nov, 10:00",
        ),
        (
            entry("interviews", {"start": (None, TEN)}, told=False),
            "Ben Cole moved it to Thu 19 Nov, 10:00",
        ),
        (
            entry("interviews", {"status": ("scheduled", "cancelled")}, who=None),
            "Cal.com cancelled it",
        ),
        (
            entry("interviews", {"status": ("scheduled", "held")}, who=None),
            "The clock marked it as held",
        ),
        (entry("interviews", {"status": ("scheduled", "draft")}), "Ben Cole set it to Draft"),
        (entry("interviews", {"status": (None, "odd")}), "Ben Cole set it to odd"),
        (
            entry("interviews", {"title": ("A", "B")}, is_me=True),
            "You changed the title from “A” to “B”",
        ),
        (
            entry("interviews", {"location": ("A", None), "booking_uids": (None, ["x"])}),
            "Ben Cole changed the location from A to nothing",
        ),
        (
            entry("interviews", {"startup_id": (None, "nook")}, told=False),
            "Ben Cole changed the startup id to “Nookery”",
        ),
        (entry("interviews", {DELETED: (False, True)}), "Ben Cole deleted the interview"),
        (entry("interviews", {DELETED: (True, False)}), "Ben Cole brought the interview back"),
        (
            entry("interview_assignments", {"role": (None, "lead")}, first=True, record=PART),
            "Ben Cole took the role Lead",
        ),
        (
            entry("interview_assignments", {"role": (None, "x")}, who="Ada", record=PART),
            "Ada asked Ben Cole to take the role Observer",
        ),
        (
            entry("interview_assignments", {"state": ("proposed", "declined")}, record=PART),
            "Ben Cole said no",
        ),
        (
            entry("interview_assignments", {"state": (None, "accepted")}, who="Ada", record=PART),
            "Ada wrote down that Ben Cole said yes",
        ),
        (
            entry("interview_assignments", {DELETED: (False, True)}, who="Ada", record=PART),
            "Ada took Ben Cole out",
        ),
        (
            entry("interview_assignments", {DELETED: (True, False)}, who="Ada"),
            "Ada asked somebody in again",
        ),
        (
            entry("interview_assignments", {"member_id": (None, "member-ben")}, who="Ada"),
            "Ada changed details",
        ),
        (
            entry("interview_guests", {"name": (None, "Mina")}, first=True, who=None),
            "Cal.com added the guest Mina",
        ),
        (
            entry("interview_guests", {"consent_quotes": (None, YES)}, record=GUEST),
            "Ben Cole wrote down: Mina Sato allows quotes",
        ),
        (
            entry("interview_guests", {"consent_contact_again": (YES, None)}),
            "Ben Cole wrote down: the guest has not answered about being contacted again",
        ),
        (
            entry("interview_guests", {"no_show": (None, True)}, record=GUEST),
            "Ben Cole marked Mina Sato as not there",
        ),
        (
            # Nobody has been away yet; that is how each booking begins.
            entry("interview_guests", {"no_show": (None, False)}, record=GUEST),
            "Ben Cole expects Mina Sato",
        ),
        (
            entry("interview_guests", {"no_show": (True, False)}, record=GUEST),
            "Ben Cole marked Mina Sato as there",
        ),
        (
            entry("booking_requests", {"state": ("waiting", "done")}, who=None),
            "Cal.com has done what was asked",
        ),
        (
            entry("interview_guests", {"email": (None, "a@b.test")}, record=GUEST),
            "Ben Cole changed Mina Sato: the email to “a@b.test”",
        ),
        (
            entry("interview_answers", {"value": (None, "It broke")}, about="Push (Context)"),
            "Ben Cole answered Push (Context): “It broke”",
        ),
        (
            entry("interview_answers", {"value": (None, True)}, about="Context: covered"),
            "Ben Cole checked off Context",
        ),
        (entry("interview_answers", {"value": ("x", None)}), "Ben Cole emptied Answer"),
        (
            entry("interview_answers", {"value": (None, NINE), "field": (None, STARTED)}),
            "Ben Cole began the conversation",
        ),
        (
            entry("interview_answers", {"value": (None, TEN), "field": (None, FINISHED)}),
            "Ben Cole ended the conversation",
        ),
        (
            entry("interview_answers", {"value": (TEN, None), "field": (None, FINISHED)}),
            "Ben Cole went on with the conversation",
        ),
        (
            entry(
                "interview_insights",
                {"statement": (None, "Too late?"), "kind": (None, "anxiety")},
                first=True,
            ),
            "Ben Cole captured an anxiety: “Too late?”",
        ),
        (
            entry("interview_answers", {DELETED: (False, True)}),
            "Ben Cole took away the answer to Answer",
        ),
        (
            entry(
                "interview_insights",
                {"statement": (None, "word " * 60), "kind": (None, "push")},
                first=True,
            ),
            "Ben Cole captured a push: “" + ("word " * 24)[:119] + "…”",
        ),
        (
            entry("interview_insights", {"strength": (1, 3)}, about="Insight"),
            "Ben Cole changed Insight: the strength from “1” to “3”",
        ),
        (
            entry("interview_insights", {DELETED: (False, True)}, about="Insight"),
            "Ben Cole took away Insight",
        ),
        (
            entry("booking_requests", {"kind": (None, "reschedule")}, first=True),
            "Ben Cole asked Cal.com to move it",
        ),
        (
            entry("booking_requests", {"state": ("waiting", "failed")}, who=None),
            "Cal.com has not done what was asked",
        ),
        (
            entry("booking_requests", {"reason": (None, "ill")}),
            "Ben Cole changed the request at Cal.com: the reason to “ill”",
        ),
        (
            entry("note_documents", {"seq": (None, 4)}, about="Notes of Context"),
            "Ben Cole wrote the notes of Context",
        ),
        (entry("startups", {"name": ("A", "B")}), "Ben Cole changed the name from “A” to “B”"),
    ],
)
def test_what_happened_reads_as_a_sentence(told: Entry, sentence: str) -> None:
    assert sentence_of(told, WORDS) == sentence


@pytest.mark.parametrize(
    ("entity", "field", "value", "words"),
    [
        ("interviews", "title", "", "empty"),
        ("interviews", "tags", {"add": ["a", "b"], "remove": ["c"]}, "add a, b; take away c"),
        ("interviews", "status", "no_show", "No-show"),
        ("interviews", "join_service", "google_meet", "Google Meet"),
        ("interviews", "start", "not a time", "not a time"),
        ("interviews", "guide_id", "unknown", "something that is not here"),
        ("interview_assignments", "role", "note_taker", "Note taker"),
        ("interview_assignments", "state", "proposed", "Not confirmed"),
        ("interview_guests", "no_show", False, "No"),
        ("interview_guests", "consent_notes", "odd", "Not asked"),
        ("interview_guests", "consent_notes", {"value": "yes"}, "Yes"),
        ("interview_answers", "value", {"when": "May", "how": 3}, "May · 3"),
        ("booking_requests", "kind", "mark_absent", "Mark absent"),
    ],
)
def test_values_are_told_in_words(entity: str, field: str, value: Json, words: str) -> None:
    assert WORDS.say(ENTITIES[entity].fields[field], value) == words


class Memory:
    """The server's memory; `away` while it cannot be asked."""

    def __init__(self) -> None:
        self.away = False
        self.pages: dict[str | None, HistoryPage] = {}

    async def history(self, entity: str, record_id: str, *, before: str | None) -> HistoryPage:
        if self.away:
            raise ServerUnreachableError
        return (
            self.pages.get(before, HistoryPage(())) if entity == "interviews" else HistoryPage(())
        )


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
async def page(
    qtbot: QtBot,
    light: Appearance,
    records: MemoryRecords,
    memory: Memory,
    clock: StoppedClock,
    tmp_path: Path,
):
    late = late_parts(records, history=memory)
    window = MainWindow(desk_parts(records, tmp_path, clock=clock, late=late))
    window.resize(1360, 860)
    window.show()
    made = window.page("interviews")
    window.show_place("interviews")
    await settled(window)
    yield made
    await window.shut()
    window.deleteLater()


def prepared(records: MemoryRecords) -> str:
    key = next(row.id for row in records.rows.values() if row.fields.get("title") == TITLE)
    fields = records.rows["interviews", key].fields
    records.rows["interviews", key] = Record(
        "interviews", key, fields, ver=9, field_versions={"title": 9, "start": 2},
        updated_by="member-ben", updated_at=NOW - timedelta(hours=2),
        pending=frozenset({"tags"}),
    )  # fmt: skip
    return key


def step(key: str, field: str, before: Json, to: Json, *, ver: int) -> Step:
    by = "member-ben" if ver > 2 else None
    moment = NOW - timedelta(hours=2) - timedelta(days=9 - ver)
    return Step("interviews", key, field, before, to, by, moment, ver)


async def test_the_past_stands_under_its_days_newest_first(
    page: InterviewsPage, records: MemoryRecords, memory: Memory
) -> None:
    key = prepared(records)
    memory.pages[None] = HistoryPage([step(key, "title", "Old", TITLE, ver=9)], "more")
    memory.pages["more"] = HistoryPage([step(key, "start", None, NINE, ver=2)])
    page.show_record(key)
    await page.tasks.settled()
    words = read(page.detail.timeline)
    assert words.index("Only on this device") < words.index("Wednesday 18 November 2026")
    assert f"Ben Cole changed the title from “Old” to “{TITLE}”" in words
    assert "09:48" in words
    assert "Cal.com" not in words
    press(page.detail, "timeline-older")
    await page.tasks.settled()
    assert "Cal.com booked it for Wed 18 Nov, 09:00" in read(page.detail.timeline)
    assert named(page.detail, QPushButton, "timeline-older").isHidden()


async def test_without_the_server_it_tells_what_is_known_here(
    page: InterviewsPage, records: MemoryRecords, memory: Memory
) -> None:
    memory.away = True
    page.show_record(prepared(records))
    await page.tasks.settled()
    words = read(page.detail.timeline)
    assert f"Ben Cole changed the title to “{TITLE}”" in words
    assert "shown when the team's server can be reached" in words
    memory.away = False
    page.refresh()
    await page.tasks.settled()
    assert "can be reached" not in read(page.detail.timeline)


async def test_an_interview_without_a_past_says_so(
    page: InterviewsPage, records: MemoryRecords
) -> None:
    key = next(row.id for row in records.rows.values() if row.fields.get("title") == TITLE)
    page.show_record(key)
    await page.tasks.settled()
    assert "Nothing yet." in read(page.detail.timeline)
