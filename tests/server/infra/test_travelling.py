"""News on its way from one server to another."""

import logging
from dataclasses import dataclass

import pytest

from sync_server.auth.news import DeviceSignedOut
from sync_server.infra.travelling import packed, unpacked
from sync_server.sync.counter import Poke
from sync_server.sync.notes.taking import NotesTyped


@dataclass(frozen=True)
class StaysHere:
    """News that is nobody else's business."""


def test_what_travels_arrives_as_it_was_said_and_only_once() -> None:
    news = [Poke("w", 7), StaysHere(), NotesTyped("w", "d", "i", 1, 3), Poke("w", 7)]
    (payload,) = packed(news, origin="one")
    assert unpacked(payload) == ("one", [Poke("w", 7), NotesTyped("w", "d", "i", 1, 3)])


def test_nothing_that_travels_is_no_payload() -> None:
    assert list(packed([StaysHere()], origin="one")) == []


def test_much_news_is_split_to_what_postgres_takes() -> None:
    news = [DeviceSignedOut(f"{number:036}") for number in range(1000)]
    payloads = list(packed(news, origin="one"))
    assert len(payloads) > 1
    assert all(len(payload.encode()) < 8000 for payload in payloads)
    assert [said for payload in payloads for said in unpacked(payload)[1]] == news


def test_what_is_too_large_for_postgres_stays_here(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert list(packed([DeviceSignedOut("x" * 8000)], origin="one")) == []
    assert "too large" in caplog.text


@pytest.mark.parametrize("payload", ["no json", "7", '["one",["poke"]]', '["one",7]', "[]"])
def test_what_nobody_understands_is_passed_over(payload: str) -> None:
    assert unpacked(payload)[1] == []


def test_what_only_a_newer_server_says_is_passed_over() -> None:
    assert unpacked('["one",["shout",1],["signed_out","d"]]') == ("one", [DeviceSignedOut("d")])
