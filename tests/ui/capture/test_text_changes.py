import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.notes import NoteDocument
from interview_desk.ui.capture.text_changes import (
    Hand,
    Replacement,
    replace_in,
    replacements,
    to_note,
)

_TEXTS = st.text(alphabet="ab \né😀cd", max_size=40)


def applied(old: str, changes: list[Replacement]) -> str:
    for start, end, text in reversed(changes):
        old = old[:start] + text + old[end:]
    return old


@given(old=_TEXTS, new=_TEXTS)
def test_the_replacements_turn_the_old_text_into_the_new(old: str, new: str):
    assert applied(old, list(replacements(old, new))) == new


@given(old=_TEXTS, new=_TEXTS, before=_TEXTS)
def test_a_note_follows_whatever_an_editor_reports(old: str, new: str, before: str):
    document = NoteDocument()
    document.insert(0, before + old + "end")
    start = len(before.encode("utf-16-le")) // 2
    replace_in(document, start, removed=len(old.encode("utf-16-le")) // 2, added=new)
    assert document.text == before + new + "end"


def test_text_that_did_not_change_is_left_alone():
    assert list(replacements("the same", "the same")) == []
    assert list(replacements("wrld", "world")) == [Replacement(1, 1, "o")]


def test_a_dragged_word_leaves_the_text_between_alone():
    old = "drag this word past a long line of other people's words"
    new = "drag this past a long line of other people's words word"
    changes = list(replacements(old, new))
    assert applied(old, changes) == new
    assert sum(end - start for start, end, _ in changes) < 10


def test_a_change_too_large_to_compare_is_replaced_between_what_is_common():
    old, new = "x " * 5000, "y " * 5000
    (change,) = replacements(f"a {old} z", f"a {new} z")
    assert (change.start, change.end) == (2, 2 + len(old) - 1)


def test_every_line_end_of_the_editor_is_one_line_end_of_the_note():
    assert to_note("a\u2029b\u2028c\rd\ufdd0e\ufdd1f") == "a\nb\nc\nd\ne\nf"


@given(first=_TEXTS, second=_TEXTS)
def test_what_is_dragged_past_its_neighbour_moves_and_the_neighbour_stays(first: str, second: str):
    old, new = first + second, second + first
    changes = list(replacements(old, new))
    assert applied(old, changes) == new
    removed = sum(end - start for start, end, _ in changes)
    assert removed <= min(len(first), len(second))


_PLACES = st.integers(-3, 45)


@given(old=_TEXTS, new=_TEXTS, hand=st.builds(Hand, _PLACES, _PLACES, _PLACES))
def test_whatever_the_hand_says_the_old_text_becomes_the_new(old: str, new: str, hand: Hand):
    assert applied(old, list(replacements(old, new, hand))) == new


@given(
    before=_TEXTS,
    selected=st.text(alphabet="ab😀", max_size=5),
    typed=st.text(alphabet="ab😀", max_size=5),
    after=_TEXTS,
)
def test_what_is_typed_over_a_selection_is_all_new(
    before: str, selected: str, typed: str, after: str
):
    old, new = before + selected + after, before + typed + after
    start, caret = len(before), len(before) + len(typed)
    hand = Hand(start, start + len(selected), caret)
    assert list(replacements(old, new, hand)) == [Replacement(start, hand.end, typed)]


@pytest.mark.parametrize(
    ("old", "new", "hand", "expected"),
    [
        ("aXb", "aXXb", Hand(9, 9, 2), Replacement(1, 1, "X")),
        ("aXXb", "aXb", Hand(2, 2, 1), Replacement(1, 2, "")),
        ("aXXb", "aXb", Hand(0, 0, 9), Replacement(2, 3, "")),
    ],
)
def test_the_caret_tells_which_of_two_equal_letters_came_or_went(
    old: str, new: str, hand: Hand, expected: Replacement
):
    assert list(replacements(old, new, hand)) == [expected]


@pytest.mark.parametrize(
    ("hand", "moved"),
    [(None, "one "), (Hand(0, 4, 9), "one "), (Hand(4, 13, 9), "and more ")],
)
def test_the_dragged_text_moves_and_not_its_neighbour(hand: Hand | None, moved: str):
    changes = list(replacements("one and more ", "and more one ", hand))
    assert [change.text for change in changes if change.text] == [moved]
