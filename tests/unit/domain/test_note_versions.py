"""Versions of a note: where a stretch of typing ended."""

from datetime import UTC, datetime, timedelta

from interview_desk.domain.note_versions import LONGEST, PAUSE, Edit, Version, versions_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_note_without_edits_has_no_versions() -> None:
    assert versions_of([]) == []


def test_typing_without_a_pause_is_one_version_by_all_who_typed() -> None:
    edits = [Edit(1, at(0), "ada"), Edit(2, at(5), "ben"), Edit(3, at(9), "ada"), Edit(4, at(9))]
    assert versions_of(edits) == [Version(4, at(0), at(9), ("ada", "ben"))]


def test_a_pause_leaves_a_version_behind() -> None:
    pause = PAUSE.total_seconds()
    edits = [Edit(1, at(0), "ada"), Edit(2, at(pause - 1), "ada"), Edit(3, at(2 * pause - 1))]
    assert versions_of(edits) == [
        Version(2, at(0), at(pause - 1), ("ada",)),
        Version(3, at(2 * pause - 1), at(2 * pause - 1), ()),
    ]


def test_a_long_stretch_ends_although_nobody_pauses() -> None:
    edits = [Edit(seq, NOON + seq * SECOND, "ada") for seq in range(1, 1301)]
    found = versions_of(edits)
    longest = int(LONGEST.total_seconds())
    assert [version.seq for version in found] == [*range(longest, 1300, longest), 1300]
    assert all(version.at - version.began < LONGEST for version in found)


def test_what_is_known_already_goes_on() -> None:
    edits = [Edit(seq, NOON + seq * SECOND, "ada") for seq in range(1, 1301)]
    first = versions_of(edits[:700])
    rest = versions_of(edits[700:], since=first[-1])
    assert [*first[:-1], *rest] == versions_of(edits)


def test_words_taken_out_some_minutes_later_are_in_an_earlier_version() -> None:
    typed, taken_out = Edit(1, at(0), "ada"), Edit(200, at(180), "ada")
    between = [Edit(seq, at(seq * 0.9), "ada") for seq in range(2, 200)]
    found = versions_of([typed, *between, taken_out])
    assert any(1 <= version.seq < taken_out.seq for version in found)


def test_a_clock_that_goes_back_leaves_no_version_that_ends_before_it_began() -> None:
    edits = [Edit(1, at(60), "ada"), Edit(2, at(0), "ada")]
    assert versions_of(edits) == [Version(2, at(60), at(60), ("ada",))]
