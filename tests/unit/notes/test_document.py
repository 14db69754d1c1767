import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.notes import Delta, NoteDocument, NoteUpdateInvalid, text_of

_TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab \né😀e\u0301\u202e\u05e9\u05dc\u05d5\u05dd👩\u200d💻"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)


def utf16(text: str) -> list[str]:
    raw = text.encode("utf-16-le")
    return [raw[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(raw), 2)]


def join(parts: list[str]) -> str:
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def shown(before: str, deltas: list[Delta]) -> str:
    parts = utf16(before)
    for delta in deltas:
        parts[delta.position : delta.position + delta.removed] = utf16(delta.inserted)
    return join(parts)


def note(text: str = "") -> tuple[NoteDocument, list[bytes]]:
    log: list[bytes] = []
    document = NoteDocument(log.append)
    document.insert(0, text)
    return document, log


def test_typing_is_reported_as_updates_that_rebuild_the_text():
    document, log = note("Hello")
    document.insert(5, ", world")
    document.delete(0, 1)
    document.insert(0, "J")

    assert document.text == "Jello, world"
    assert document.length == 12
    assert len(log) == 4
    assert text_of(log) == "Jello, world"


def test_a_document_without_a_listener_can_be_read_and_written():
    document = NoteDocument()
    assert document.insert(0, "a note") == 6
    assert document.text == "a note"


def test_a_part_of_the_note_is_read_in_whole_characters():
    document, _ = note("a😀b")
    assert document.between(0, 1) == "a"
    assert document.between(1, 2) == document.between(2, 3) == "😀"
    assert document.between(3, 99) == "b"


def test_each_session_is_an_author_of_its_own():
    assert NoteDocument().client_id != NoteDocument().client_id
    assert NoteDocument(client_id=7).client_id == 7


@pytest.mark.parametrize(
    ("position", "expected"),
    [(0, "X😀é"), (1, "X😀é"), (2, "😀Xé"), (3, "😀éX"), (99, "😀éX"), (-4, "X😀é")],
)
def test_text_lands_at_the_editors_position_or_safely_beside_it(position: int, expected: str):
    document, log = note("😀é")
    document.insert(position, "X")
    assert document.text == expected
    assert text_of(log) == expected


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, 2, "b😀"),
        (1, 1, "ab😀"),
        (0, 1, "😀b😀"),
        (1, 2, "ab😀"),
        (2, 1, "ab😀"),
        (2, 2, "a😀"),
        (4, 1, "a😀b"),
        (3, 99, "a😀"),
        (1, 0, "a😀b😀"),
    ],
)
def test_a_character_is_deleted_whole_or_not_at_all(start: int, length: int, expected: str):
    document, log = note("a😀b😀")
    document.delete(start, length)
    assert document.text == expected
    assert text_of(log) == expected


def test_line_ends_become_one_kind_and_lone_surrogates_a_replacement():
    document, log = note()
    came_in = document.insert(0, "one\r\ntwo\rthree\ud83d|\ud83d\ude00")
    assert document.text == "one\ntwo\nthree\ufffd|😀"
    assert came_in == document.length == 17
    assert text_of(log) == document.text


def test_a_note_knows_whether_a_position_can_be_inside_a_character():
    document, log = note()
    told = [document.has_pairs]
    document.insert(0, "né😀x")
    document.insert(3, "😀")  # inside the first one: before it
    document.delete(2, 2)
    told.append(document.has_pairs)
    document.delete(2, 2)
    told.append(document.has_pairs)
    other, _ = note()
    other.apply(log[:1])
    told.append(other.has_pairs)
    assert (document.text, told) == ("néx", [False, True, False, True])


def test_a_large_paste_is_several_updates_below_the_wires_limit():
    document, log = note()
    document.insert(0, "жé😀x" * 50_000)
    assert len(log) > 1
    assert max(map(len, log)) < 256 * 1024
    assert text_of(log) == "жé😀x" * 50_000


def test_clearing_a_large_note_and_undoing_it_stays_below_the_wires_limit():
    document, log = note("жé😀x" * 50_000)
    document.end_undo_step()
    document.delete(0, document.length)
    assert document.text == ""
    while not document.text:
        document.undo()
    for _ in range(20):
        if document.text == "жé😀x" * 50_000:
            break
        document.undo()

    assert document.text == "жé😀x" * 50_000
    assert max(map(len, log)) < 256 * 1024
    assert text_of(log) == document.text


def test_what_others_type_arrives_as_deltas_in_the_editors_units():
    mine, log = note("a😀b")
    theirs = NoteDocument(log.append)
    theirs.apply(log)
    sent = len(log)
    theirs.insert(3, "é😀")
    theirs.delete(0, 1)

    deltas = mine.apply(log[sent:])

    assert shown("a😀b", deltas) == mine.text == "😀é😀b"
    assert Delta(0, 1, "") in deltas


def test_others_can_type_anywhere_in_a_long_note_that_is_not_plain_ascii():
    mine, log = note("жé😀x" * 2_000)
    theirs = NoteDocument(log.append)
    theirs.apply(log)
    for place in (0, 1_234, 5_000, theirs.length):
        before, sent = mine.text, len(log)
        theirs.insert(place, "ы😀")
        assert shown(before, mine.apply(log[sent:])) == theirs.text == mine.text


def test_what_others_type_is_not_reported_as_typed_here():
    mine, log = note("mine")
    _, their_log = note("theirs")
    mine.apply(their_log)
    assert len(log) == 1
    mine.insert(0, "x")
    assert len(log) == 2


