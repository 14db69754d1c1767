"""Finding words on this computer, while they are typed, merged, taken away and erased."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.records import Edit
from interview_desk.domain.search_words import lookup_of, plain_of
from interview_desk.domain.values import Json
from interview_desk.services.exchange import NotePage, Result, SequencedUpdate, ServerRow
from interview_desk.services.ports import NoteAddress
from interview_desk.services.search import SearchService
from interview_desk.store import LocalStore
from interview_desk.store import search as search_module
from interview_desk.store.connection import connect
from interview_desk.store.migrations import MIGRATIONS
from interview_desk.store.search import rebuild
from tests.helpers.exchanged import page, written

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTERVIEW = "0199c0de-0000-7000-8000-000000000001"
NOTE = NoteAddress(INTERVIEW, "first_thought")
DOC = note_document_id(*NOTE)
KEY = bytes(range(32))


async def found(store: LocalStore, text: str) -> list[tuple[str, str]]:
    results = await store.search.look_up(lookup_of(text), limit=20)
    return [(one.kind, plain_of(one.title or one.snippet)) for one in results.found]


async def interview(store: LocalStore, title: str = "Why they switched", **fields: Json) -> None:
    await store.write([Edit("interviews", INTERVIEW, {"title": title, **fields})])


def row(entity: str, record_id: str, ver: int, *, deleted: bool = False, **fields: Json):
    versions = dict.fromkeys(fields, ver)
    return ServerRow(entity, record_id, ver, fields, versions, deleted=deleted)


async def index_of(store: LocalStore) -> set[tuple[object, ...]]:
    """Everything in the index, after FTS5 has compared it with the texts it was made of."""
    while await store.search.settle():
        pass

    def check(connection, _news) -> set[tuple[object, ...]]:
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
        return set(
            connection.execute(
                "SELECT entity, record_id, interview_id, stage, title, body FROM search_texts"
            )
        )

    return await store._engine.write(check)


async def test_titles_people_notes_insights_and_answers_are_found(store: LocalStore) -> None:
    await interview(store, calcom_title="Call with Mina", tags=["payroll"])
    await store.write(
        [
            Edit("interview_guests", "g1", {"interview_id": INTERVIEW, "name": "Zoë Sato"}),
            Edit("startups", "s1", {"name": "Brightloom", "notes": "Eleven people"}),
            Edit(
                "contacts",
                "c1",
                {"name": "Noor Aziz", "email": "noor@fern.test", "phone": "+49 30"},
            ),
            Edit("contacts", "c2", {"email": "nobody@fern.test"}),
            Edit("poblysh_team_members", "m1", {"name": "Ada Berg", "skills": ["pricing"]}),
            Edit(
                "interview_insights",
                "i1",
                {
                    "interview_id": INTERVIEW,
                    "statement": "The rota was wrong twice",
                    "evidence": [{"quote": "I sat in the car park"}, 5],
                },
            ),
            Edit(
                "interview_answers",
                "a1",
                {"interview_id": INTERVIEW, "field": "context.tool", "value": "A spreadsheet"},
            ),
            Edit(
                "interview_answers",
                "a2",
                {"interview_id": INTERVIEW, "field": "capture.started_at", "value": "spreadsheet"},
            ),
        ]
    )
    await store.append(NOTE, written("Two people at a locked door"))
    assert await found(store, "swit") == [("interview", "Why they switched")]
    assert await found(store, "payroll") == [("interview", "Why they switched")]
    assert await found(store, "zoe") == [("guest", "Zoë Sato")]
    assert await found(store, "noor fern") == [("contact", "Noor Aziz")]
    assert await found(store, "nobody") == [("contact", "nobody@fern.test")]
    assert await found(store, "bright") == [("startup", "Brightloom")]
    assert await found(store, "pric zoe") == []  # every word has to be in one place
    assert await found(store, "pricing") == [("member", "Ada Berg")]
    assert [entity for entity, _ in await found(store, "car park")] == ["insight"]
    assert await found(store, "spread") == [("answer", "A spreadsheet")]
    assert await found(store, "locked") == [("note", "Two people at a locked door")]


async def test_a_hit_leads_to_its_interview_as_it_reads_now(store: LocalStore) -> None:
    await store.append(NOTE, written("A locked door"))
    await interview(store)
    await interview(store, "Renamed")
    (hit,) = (await store.search.look_up(lookup_of("door"), limit=5)).found
    assert (hit.id, hit.stage) == (DOC, "first_thought")
    assert (hit.interview_id, hit.interview_title) == (INTERVIEW, "Renamed")
    await store.write([Edit("interviews", INTERVIEW, {}, delete=True)])
    assert await found(store, "door") == []


async def test_what_is_only_in_the_title_comes_first(store: LocalStore) -> None:
    await store.append(NOTE, written("payroll " * 3))
    await interview(store, "Leaving payroll")
    assert [kind for kind, _ in await found(store, "payroll")] == ["interview", "note"]


async def test_old_words_are_gone_and_new_ones_there_at_once(store: LocalStore) -> None:
    await interview(store, "Before")
    assert await found(store, "before")
    await interview(store, "After")
    assert await found(store, "before") == []
    assert await found(store, "after") == [("interview", "After")]
    await store.write([Edit("interviews", INTERVIEW, {}, delete=True)])
    assert await found(store, "after") == []


async def test_what_others_write_and_take_away_is_followed(store: LocalStore) -> None:
    await store.apply_page(page(row("startups", "s1", 1, name="Tidal Works")), NOW)
    assert await found(store, "tidal")
    await store.apply_page(page(row("startups", "s1", 2, name="Nookery")), NOW)
    assert await found(store, "tidal") == []
    assert await found(store, "nookery")
    await store.apply_page(page(ServerRow("startups", "s1", 3, gone=True)), NOW)
    assert await found(store, "nookery") == []


async def test_erased_words_leave_the_index_in_the_same_transaction(store: LocalStore) -> None:
    known = row("note_documents", DOC, 1, interview_id=INTERVIEW, stage=NOTE.stage, seq=1)
    guest = row("interview_guests", "g1", 1, interview_id=INTERVIEW, name="Mina Sato")
    await store.apply_page(page(known, guest), NOW)
    update = SequencedUpdate(1, written("Mina told me"))
    await store.apply_notes(NotePage(DOC, after=0, seq=1, updates=(update,)))
    await interview(store)
    assert len(await found(store, "mina")) == 2
    erased = [ServerRow("interview_guests", "g1", 2, deleted=True, erased=True)]
    erased.append(ServerRow("note_documents", DOC, 2, deleted=True, erased=True))
    await store.apply_page(page(*erased), NOW)

    def terms(connection):
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main','search','row')")
        return {term for (term,) in connection.execute("SELECT term FROM words")}

    left = await store._engine.write(lambda connection, _: terms(connection))
    assert not {"mina", "sato", "told"} & left


async def test_an_old_cache_is_read_behind_the_first_page(path: Path, monkeypatch) -> None:
    monkeypatch.setattr(search_module, "_WALKED_AT_ONCE", 3)
    path.parent.mkdir(parents=True)
    connection = connect(path, KEY)
    for statement in MIGRATIONS[0].split(";\n"):
        connection.execute(statement)
    connection.execute("PRAGMA user_version = 1")
    old = [("startups", f"s{number}", f'{{"name": "Old number{number}"}}') for number in range(7)]
    connection.executemany(
        "INSERT INTO records (entity, id, live, fields, versions, ver, deleted, round) "
        "VALUES (?, ?, 1, ?, '{}', 1, 0, 0)",
        [*old, ("interviews", "i", "{}")],
    )
    connection.execute("INSERT INTO notes (doc, interview_id, stage) VALUES ('d', 'i', 'context')")
    connection.execute(
        "INSERT INTO own_note_updates (doc, body) VALUES ('d', ?)", (written("Old note"),)
    )
    connection.close()
    store = await LocalStore.open(path, KEY)
    try:
        answer = await store.search.look_up(lookup_of("old"), limit=20)
        assert (answer.found, answer.unread) == ((), 9)
        assert await store.search.settle()
        while await store.search.settle():
            pass
        answer = await store.search.look_up(lookup_of("old"), limit=20)
        assert answer.unread == 0
        assert {hit.id for hit in answer.found} == {"d", *(f"s{n}" for n in range(7))}
    finally:
        await store.close()


async def test_a_search_during_a_first_copy_says_what_is_unread(
    store: LocalStore, monkeypatch
) -> None:
    monkeypatch.setattr(search_module, "_WAITED_FOR", 4)
    rows = [row("startups", f"s{number}", 1, name="Tidal") for number in range(10)]
    await store.apply_page(page(*rows), NOW)
    answer = await store.search.look_up(lookup_of("tidal"), limit=20)
    assert (len(answer.found), answer.unread) == (4, 6)


async def test_what_changes_is_read_before_anybody_asks(store: LocalStore) -> None:
    async def at_once(_seconds: float) -> None:
        await asyncio.sleep(0)

    reading = asyncio.ensure_future(SearchService(store.search, pause=at_once).keep_reading())
    await interview(store, "Read behind the back")

    def titles(connection) -> list[str]:
        return [title for (title,) in connection.execute("SELECT title FROM search_texts")]

    while await store._engine.read(titles) != ["Read behind the back"]:
        pass
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def test_a_note_that_cannot_be_read_hides_no_other(store: LocalStore) -> None:
    await store.append(NOTE, b"no update at all")
    await store.append(NOTE._replace(stage="context"), written("Readable"))
    await interview(store)
    assert await found(store, "readable") == [("note", "Readable")]


async def test_the_index_is_encrypted_with_everything_else(store: LocalStore, path: Path) -> None:
    await store.append(NOTE, written("unmistakableword"))
    await interview(store)
    assert await found(store, "unmistakable")
    await store.close()
    for file in path.parent.iterdir():
        assert b"unmistakableword" not in file.read_bytes(), file.name


WORDS = st.sampled_from(["rota", "Öl", "payroll", "don't", "a b", "", "😀 door", "x\x02y"])
IDS = st.sampled_from(["one", "two"])
ENTITIES = st.sampled_from(
    ["interviews", "startups", "contacts", "interview_guests", "interview_insights"]
)
STAGES = st.sampled_from(["context", "debrief"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), ENTITIES, IDS, WORDS),
        st.tuples(st.just("delete"), ENTITIES, IDS),
        st.tuples(st.just("pull"), ENTITIES, IDS, WORDS, st.booleans()),
        st.tuples(st.just("gone"), ENTITIES, IDS),
        st.tuples(st.just("erased"), ENTITIES, IDS),
        st.tuples(st.just("push"), st.sampled_from(["ok", "rejected", "conflict"])),
        st.tuples(st.just("type"), STAGES, WORDS),
        st.tuples(st.just("told"), STAGES, WORDS),
        st.tuples(st.just("aside"), STAGES),
        st.tuples(st.just("note gone"), STAGES),
        st.tuples(
            st.just("start over"),
        ),
        st.tuples(
            st.just("settle"),
        ),
    ),
    max_size=25,
)
_NAMES = {"interviews": "title", "interview_insights": "statement"}


class _Hands:
    """Does the steps on a real database."""

    def __init__(self, store: LocalStore) -> None:
        self.store = store
        self.ver = 0
        self.seqs: dict[str, int] = {}

    async def do(self, step: tuple[Any, ...]) -> None:
        self.ver += 1
        await getattr(self, step[0].replace(" ", "_"))(*step[1:])

    async def edit(self, entity: str, record_id: str, words: str) -> None:
        await self.store.write([Edit(entity, record_id, self._fields(entity, words))])

    async def delete(self, entity: str, record_id: str) -> None:
        await self.store.write([Edit(entity, record_id, {}, delete=True)])

    async def pull(self, entity: str, record_id: str, words: str, deleted: bool) -> None:  # noqa: FBT001  - drawn with the rest
        told = row(entity, record_id, self.ver, deleted=deleted, **self._fields(entity, words))
        await self.store.apply_page(page(told), NOW)

    async def gone(self, entity: str, record_id: str) -> None:
        await self.store.apply_page(page(ServerRow(entity, record_id, self.ver, gone=True)), NOW)

    async def erased(self, entity: str, record_id: str) -> None:
        told = ServerRow(entity, record_id, self.ver, deleted=True, erased=True)
        await self.store.apply_page(page(told), NOW)

    async def push(self, status) -> None:
        batch = await self.store.next_batch(limit=3, size=10_000)
        await self.store.settle([Result(one.n, status, self.ver) for one in batch], NOW)

    async def type(self, stage: str, words: str) -> None:
        await self.store.append(NoteAddress(INTERVIEW, stage), written(words))

    async def told(self, stage: str, words: str) -> None:
        doc, seq = self._doc(stage), self.seqs.get(stage, 0)
        known = row("note_documents", doc, self.ver, interview_id=INTERVIEW, stage=stage, seq=seq)
        await self.store.apply_page(page(known), NOW)
        update = SequencedUpdate(seq + 1, written(words))
        if await self.store.apply_notes(NotePage(doc, after=seq, seq=seq + 1, updates=(update,))):
            self.seqs[stage] = seq + 1

    async def aside(self, stage: str) -> None:
        await self.store.set_note_aside(self._doc(stage), code="x", detail=None, now=NOW)
        for item in await self.store.quarantined():
            await self.store.discard(item.id)

    async def note_gone(self, stage: str) -> None:
        told = ServerRow("note_documents", self._doc(stage), self.ver, gone=True)
        await self.store.apply_page(page(told), NOW)
        self.seqs.pop(stage, None)

    async def start_over(self) -> None:
        await self.store.start_over()
        await self.store.apply_page(page(), NOW)
        self.seqs.clear()

    async def settle(self) -> None:
        await self.store.search.settle()

    def _fields(self, entity: str, words: str) -> dict[str, Json]:
        fields: dict[str, Json] = {_NAMES.get(entity, "name"): words}
        if entity in {"interview_guests", "interview_insights"}:
            fields["interview_id"] = "one"
        return fields

    def _doc(self, stage: str) -> str:
        return note_document_id(INTERVIEW, stage)


async def _histories(steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = await LocalStore.open(Path(folder) / "desk.db", KEY)
        hands = _Hands(store)
        try:
            for step in steps:
                await hands.do(step)
            kept = await index_of(store)
            await store._engine.write(lambda connection, _: rebuild(connection))
            assert await index_of(store) == kept
            await _is_what_is_shown(store, kept)
        finally:
            await store.close()


async def _is_what_is_shown(store: LocalStore, kept: set[tuple[Any, ...]]) -> None:
    for entity in ("interviews", "startups", "interview_guests"):
        titles = {
            (row.id, " ".join(str(row.fields.get(_NAMES.get(entity, "name"))).split()))
            for row in await store.all_of(entity)
        }
        wanted = {(key, title.replace("\x02", " ")) for key, title in titles if title}
        assert {(one[1], one[4]) for one in kept if one[0] == entity} == wanted


@settings(max_examples=40)
@given(STEPS)
def test_the_index_is_what_reading_everything_anew_would_make_it(
    steps: list[tuple[Any, ...]],
) -> None:
    asyncio.run(_histories(steps))
