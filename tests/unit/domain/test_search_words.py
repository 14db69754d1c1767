"""What is typed into search is only ever words; what comes back is cut at the hits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as cipher

from interview_desk.domain.search_words import (
    HIT_BEGINS,
    HIT_ENDS,
    Piece,
    excerpt_of,
    indexable,
    lookup_of,
    pieces_of,
    plain_of,
)


@pytest.mark.parametrize(
    ("typed", "expression"),
    [
        ("rota", '"rota"*'),
        ("  jo   bu ", '"jo"* "bu"*'),
        ("rota a", '"rota"*'),
        ("a", '"a"*'),
        ("plan \xe9", '"plan"* "\xe9"*'),
        ('say "no" OR NOT', '"say"* """no"""* "OR"* "NOT"*'),
        ("title:x -y *", '"title:x"* "-y"*'),
        ("-- ** ()", ""),
        ("", ""),
        ("a\x00b\x02c\ud800d", '"a"* "b"* "cd"*'),
    ],
)  # fmt: skip
def test_every_word_is_quoted_and_may_go_on(typed: str, expression: str) -> None:
    assert lookup_of(typed) == expression


def test_a_pasted_page_narrows_by_its_first_words() -> None:
    assert lookup_of("word " * 500).count("word") == 16


@given(st.text(max_size=80))
def test_nothing_typed_is_ever_an_error(typed: str) -> None:
    connection = cipher.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5 (body)")
    connection.execute("INSERT INTO search VALUES (?)", (indexable(typed),))
    expression = lookup_of(typed)
    if expression:
        connection.execute("SELECT * FROM search WHERE search MATCH ?", (expression,)).fetchall()
    connection.close()


def test_hits_are_cut_out_of_their_surroundings() -> None:
    marked = f"one\n{HIT_BEGINS}two{HIT_ENDS} three {HIT_BEGINS}four{HIT_ENDS}"
    assert pieces_of(marked) == (
        Piece("one ", hit=False),
        Piece("two", hit=True),
        Piece(" three ", hit=False),
        Piece("four", hit=True),
    )
    assert plain_of(pieces_of(marked)) == "one two three four"
    assert pieces_of("") == ()


def hit(word: str) -> str:
    return f"{HIT_BEGINS}{word}{HIT_ENDS}"


def test_of_a_long_text_the_surroundings_of_its_hit_are_shown() -> None:
    words = " ".join(f"word{number}" for number in range(100))
    shown = excerpt_of(f"{words}\n{hit('door')} {words}")
    assert shown[1] == Piece("door", hit=True)
    assert shown[0].text == "\u2026word95 word96 word97 word98 word99 "
    assert shown[2].text == " " + " ".join(f"word{number}" for number in range(11)) + "\u2026"


def test_a_short_text_is_shown_whole_and_one_without_a_hit_from_its_beginning() -> None:
    assert plain_of(excerpt_of(f"a {hit('locked')}\ndoor")) == "a locked door"
    long = "nothing marked " * 20
    assert long.startswith(plain_of(excerpt_of(long)).removesuffix("\u2026"))


def test_at_the_end_of_a_text_more_of_what_stands_before_is_shown() -> None:
    shown = plain_of(excerpt_of("so " * 60 + hit("end")))
    assert shown.startswith("\u2026so ")
    assert shown.endswith(" so end")
    assert len(shown) > 90


def test_the_place_where_most_of_what_was_looked_for_stands_together_is_shown() -> None:
    far = " and so on" * 30
    near = f"{hit('payroll')} on {hit('Friday')}"
    marked = f"{hit('payroll')}{far} {hit('payroll')} {hit('PAYROLL')}{far} {near}{far}"
    assert "payroll on Friday" in plain_of(excerpt_of(marked))


@given(st.lists(st.text("ab \n\u5b57", min_size=1, max_size=60), min_size=1, max_size=12))
def test_what_is_shown_as_a_hit_was_one(texts: list[str]) -> None:
    marked = "".join(part if n % 2 else hit(part.replace("b", "c")) for n, part in enumerate(texts))
    shown = excerpt_of(marked)
    assert {HIT_BEGINS, HIT_ENDS}.isdisjoint(plain_of(shown))
    for piece in shown:
        assert ("b" if piece.hit else "c") not in piece.text
