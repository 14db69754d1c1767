"""What a newer server sends is kept, and understood by the program that knows it."""

import json
from datetime import UTC, datetime
from pathlib import Path

from interview_desk.domain.records import Edit
from interview_desk.domain.search_words import lookup_of
from interview_desk.services.exchange import Page, ServerRow
from interview_desk.services.search import FoundKind
from interview_desk.store import LocalStore
from interview_desk.store.connection import connect

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def _as_an_older_program_left_it(path: Path, key: bytes) -> None:
    """A program that knew neither of tags as a set, nor of interviews as something with a time."""
    store = await LocalStore.open(path, key)
    interview = {"title": "Talk", "start": "2026-11-22T12:00:00Z", "end": "2026-11-22T13:00:00Z"}
    rows = (
        ServerRow("interviews", "i1", 3, interview, {"title": 3}),
        ServerRow("startups", "s1", 4, {"name": "Acme", "tags": ["b2b"], "moon": "full"}, {}),
        ServerRow("planets", "p1", 5, {"name": "Mars"}, {"name": 5}),
    )
    await store.apply_page(Page(rows, "c", more=False, last_n=0, epoch="e"), NOW)
    await store.write([Edit("startups", "s1", {"tags": {"add": ["new"], "remove": []}})])
    await store.close()
    connection = connect(path, key)
    raw = json.dumps({"name": "Acme", "tags": {"add": ["new"], "remove": []}, "moon": "full"})
    connection.execute("UPDATE records SET shown = ? WHERE id = 's1'", (raw,))
    connection.execute("UPDATE records SET starts = NULL, ends = NULL")
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('catalogue', '\"older\"')")
    connection.close()


async def test_after_an_upgrade_what_was_kept_aside_is_understood(path: Path, key: bytes) -> None:
    await _as_an_older_program_left_it(path, key)
    store = await LocalStore.open(path, key)
    await store.settle_after_upgrade()
    startup = await store.get("startups", "s1")
    assert startup is not None
    assert startup.fields == {"name": "Acme", "tags": ["b2b", "new"], "moon": "full"}
    (interview,) = await store.interviews_between(NOW, NOW.replace(hour=13))
    assert interview.id == "i1"
    assert [record.fields for record in await store.all_of("planets")] == [{"name": "Mars"}]
    await store.close()


async def test_the_same_program_settles_nothing_again(store: LocalStore) -> None:
    await store.settle_after_upgrade()
    heard: list[object] = []
    store.on_change(heard.append)
    await store.write([Edit("startups", "s1", {"name": "Acme"})])
    await store._engine.write(lambda c, _: c.execute("UPDATE records SET shown = '{}'"))
    await store.settle_after_upgrade()
    startup = await store.get("startups", "s1")
    assert startup is not None
    assert startup.fields == {}


async def test_an_edit_of_a_kind_this_program_does_not_know_is_kept_and_shown(
    store: LocalStore,
) -> None:
    await store._engine.write(
        lambda c, _: c.execute(
            "INSERT INTO outbox (op, entity, id, fields, base, seen) "
            "VALUES ('put', 'planets', 'p1', '{\"name\": \"Venus\"}', '{}', '{}')"
        )
    )
    mars = ServerRow("planets", "p1", 5, {"name": "Mars"}, {"name": 5})
    await store.apply_page(Page((mars,), "c", more=False, last_n=0, epoch="e"), NOW)
    assert [record.fields for record in await store.all_of("planets")] == [{"name": "Venus"}]


async def test_after_an_upgrade_search_reads_what_an_older_program_did_not(
    path: Path, key: bytes
) -> None:
    await _as_an_older_program_left_it(path, key)
    older = await LocalStore.open(path, key)
    while await older.search.settle():
        pass
    await older.close()
    connection = connect(path, key)
    connection.execute("DELETE FROM search_texts")
    connection.close()
    store = await LocalStore.open(path, key)
    await store.settle_after_upgrade()
    while await store.search.settle():
        pass
    found = await store.search.look_up(lookup_of("talk"), limit=5)
    # The startup has something unsent and is shown again anyway; the interview has not.
    assert [one.kind for one in found.found] == [FoundKind.INTERVIEW]
    await store.close()
