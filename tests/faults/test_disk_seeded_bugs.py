"""The histories of a failing disk notice each mistake about it, and nothing where there is none."""

from collections.abc import Callable

import pytest

from tests.faults.disk_histories import A_MOMENT, DiskHistories, Faults
from tests.faults.disk_seeded import (
    AnnouncedWhileCommitsFail,
    EndNotTold,
    EventKeptTwice,
    NobodyWaits,
    OneForgotten,
    ReadBeforeKept,
)
from tests.faults.failing_disk import ALWAYS, FailingDatabase, Trouble

Script = Callable[[DiskHistories], None]

ADA, BEN, EVE = range(3)


def somebody_types_on_a_full_disk(histories: DiskHistories) -> None:
    histories.the_disk_fails(Trouble.FULL, ALWAYS, 1)
    histories.people_and_calcom_act([("types", ADA, 0)], 20.0)


def somebody_types(histories: DiskHistories) -> None:
    histories.people_and_calcom_act([("types", ADA, 0)], A_MOMENT)


def an_event_is_refused_and_sent_again(histories: DiskHistories) -> None:
    histories.people_and_calcom_act([("books", ADA, 0)], A_MOMENT)
    histories.people_and_calcom_act([("sends again", ADA, 0)], A_MOMENT)


def all_write_when_one_of_them_ends_the_transaction(histories: DiskHistories) -> None:
    histories.the_disk_fails(Trouble.GROUP, 1, 8)
    everybody = [("writes", who, 0) for who in (ADA, BEN, EVE)]
    histories.people_and_calcom_act([("books", ADA, 0), *everybody], 90.0)


# What happens, what is put in the real part's place, and what the histories say of it.
SEEDED: dict[str, tuple[Script, type[FailingDatabase], str]] = {
    "announced while commits fail": (
        somebody_types_on_a_full_disk,
        AnnouncedWhileCommitsFail,
        "called while commits fail",
    ),
    "end not told": (somebody_types_on_a_full_disk, EndNotTold, "has had no answer"),
    "nobody waits": (somebody_types, NobodyWaits, " differ"),
    "read before kept": (somebody_types, ReadBeforeKept, "not kept"),
    "event kept twice": (an_event_is_refused_and_sent_again, EventKeptTwice, "kept 2 times"),
    "one forgotten": (
        all_write_when_one_of_them_ends_the_transaction,
        OneForgotten,
        # Whose unit it is, is for the threads to say.
        "not kept|has 0 interviews| differ",
    ),
}


def play(script: Script, database: type[FailingDatabase]) -> None:
    histories = DiskHistories()
    histories.faults = Faults(database)
    histories.a_team_begins()
    try:
        script(histories)
    finally:
        histories.teardown()


@pytest.mark.parametrize("mistake", SEEDED)
def test_a_seeded_mistake_about_a_failing_disk_is_caught(mistake: str) -> None:
    script, database, verdict = SEEDED[mistake]
    with pytest.raises(AssertionError, match=verdict):
        play(script, database)


@pytest.mark.parametrize("mistake", SEEDED)
def test_the_same_on_a_disk_that_fails_without_the_mistake_ends_well(mistake: str) -> None:
    play(SEEDED[mistake][0], FailingDatabase)
