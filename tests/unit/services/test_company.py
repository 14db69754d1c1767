"""Who else is here, and where their carets stand."""

import pytest

from interview_desk.domain.values import Json
from interview_desk.notes import NoteDocument
from interview_desk.services.carets import Caret, caret_from_json, caret_to_json
from interview_desk.services.company import Colleague, Company, company_words
from interview_desk.services.exchange import LivePresence, Present
from tests.helpers.fakes import MemoryFeed

BEN = Present("device-2", "member-2", "Ben", {"at": 1})
ADA = Present("device-3", "member-3", "Ada")
ME = Present("device-1", "member-1", "Me")


def company() -> Company:
    made = Company(MemoryFeed())
    made.begin("device-1")
    return made


def test_the_others_are_known_by_stage_and_in_order_of_their_names():
    here = company()
    here.hear(LivePresence("i", "welcome", (ME, BEN)))
    here.hear(LivePresence("i", None, (ADA,)))
    here.hear(LivePresence("another", "welcome", (ADA,)))
    assert here.others("i") == (
        Colleague("device-3", "member-3", "Ada", None),
        Colleague("device-2", "member-2", "Ben", "welcome", {"at": 1}),
    )
    here.hear(LivePresence("i", "welcome", (ME,)))
    assert [one.name for one in here.others("i")] == ["Ada"]
    assert here.others("unknown") == ()


def test_listeners_hear_of_their_interview_until_they_stop():
    here = company()
    heard: list[str] = []
    stop = here.on_news("i", lambda: heard.append("i"))
    here.hear(LivePresence("i", "welcome", (BEN,)))
    here.hear(LivePresence("another", "welcome", (BEN,)))
    stop()
    here.hear(LivePresence("i", "welcome", ()))
    assert heard == ["i"]


def test_everybody_vanishes_with_the_connection():
    here = company()
    heard: list[int] = []
    here.hear(LivePresence("i", "welcome", (BEN,)))
    here.on_news("i", lambda: heard.append(len(here.others("i"))))
    here.vanish()
    assert heard == [0]
    here.vanish()
    assert heard == [0]


def test_a_new_connection_may_be_another_device():
    here = company()
    here.begin("device-2")
    here.hear(LivePresence("i", "welcome", (ME, BEN)))
    assert [one.name for one in here.others("i")] == ["Me"]


def test_where_this_person_is_goes_to_the_feed():
    feed = MemoryFeed()
    here = Company(feed)
    here.enter("i", "welcome", {"at": 2})
    here.enter("i", "context")
    here.leave("i")
    assert feed.places == [("i", "welcome", {"at": 2}), ("i", "context", None)]
    assert feed.left == ["i"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["Ada"], "Ada is here"),
        (["Ada", "Ben"], "Ada and Ben are here"),
        (["Ada", "Ben", "Kai"], "Ada, Ben and Kai are here"),
        (["Ada", "Ada"], "Ada is here"),
        (["Me"], "You are here on another device"),
        (["Me", "Ben"], "Ben is here"),
    ],
)
def test_the_sentence_names_each_person_once(names: list[str], expected: str):
    others = [
        Colleague(f"device-{place}", name.lower(), name, "welcome")
        for place, name in enumerate(names)
    ]
    assert company_words(others, own_member="me") == expected


def two(text: str) -> tuple[NoteDocument, NoteDocument]:
    mine, theirs = NoteDocument(), NoteDocument()
    mine.insert(0, text)
    theirs.apply([mine.updates_since()])
    return mine, theirs


@pytest.mark.parametrize("caret", [Caret(0, 0), Caret(3, 3), Caret(4, 1), Caret(0, 6)])
def test_a_caret_stands_on_the_other_desk_where_it_stands_here(caret: Caret):
    mine, theirs = two("a😀 é\nb")
    assert caret_from_json(theirs, caret_to_json(mine, caret)) == caret


def test_a_caret_behind_text_that_is_not_here_is_not_known_yet():
    mine, theirs = two("a")
    mine.insert(1, "bc")
    assert caret_from_json(theirs, caret_to_json(mine, Caret(3, 1))) is None
    assert caret_from_json(theirs, caret_to_json(mine, Caret(1, 3))) == Caret(1, 1)


@pytest.mark.parametrize(
    "told",
    [
        None,
        7,
        {},
        {"at": "x"},
        {"at": {"item": 3}},
        {"at": {"item": {"client": "1", "clock": 2}}},
        {"at": {"item": {"client": 1, "clock": True}}},
        {"at": {"item": {"client": 1, "clock": -1}}},
        {"at": {"item": {"client": 2**60, "clock": 1}}},
    ],
)
def test_what_is_no_caret_is_left_out(told: Json):
    assert caret_from_json(two("text")[0], told) is None
