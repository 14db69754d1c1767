"""What the team has erased for good leaves this computer, whatever was still on its way."""

import json
from datetime import UTC, datetime

import pytest

from interview_desk.domain.erasure import erased_mark
from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.services.erasing import Subject
from interview_desk.services.exchange import NotePage, Result, SequencedUpdate, ServerRow
from interview_desk.services.ports import NoteAddress
from interview_desk.store import LocalStore
from tests.helpers.copies import copy_of, take_whole
from tests.helpers.desk import StoppedClock
from tests.helpers.exchanged import page, written

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTERVIEW = "0199c0de-0000-7000-8000-000000000001"
NOTE = NoteAddress(INTERVIEW, "welcome")
DOC = note_document_id(*NOTE)
SECRET = "Schwarzwald"
TABLES = (
    "records",
    "outbox",
    "acknowledged",
    "quarantine",
    "notes",
    "note_updates",
    "own_note_updates",
    "note_archives",
    "search_texts",
    "unsent_outbox",
    "unsent_own_note_updates",
    "unsent_quarantine",
)


def erased(entity: str, record_id: str, ver: int = 9) -> ServerRow:
    return ServerRow(entity, record_id, ver, deleted=True, erased=True)


async def everything(store: LocalStore) -> str:
    while await store.search.settle():
        pass

    def work(connection) -> str:
        return repr([connection.execute(f"SELECT * FROM {one}").fetchall() for one in TABLES])  # noqa: S608  - our own names

    return await store._engine.write(lambda connection, _: work(connection))


async def told(store: LocalStore) -> None:
    """An interview as the team has it, with notes."""
    await store.apply_page(
        page(
            ServerRow("interviews", INTERVIEW, 1, {"title": SECRET}, {"title": 1}),
            ServerRow(
                "interview_guests",
                "g1",
                2,
                {"interview_id": INTERVIEW, "name": SECRET},
                {"name": 2},
            ),
            ServerRow(
                "note_documents", DOC, 3, {"interview_id": INTERVIEW, "stage": "welcome", "seq": 1}
            ),
        ),
        NOW,
    )
    update = SequencedUpdate(1, written(f"{SECRET} told "))
    await store.apply_notes(NotePage(DOC, after=0, seq=1, updates=(update,)))


ALL = page(
    erased("interview_guests", "g1"), erased("note_documents", DOC), erased("interviews", INTERVIEW)
)


async def work_on_it(store: LocalStore) -> None:
    """What this desk has sent, and what it has not."""
    await store.write([Edit("interviews", INTERVIEW, {"title": f"{SECRET} acknowledged"})])
    (first,) = await store.next_batch(limit=10, size=10**6)
    await store.settle([Result(first.n, "ok", ver=4)], NOW)
    await store.write([Edit("interviews", INTERVIEW, {"title": f"{SECRET} refused"})])
    (second,) = await store.next_batch(limit=10, size=10**6)
    await store.settle([Result(second.n, "rejected", code="forbidden")], NOW)
    here = {"interview_id": INTERVIEW, "statement": f"{SECRET} unsent"}
    await store.write([Edit("interview_insights", "i1", here)])
    await store.append(NOTE, written(f"{SECRET} typed "))
    await store.append(NoteAddress(INTERVIEW, "context"), written(f"{SECRET} only here "))


async def test_nothing_of_an_erased_interview_stays(store: LocalStore) -> None:
    await told(store)
    await work_on_it(store)
    assert SECRET in await everything(store)
    await store.apply_page(ALL, NOW)
    assert SECRET not in await everything(store)
    assert await store.get("interviews", INTERVIEW) is None
    assert (await store.pending()).unsent == 0
    assert not any((await store.load(NOTE))[:2])


async def test_who_loses_work_by_it_is_told_so_without_what_it_said(store: LocalStore) -> None:
    await told(store)
    await work_on_it(store)
    await store.apply_page(ALL, NOW)
    await store.apply_page(ALL, NOW)
    aside = await store.quarantined()
    assert {(one.entity, one.code) for one in aside} == {
        ("interviews", "erased"),
        ("note_documents", "erased"),
    }
    assert all(one.text == "" and one.content == {"op": "put", "fields": {}} for one in aside)


async def test_who_has_written_nothing_is_not_bothered(store: LocalStore) -> None:
    await told(store)
    await store.apply_page(ALL, NOW)
    assert await store.quarantined() == []


async def test_an_edit_on_its_way_keeps_its_number_and_goes_with_its_answer(
    store: LocalStore,
) -> None:
    await told(store)
    await store.write([Edit("interviews", INTERVIEW, {"title": f"{SECRET} on its way"})])
    (sent,) = await store.next_batch(limit=10, size=10**6)
    await store.apply_page(page(erased("interviews", INTERVIEW)), NOW)
    assert [one.n for one in await store.next_batch(limit=10, size=10**6)] == [sent.n]
    await store.settle([Result(sent.n, "rejected", code="erased")], NOW)
    await store.apply_page(ALL, NOW)
    assert SECRET not in await everything(store)
    (aside,) = await store.quarantined()
    assert (aside.code, aside.text) == ("erased", "")


