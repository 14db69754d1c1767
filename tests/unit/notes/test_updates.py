import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from interview_desk.notes import (
    LARGEST_UPDATE,
    NoteDocument,
    NoteUpdateInvalid,
    NoteUpdatesIncomplete,
    addition,
    append_text,
    bring_news,
    check_update,
    join_updates,
    merge,
    text_of,
)


def typed(*words: str, client_id: int | None = None) -> list[bytes]:
    log: list[bytes] = []
    document = NoteDocument(log.append, client_id=client_id)
    for word in words:
        document.insert(document.length, word)
    return log


def full_of_everything() -> bytes:
    log: list[bytes] = []
    document = NoteDocument(log.append, client_id=5)
    document.insert(0, "hello wörld 😀")
    document.delete(1, 3)
    other = NoteDocument(client_id=6)
    other.apply([document.updates_since()])
    other.insert(2, "é")
    return other.updates_since()


def test_what_an_editor_writes_is_accepted():
    for update in [*typed("one", " 😀"), full_of_everything(), b"\x00\x00"]:
        check_update(update)


def test_nothing_larger_than_a_mebibyte_is_accepted():
    with pytest.raises(NoteUpdateInvalid, match="1 MiB"):
        check_update(b"\x00" * (LARGEST_UPDATE + 1))


@pytest.mark.parametrize(
    "update",
    [
        b"",
        b"garbage",
        b"\x01",
        b"\x00\x00\x00",
        b"\x01\x00\x01\x04\x00",
        b"\x01\x01\x01\x00\x04\x01\x04text\x00\x00",
        b"\x01\x01\x01\x00\x04\x01\x05other\x01a\x00",
        b"\x01\x01\x01\x00\x24\x01\x04text\x01k\x01a\x00",
        b"\x01\x01\x01\x00\x04\x01\x05text",
        b"\x01\x01\x01\x00\x04\x00\x01\x00\x01a\x00",
        b"\x01\x01\x01\x00\x04\x01\x04text\x09ab\x00",
        b"\x01\x01\x01\x00\x04\x01\x04text\x02\xff\xfe\x00",
        b"\x01\x01\x01\x00\x0f\x01\x04text\x01a\x00",
        b"\x01\x01\x01\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00",
        b"\x01\x01\x01\xff\xff\xff\xff\x07\x00\x7f\x00",
        b"\x00\x01\x01\x01\xff\xff\xff\xff\x07\x7f",
    ],
)
def test_bytes_that_are_no_update_of_a_note_are_refused(update: bytes):
    with pytest.raises(NoteUpdateInvalid):
        check_update(update)


def test_an_update_the_engine_cannot_read_is_refused_even_when_its_shape_is_right():
    formatted_with_no_json = b"\x01\x01\x01\x00\x06\x01\x04text\x01k\x01x\x00"
    with pytest.raises(NoteUpdateInvalid, match="cannot be read"):
        check_update(formatted_with_no_json)


def test_things_that_are_not_text_are_refused():
    for root in (Map({"text": "a"}), Array(["a"])):
        document: Doc[Map[str] | Array[str]] = Doc()
        document["other"] = root
        with pytest.raises(NoteUpdateInvalid):
            check_update(document.get_update())
    note: Doc[Text] = Doc()
    note["text"] = text = Text("a")
    text.insert_embed(1, {"picture": 1})
    with pytest.raises(NoteUpdateInvalid, match="not text"):
        check_update(note.get_update())


@settings(max_examples=300)
@given(data=st.data())
def test_a_damaged_update_is_refused_or_harmless(data: st.DataObject):
    damaged = bytearray(full_of_everything())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    document = NoteDocument()
    document.insert(0, "words that were there")
    try:
        document.apply([bytes(damaged)])
    except NoteUpdateInvalid:
        assert document.text == "words that were there"
    else:
        document.insert(0, "still ")
        assert document.text.startswith("still ")


def test_updates_that_skip_what_the_receiver_has_are_accepted():
    first, second = typed("one", "two", client_id=9)
    check_update(second)
    # A skipped range, as other programs write it when they merge the first and the third.
    check_update(b"\x01\x02\x09\x00\x0a\x03\x84\x09\x02\x01b\x00")
    assert text_of([first, second]) == "onetwo"


def test_a_merge_says_the_same_in_one_update():
    log = typed("some ", "words ", "😀")
    assert text_of([merge(log)]) == "some words 😀"
    assert text_of([merge([])]) == ""


def test_a_merge_refuses_to_lose_an_update_that_waits_for_another():
    first, second, third = typed("one", "two", "three")
    for incomplete in ([first, third], [second], [third, first]):
        with pytest.raises(NoteUpdatesIncomplete):
            merge(incomplete)
    assert text_of([merge([first, second, third])]) == "onetwothree"


def test_a_merge_refuses_to_lose_a_deletion_that_came_first():
    log: list[bytes] = []
    document = NoteDocument(log.append)
    document.insert(0, "word")
    document.delete(0, 4)
    with pytest.raises(NoteUpdatesIncomplete):
        merge(log[1:])


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "More"), ("Notes", "Notes\nMore"), ("Notes\n", "Notes\nMore")],
)
def test_text_is_appended_on_a_line_of_its_own(before: str, after: str):
    log = typed(before)
    assert text_of([*log, append_text(log, "More")]) == after


def test_a_few_updates_are_joined_without_knowing_the_rest_of_the_note():
    first, *rest = typed("one", " two", " three")
    assert text_of([first, join_updates(rest)]) == "one two three"
    assert join_updates([first]) == first


def test_an_addition_is_what_the_known_part_lacks_and_no_more():
    log = typed("known ", "new ", "newer")
    added = addition(log[:1], log[1:])
    assert text_of([log[0], added]) == "known new newer"
    assert text_of([added]) == ""
    assert text_of([addition([], log)]) == "known new newer"


def test_an_addition_on_missing_ground_is_refused():
    log = typed("one", "two", "three")
    with pytest.raises(NoteUpdatesIncomplete):
        addition(log[:1], log[2:])


def test_what_is_known_brings_no_news_and_everything_else_does():
    log: list[bytes] = []
    document = NoteDocument(log.append)
    document.insert(0, "some words")
    document.delete(0, 5)
    document.insert(0, "more ")
    assert bring_news(log, log) == [False, False, False]
    assert bring_news(log[:1], log) == [False, True, True]
    assert bring_news([], log[1:]) == [True, True]
    assert bring_news(log[:2], [log[2], log[2]]) == [True, False]
