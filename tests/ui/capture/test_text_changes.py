from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.notes import NoteDocument
from interview_desk.ui.capture.text_changes import Replacement, replace_in, replacements, to_note

_TEXTS = st.text(alphabet="ab \né😀cd", max_size=40)


def applied(old: str, changes: list[Replacement]) -> str:
    for start, end, text in reversed(changes):
        old = old[:start] + text + old[end:]
    return old


@settings(deadline=None)
@given(old=_TEXTS, new=_TEXTS)
def test_the_replacements_turn_the_old_text_into_the_new(old: str, new: str):
    assert applied(old, list(replacements(old, new))) == new


@settings(deadline=None)
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