async def test_what_an_editor_still_holds_is_not_kept_either(store: LocalStore) -> None:
    await told(store)
    await store.apply_page(ALL, NOW)
    await store.keep_words(NOTE, SECRET, now=NOW)
    await store.append(NOTE, written(SECRET))
    await store.set_note_aside(DOC, code="not_found", detail=None, now=NOW)
    assert SECRET not in await everything(store)
    assert (await store.pending()).unsent == 0


async def test_a_deleted_interview_keeps_what_its_author_had_not_sent(store: LocalStore) -> None:
    await told(store)
    await store.apply_page(page(ServerRow("interviews", INTERVIEW, 9, deleted=True)), NOW)
    await store.keep_words(NOTE, "my words", now=NOW)
    assert [one.text for one in await store.quarantined()] == ["my words"]


async def work_about_it(store: LocalStore) -> None:
    """What somebody did about the interview, and nobody has taken yet."""
    about = {"interview_id": INTERVIEW}
    await store.write(
        [
            Edit("interviews", INTERVIEW, {"title": f"{SECRET} again"}),
            Edit("interview_guests", "g1", {"name": f"{SECRET} himself"}),
            Edit("interview_insights", "i1", {**about, "statement": SECRET}),
        ]
    )
    await store.append(NOTE, written(f"{SECRET} on the train"))


async def begin_anew(store: LocalStore, *erased_ids: str) -> None:
    marks = [erased_mark(one) for one in erased_ids]
    body = copy_of([], cursor="c2", epoch="e", **({"erased": marks} if marks else {}))
    await store.start_over()
    await take_whole(store, body, StoppedClock(NOW))


async def test_who_begins_anew_learns_what_was_erased_meanwhile(store: LocalStore) -> None:
    await told(store)
    await work_about_it(store)
    await begin_anew(store, INTERVIEW, "g1", DOC)
    assert SECRET not in await everything(store)
    assert {item.code for item in await store.quarantined()} == {"erased"}
    assert (await store.pending()).unsent == 0


async def test_who_began_anew_before_loses_what_was_set_aside_then(store: LocalStore) -> None:
    await told(store)
    await work_about_it(store)
    await begin_anew(store)
    assert SECRET in await everything(store)
    await begin_anew(store, INTERVIEW, "g1", DOC)
    assert SECRET not in await everything(store)
    assert {item.code for item in await store.quarantined()} == {"erased"}


async def test_what_was_erased_elsewhere_takes_nothing_else_along(store: LocalStore) -> None:
    await told(store)
    await work_about_it(store)
    await begin_anew(store, "another")
    assert {item.code for item in await store.quarantined()} == {"no_longer_visible"}
    assert SECRET in await everything(store)


async def test_what_was_being_written_about_it_goes_along(store: LocalStore) -> None:
    await store.drafts.keep({"m1": ["Thank you", SECRET], "m2": ["Left", "again"]})
    await store.drafts.keep({"m1": ["Thank you", SECRET], "sequence": {"id": None}})
    assert (await store.drafts.all()).keys() == {"m1", "sequence"}
    await store.apply_page(page(erased("follow_up_messages", "m1")), NOW)
    assert await store.drafts.all() == {"sequence": {"id": None}}


def unsent(address: str) -> str:
    return json.dumps({"name": "Somebody", "email": address})


async def guests_told(store: LocalStore, *addresses: str | None) -> None:
    """Guests g0, g1 and so on, with these addresses or none."""
    rows = [
        ServerRow("interview_guests", f"g{number}", number + 1, {"name": "Guest", "email": address})
        for number, address in enumerate(addresses)
    ]
    await store.apply_page(page(*rows), NOW)


async def test_a_booking_that_was_not_sent_goes_with_the_guest_it_is_for(store: LocalStore) -> None:
    texts = [store.text(str(number)) for number in range(5)]
    said = [unsent(" Müller@Example.org"), unsent("amüller@example.org"), "[]", "müller@", ""]
    for text, words in zip(texts, said, strict=True):
        await text.save(words)
    await guests_told(store, "müller@example.org", "amüller", None)
    await store.apply_page(
        page(*(erased("interview_guests", f"g{number}") for number in (1, 2, 9))), NOW
    )
    assert [await text.load() for text in texts] == said
    await store.apply_page(page(erased("interview_guests", "g0")), NOW)
    assert [await text.load() for text in texts] == [None, *said[1:]]


async def test_it_goes_too_where_the_desk_begins_anew(store: LocalStore) -> None:
    hers, another = store.text("hers"), store.text("another")
    await hers.save(unsent("mina@example.org"))
    await another.save(unsent("jonas@example.org"))
    await guests_told(store, "mina@example.org", "jonas@example.org")
    await begin_anew(store, "g0")
    assert await hers.load() is None
    assert await another.load()


@pytest.mark.parametrize(("kind", "subject"), [("guest", "g0"), ("interview", INTERVIEW)])
async def test_it_goes_too_where_somebody_alone_erases(
    store: LocalStore, kind: Subject, subject: str
) -> None:
    hers = store.text("hers")
    await hers.save(unsent("mina@example.org"))
    fields = {"interview_id": INTERVIEW, "name": "Mina", "email": "mina@example.org"}
    await store.write([Edit("interviews", INTERVIEW, {"title": "One"})])
    await store.write([Edit("interview_guests", "g0", fields)])
    await store.erasure.erase(kind, subject)
    assert await hers.load() is None
