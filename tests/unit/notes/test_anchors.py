"""Places that stay with their character, for everybody who has the note open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.notes import Anchor, NoteDocument

_TEXTS = st.text(alphabet="ab \né😀e\u0301\u05e9\u05dc👩\u200d💻", min_size=1, max_size=8)


def pair(text: str) -> tuple[NoteDocument, NoteDocument]:
    mine = NoteDocument()
    mine.insert(0, text)
    return mine, copy_of(mine)


def copy_of(document: NoteDocument) -> NoteDocument:
    copy = NoteDocument()
    copy.apply([document.updates_since()])
    return copy


@pytest.mark.parametrize("position", [0, 1, 3, 4, 5, 6])
def test_a_place_is_the_same_on_another_desk(position: int):
    mine, theirs = pair("a😀éb\n")
    assert theirs.position_of(mine.anchor_at(position)) == position


def test_a_place_inside_an_emoji_is_the_one_before_it():
    mine, theirs = pair("a😀b")
    assert theirs.position_of(mine.anchor_at(2)) == 1
    assert theirs.position_of(mine.anchor_at(99)) == 4


def test_a_place_stays_behind_its_character_whatever_others_type():
    mine, theirs = pair("one two")
    place = mine.anchor_at(3)
    theirs.insert(0, "😀 ")
    theirs.insert(6, "!")
    assert theirs.text == "😀 one! two"
    assert theirs.position_of(place) == 6


def test_a_place_behind_what_was_deleted_is_where_that_was():
    mine, theirs = pair("one two three")
    place = mine.anchor_at(7)
    theirs.delete(3, 4)
    assert theirs.position_of(place) == 3


def test_a_place_behind_what_has_not_arrived_is_not_known_yet():
    mine, theirs = pair("one")
    before = theirs.state_vector()
    mine.insert(3, " 😀")
    place = mine.anchor_at(6)
    assert theirs.position_of(place) is None
    theirs.apply([mine.updates_since(before)])
    assert theirs.position_of(place) == 6


def test_a_place_that_nobody_could_name_does_no_harm():
    mine, theirs = pair("a😀b")
    for clock in range(5):
        assert theirs.position_of(Anchor(mine.client_id, clock)) in {1, 3, 4, None}
    assert theirs.position_of(Anchor(77, 0)) is None
    assert theirs.text == "a😀b"
    assert theirs.state_vector() == mine.state_vector()


def test_a_caret_that_moves_all_day_is_still_placed_right():
    mine, theirs = pair("a😀b and more")
    for step in range(1_500):
        place = step % 5 if step % 5 != 2 else 1
        assert theirs.position_of(mine.anchor_at(place)) == place
    assert theirs.position_of(theirs.anchor_at(4)) == 4


def test_a_place_behind_what_another_program_collected_is_not_known():
    mine, _ = pair("text")
    mine.apply([b"\x01\x01\x09\x00\x00\x03\x00"])  # three units of author 9, without content
    assert mine.position_of(Anchor(9, 1)) is None


@settings(max_examples=80)
@given(data=st.data())
def test_places_agree_after_any_typing_of_two(data: st.DataObject):
    sent: list[bytes] = []
    mine = NoteDocument(sent.append)
    mine.insert(0, data.draw(_TEXTS))
    theirs = NoteDocument(sent.append)
    theirs.apply(sent)
    for _ in range(data.draw(st.integers(1, 8))):
        who, other = data.draw(st.permutations([mine, theirs]))
        place = data.draw(st.integers(0, who.length))
        heard = len(sent)
        if data.draw(st.booleans()):
            who.insert(place, data.draw(_TEXTS))
        else:
            who.delete(place, data.draw(st.integers(0, 4)))
        other.apply(sent[heard:])
        assert mine.text == theirs.text
        place = data.draw(st.integers(0, who.length))
        named = who.anchor_at(place)
        assert other.position_of(named) == who.position_of(named)
        assert who.position_of(named) in {place, place - 1}
