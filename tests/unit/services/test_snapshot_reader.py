"""Reading a whole copy from bytes in parts of any size."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desk.services.server_errors import CopyDamagedError, ServerUnreachableError
from interview_desk.services.snapshot_reader import CopyHead, SnapshotReader
from tests.helpers.copies import copy_text

ROWS = [{"entity": "startups", "id": f"s{number}", "name": "é😀\n"} for number in range(9)]
TEXT = copy_text(ROWS, cursor="c", epoch="e")  # type: ignore[arg-type]  # rows of text only
LINES = TEXT.split(b"\n", 1)[1].rsplit(b"\n", 2)[0] + b"\n"
HALF = len(TEXT) // 2
PACKED = {
    "one member": gzip.compress(TEXT),
    "several members": b"".join(
        gzip.compress(TEXT[at : at + 40]) for at in range(0, len(TEXT), 40)
    ),
    "unpacked by a proxy": TEXT,
}


@pytest.mark.parametrize("how", PACKED)
@given(cuts=st.lists(st.integers(0, 700)))
def test_parts_of_any_size_give_the_same_rows(how: str, cuts: list[int]) -> None:
    reader, body = SnapshotReader(), PACKED[how]
    ends = [*sorted(cuts), len(body)]
    lines = b"".join(
        reader.feed(body[start:end]) for start, end in zip([0, *ends], ends, strict=False)
    )
    reader.finish()
    assert lines == LINES
    assert reader.head == CopyHead("c", "e", {"startups": 9})


@pytest.mark.parametrize(
    "body", [b"", b"\x1f", gzip.compress(TEXT)[:-60], gzip.compress(TEXT[:-1])]
)
def test_what_was_cut_off_is_not_called_damaged(body: bytes) -> None:
    reader = SnapshotReader()
    reader.feed(body)
    with pytest.raises(ServerUnreachableError):
        reader.finish()


def test_a_head_without_counts_is_that_of_a_rest() -> None:
    reader = SnapshotReader()
    reader.feed(copy_text([], cursor="c", epoch="e", counts=None))
    reader.finish()
    assert reader.head == CopyHead("c", "e", None)


@pytest.mark.parametrize(("said", "marks"), [(["a1", "b2"], ("a1", "b2")), ("nonsense", ())])
def test_a_head_may_name_what_was_erased(said: object, marks: tuple[str, ...]) -> None:
    reader = SnapshotReader()
    reader.feed(copy_text([], cursor="c", epoch="e", erased=said))  # type: ignore[arg-type]  # any
    assert reader.head == CopyHead("c", "e", {}, marks)


def test_another_sum_is_damage() -> None:
    reader = SnapshotReader()
    reader.feed(TEXT.replace(b"s3", b"s4"))
    with pytest.raises(CopyDamagedError):
        reader.finish()


@pytest.mark.parametrize(
    "head",
    [
        b"{}",
        b'{"cursor":"c","epoch":1}',
        b"[1]",
        b"<html>",
        b"[" * 100_000,
        b'{"cursor":"c","epoch":"e","counts":{"startups":"3"}}',
        b'{"cursor":"\\ud800","epoch":"e"}',
        b'{"cursor":"%s","epoch":"e"}' % (b"c" * 5000),
    ],
)
def test_a_head_that_is_none_is_damage(head: bytes) -> None:
    with pytest.raises(CopyDamagedError):
        SnapshotReader().feed(head + b"\n{}\n{}\n")


def test_gzip_that_is_none_is_damage() -> None:
    with pytest.raises(CopyDamagedError):
        SnapshotReader().feed(b"\x1f\x8b" + b"no gzip at all")