def test_applying_the_same_updates_again_changes_nothing():
    mine, log = note("text")
    assert mine.apply(log) == []
    assert mine.text == "text"


def test_formatting_by_another_program_does_not_move_a_position():
    from pycrdt import Doc, Text  # another program that shares the note

    theirs: Doc[Text] = Doc()
    theirs["text"] = text = Text()
    text.insert(0, "bold and plain")
    text.format(0, 4, {"bold": True})
    mine = NoteDocument()
    mine.apply([theirs.get_update()])
    mine.insert(8, ",")
    assert mine.text == "bold and, plain"


def test_a_broken_update_changes_nothing_not_even_with_good_ones_beside_it():
    mine, _ = note("mine")
    _, good = note("theirs")
    with pytest.raises(NoteUpdateInvalid):
        mine.apply([*good, b"\x01\x02broken"])
    assert mine.text == "mine"


def test_a_broken_update_that_was_said_to_be_checked_is_refused_too():
    mine, _ = note("mine")
    with pytest.raises(NoteUpdateInvalid):
        mine.apply([b"\x01\x02broken"], checked=True)
    assert mine.text == "mine"


def test_undo_takes_back_only_what_was_typed_here():
    mine, log = note("My words. ")
    mine.end_undo_step()
    theirs = NoteDocument(log.append)
    theirs.apply(log)
    sent = len(log)
    theirs.insert(theirs.length, "Their words.")
    before = mine.text
    deltas = mine.apply(log[sent:])
    assert shown(before, deltas) == "My words. Their words."

    before = mine.text
    deltas = mine.undo()
    assert mine.text == shown(before, deltas) == "Their words."

    before = mine.text
    deltas = mine.redo()
    assert mine.text == shown(before, deltas) == "My words. Their words."
    assert text_of(log) == mine.text
    assert mine.redo() == []


def test_steps_that_were_ended_are_undone_one_at_a_time():
    document, _ = note("one")
    document.end_undo_step()
    document.insert(3, " two")
    document.undo()
    assert document.text == "one"


def test_what_was_loaded_cannot_be_undone_after_the_undo_is_forgotten():
    document, _ = note("loaded")
    document.forget_undo()
    assert document.undo() == []
    assert document.text == "loaded"


def test_a_copy_catches_up_from_its_state_vector():
    mine, _ = note("shared")
    copy = NoteDocument()
    copy.apply([mine.updates_since()])
    mine.insert(6, " and more")
    missing = mine.updates_since(copy.state_vector())
    assert len(missing) < len(mine.updates_since())
    copy.apply([missing])
    assert copy.text == "shared and more"


def test_a_broken_state_vector_is_refused():
    with pytest.raises(NoteUpdateInvalid):
        NoteDocument().updates_since(b"\x05")


@settings(max_examples=150)
@given(data=st.data())
def test_positions_follow_the_editor_through_any_edits(data: st.DataObject):
    document, log = note()
    expected: list[str] = []
    for _ in range(data.draw(st.integers(1, 12))):
        starts = [i for i in range(len(expected) + 1) if not inside_pair(expected, i)]
        start = data.draw(st.sampled_from(starts))
        if data.draw(st.booleans()):
            text = data.draw(_TEXTS).replace("\r", "")
            document.insert(start, text)
            expected[start:start] = utf16(text)
        else:
            end = data.draw(st.sampled_from([i for i in starts if i >= start]))
            document.delete(start, end - start)
            del expected[start:end]
        assert document.text == join(expected)
        assert document.length == len(expected)
    assert text_of(log) == join(expected)


def inside_pair(parts: list[str], at: int) -> bool:
    return 0 < at < len(parts) and "\udc00" <= parts[at] <= "\udfff"


@settings(max_examples=120)
@given(data=st.data())
def test_authors_in_server_order_converge_and_no_word_is_lost(data: st.DataObject):
    """The server gives one order; each author applies it, also their own updates again."""
    server: list[bytes] = []
    authors = data.draw(st.integers(2, 3))
    outboxes: list[list[bytes]] = [[] for _ in range(authors)]
    documents = [NoteDocument(outbox.append) for outbox in outboxes]
    seen, screens = [0] * authors, [""] * authors
    words: list[str] = []
    for turn in range(data.draw(st.integers(1, 15))):
        who = data.draw(st.integers(0, authors - 1))
        document = documents[who]
        act = data.draw(st.sampled_from(["type", "type", "push", "pull", "delete own"]))
        at = data.draw(st.integers(0, document.length))
        if act == "type":
            word = f"«{turn}{data.draw(_TEXTS)}»".replace("\r", "")
            # Nobody types inside another's word here, so that whole words can be counted.
            at = document.length if data.draw(st.booleans()) else 0
            document.insert(at, word)
            words.append(word)
        elif act == "delete own":
            document.end_undo_step()
            document.insert(at, "x")
            document.undo()
        elif act == "push":
            server.extend(outboxes[who])
            outboxes[who].clear()
        else:
            document.apply(server[seen[who] :])
            seen[who] = len(server)
        screens[who] = document.text
    for outbox in outboxes:
        server.extend(outbox)
    for who, document in enumerate(documents):
        deltas = document.apply(server[seen[who] :])
        assert shown(screens[who], deltas) == document.text
    final = text_of(server)
    assert {document.text for document in documents} == {final}
    assert all(word in final for word in words)
