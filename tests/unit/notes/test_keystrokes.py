"""Keys are counted in at once and given to the engine by the run."""

from hypothesis import given, settings
from hypothesis import strategies as st

from interview_desk.notes import NoteDocument, text_of


def typing() -> tuple[NoteDocument, list[bytes], list[str]]:
    log: list[bytes] = []
    told: list[str] = []
    document = NoteDocument(log.append, on_waiting=lambda: told.append("waiting"))
    return document, log, told


def test_a_run_of_keys_is_one_update():
    document, log, told = typing()
    for place, letter in enumerate("hello"):
        document.type_key(place, text=letter)
    assert (document.length, document.is_settled, log) == (5, False, [])
    assert told == ["waiting"]
    document.settle()
    assert (document.length, document.is_settled, len(log)) == (5, True, 1)
    assert text_of(log) == "hello"
    document.settle()
    assert len(log) == 1


def test_letters_that_were_taken_back_at_once_are_never_told():
    document, log, _ = typing()
    document.insert(0, "one ")
    for place, letter in enumerate("twp"):
        document.type_key(4 + place, text=letter)
    document.type_key(6, removed=1)
    document.type_key(6, text="o")
    assert document.text == "one two"
    assert len(log) == 2
    for place in (6, 5, 4, 3):
        document.type_key(place, removed=1)
    document.type_key(3, text="!")
    assert document.text == "one!"
    assert len(log) == 4


def test_keys_at_different_places_stay_in_order():
    document, log, _ = typing()
    document.type_key(0, text="a")
    document.type_key(0, text="b")
    document.type_key(2, text="c")
    document.type_key(1, removed=1)
    document.type_key(0, removed=1, text="x")
    assert document.text == "xc"
    assert text_of(log) == "xc"


def test_everything_asked_counts_in_what_was_typed():
    document, log, told = typing()
    other = NoteDocument()
    document.type_key(0, text="a")
    other.apply([document.updates_since()])
    document.type_key(1, text="b")
    other.apply([document.updates_since(other.state_vector())])
    assert other.text == "ab"
    document.type_key(2, text="c")
    assert document.between(0, 3) == "abc"
    document.type_key(3, text="d")
    assert document.anchor_at(4) is not None
    document.type_key(4, text="e")
    before = len(log)
    other.insert(0, ">")
    assert [delta.inserted for delta in document.apply([other.updates_since()])] == [">"]
    assert len(log) == before + 1
    assert document.text == ">abcde"
    document.type_key(6, text="f")
    document.undo()
    assert document.text == ">"
    assert len(told) == 6


def test_a_note_that_tells_nobody_takes_keys_too():
    document = NoteDocument()
    document.type_key(0, text="a")
    assert document.text == "a"


@settings(max_examples=150)
@given(data=st.data())
def test_keys_and_changes_in_any_order_say_what_the_editor_shows(data: st.DataObject):
    document, log, _ = typing()
    shown = ""
    for _ in range(data.draw(st.integers(1, 25))):
        at = data.draw(st.integers(0, len(shown)))
        if data.draw(st.booleans()):
            at = min(at, len(shown))
        removed = data.draw(st.integers(0, min(2, len(shown) - at)))
        text = data.draw(st.text(alphabet="aé\n", max_size=2))
        if data.draw(st.integers(0, 3)):
            document.type_key(at, removed=removed, text=text)
        else:
            document.delete(at, removed)
            document.insert(at, text)
        shown = shown[:at] + text + shown[at + removed :]
        assert document.length == len(shown)
        if data.draw(st.integers(0, 5)) == 0:
            assert document.text == shown
    assert document.text == text_of(log) == shown
