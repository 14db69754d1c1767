"""What a desk that is used alone erases is in none of its files afterwards."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.search_words import lookup_of
from interview_desk.services.erasing import TracesLeftError
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from interview_desk.store import connection as connection_module
from interview_desk.store.connection import connect
from interview_desk.store.mirror import mirror_path
from tests.helpers.cipher_pages import in_the_clear
from tests.helpers.exchanged import written
from tests.store.test_handover import ALONE, JOINED

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ONE, BOTH = "0199c0de-0000-7000-8000-000000000001", "0199c0de-0000-7000-8000-000000000002"
NOTE = NoteAddress(ONE, "welcome")
# The index leaves out what a word shares with the one before it, so nothing begins alike.
SECRET = "xqzschwarzwald"
PART = SECRET[2:].encode()
STAYS = "wgpspreewald"


async def put(store: LocalStore, entity: str, record_id: str, **fields: object) -> None:
    await store.write([Edit(entity, record_id, fields)])  # type: ignore[arg-type]  # plain values


async def worked(store: LocalStore) -> None:
    """One interview with a guest alone, one with them and another; all of it searched before."""
    await store.become(ALONE)
    await put(store, "contacts", "c1", name=SECRET, email=f"{SECRET}@guest.test")
    await put(store, "contacts", "c1", email=f"new-{SECRET}@guest.test")
    await put(store, "contacts", "c2", name=STAYS)
    await put(store, "interviews", ONE, title=f"With {SECRET}", status="held")
    await put(store, "interviews", BOTH, title=f"With {STAYS}", status="held")
    await put(store, "interview_guests", "g1", interview_id=ONE, contact_id="c1", name=SECRET)
    await put(store, "interview_guests", "g2", interview_id=BOTH, contact_id="c1", name=SECRET)
    await put(store, "interview_guests", "g3", interview_id=BOTH, contact_id="c2", name=STAYS)
    await put(store, "interview_insights", "i1", interview_id=ONE, statement=f"{SECRET} says")
    await put(store, "enrolments", "e1", interview_id=ONE, guest_id="g1", state="active")
    await put(store, "follow_up_messages", "m1", enrolment_id="e1", text=f"Dear {SECRET}")
    await store.append(NOTE, written(f"{SECRET} told "))
    await store.append(NoteAddress(BOTH, "welcome"), written(f"{STAYS} told "))
    await put(store, "interview_guests", "g4", interview_id=BOTH, contact_id="c1", name=SECRET)
    await store.write([Edit("interview_guests", "g4", {}, delete=True)])
    assert await found(store, SECRET) > 0
    # As after much more work: the words are in a part that a deletion only points at.
    await store._engine.write(
        lambda c, _: c.execute("INSERT INTO search (search) VALUES ('optimize')")
    )


async def found(store: LocalStore, word: str) -> int:
    return len((await store.search.look_up(lookup_of(word), limit=20)).found)


def databases(path: Path) -> list[Path]:
    backups = sorted((path.parent / "backups").glob("*"))
    return [path, mirror_path(path), *backups]


async def test_what_is_erased_leaves_no_trace_in_any_file_nor_in_memory(
    store: LocalStore, path: Path, key: bytes
) -> None:
    await worked(store)
    await store.backups.back_up(NOW)
    damaged = path.with_name(f"{path.name}.damaged-20261101T000000000000Z")
    damaged.write_bytes(b"what an earlier damage has left")
    await put(store, "contacts", "c1", name="Nobody", email="nobody@guest.test")
    await store.write([Edit("contacts", "c1", {}, delete=True)])
    for one in ("g2", "g4"):
        await store.write([Edit("interview_guests", one, {}, delete=True)])
    assert PART in in_the_clear(databases(path)[-1], key)
    known = await store.get("contacts", "c2")
    assert await store.get("contacts", "c2") is known
    await store.erasure.erase("guest", "g1")
    assert await store.get("contacts", "c2") is not known
    await store.close()
    assert not damaged.exists()
    assert len(databases(path)) == 2
    for file in databases(path):
        content = in_the_clear(file, key)
        assert PART not in content, file.name
        assert STAYS.encode() in content, file.name


async def test_the_rest_is_found_written_and_opened_as_before(store: LocalStore) -> None:
    await worked(store)
    heard: list[object] = []
    store.on_change(heard.append)
    await store.erasure.erase("interview", ONE)
    assert await store.get("interviews", ONE) is None
    assert not any((await store.load(NOTE))[:2])
    assert any("interviews" in repr(changes) for changes in heard)
    # The guest stays among the contacts, as the question has said.
    assert await found(store, SECRET) == 2
    assert await found(store, STAYS) == 4
    await put(store, "interviews", BOTH, title="Afterwards")
    assert await found(store, "afterwards") == 1


async def test_with_a_guest_go_interviews_that_were_with_nobody_else(store: LocalStore) -> None:
    await worked(store)
    await store.erasure.erase("guest", "g2")
    assert await found(store, SECRET) == 0
    assert await store.get("interviews", ONE) is None
    assert await store.get("interviews", BOTH) is not None
    (left,) = await store.of_interview("interview_guests", BOTH)
    assert left.fields["name"] == STAYS
    assert await store.all_of("follow_up_messages") == []


async def test_with_an_interview_go_the_mails_about_it(store: LocalStore) -> None:
    await worked(store)
    await store.erasure.erase("interview", ONE)
    assert await store.all_of("follow_up_messages") == []


async def test_an_interview_somebody_was_taken_out_of_is_with_nobody_else(
    store: LocalStore,
) -> None:
    await worked(store)
    await store.write([Edit("interview_guests", "g3", {}, delete=True)])
    await store.erasure.erase("guest", "g1")
    assert await store.get("interviews", BOTH) is None


async def test_a_team_that_is_joined_later_gets_nothing_of_it(store: LocalStore) -> None:
    await worked(store)
    await store.erasure.erase("guest", "g1")
    await store.become(JOINED, epoch="e")
    await store.handover.release([])
    sent = await store.next_batch(limit=500, size=1_000_000)
    assert sent
    assert SECRET not in repr(sent)
    assert {one.id for one in sent}.isdisjoint({ONE, "c1", "g1", "g2", "g4", "i1", "e1", "m1"})
    assert {one.doc for one in await store.note_batches(limit=10, size=10**6)} == {
        note_document_id(BOTH, "welcome")
    }


async def test_what_is_still_being_typed_in_it_is_not_set_aside(store: LocalStore) -> None:
    await worked(store)
    await store.erasure.erase("interview", ONE)
    await store.keep_words(NOTE, f"{SECRET} typed on", now=NOW)
    assert await store.quarantined() == []


async def test_an_erasure_that_was_cut_off_is_finished_at_the_next_start(
    store: LocalStore, path: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worked(store)
    await store.backups.back_up(NOW)
    monkeypatch.setattr(connection_module, "_BUSY_MILLISECONDS", 10)
    with closing(connect(path, key, read_only=True)) as stranger:
        stranger.execute("BEGIN")
        stranger.execute("SELECT count(*) FROM records").fetchone()
        with pytest.raises(TracesLeftError):
            await store.erasure.erase("guest", "g1")
        assert await found(store, SECRET) == 0
    await store.close()
    again = await LocalStore.open(path, key)
    await again.erasure.finish()
    await again.erasure.finish()
    await again.close()
    for file in databases(path):
        assert PART not in in_the_clear(file, key), file.name
