"""What is typed into search is only ever words; what comes back is cut at the hits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as cipher

from interview_desk.domain.search_words import (
    HIT_BEGINS,
    HIT_ENDS,
    Piece,
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
