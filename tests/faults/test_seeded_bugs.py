"""The histories notice each classic mistake of sync, and nothing where there is none."""

from collections.abc import Callable

import pytest

from tests.faults.histories import Histories
from tests.faults.network import Weather
from tests.faults.seeded import (
    AppliedOutOfOrder,
    BaseFromTheLatestPull,
    ConflictNotRecorded,
    CounterOutsideTheTransaction,
    ErasedTakenForDeleted,
    HorizonMissing,
    NoDedupe,
)
from tests.faults.team_of_desks import STAGES, TEXTS, Faults

Script = Callable[[Histories], None]

ADA, BEN = 0, 1
NAME = TEXTS[0]
WELCOME = STAGES[0]


def both_begin(histories: Histories) -> None:
    histories.exchanges(ADA, [])
    histories.exchanges(BEN, [])


def an_answer_is_lost_and_somebody_goes_on(histories: Histories) -> None:
    both_begin(histories)
    histories.types_a_text(ADA, NAME)
    histories.exchanges(ADA, [Weather.ANSWER_LOST])
    histories.exchanges(BEN, [])
    histories.types_a_text(BEN, NAME)
    histories.exchanges(BEN, [])


def somebody_types_while_news_arrives(histories: Histories) -> None:
    both_begin(histories)
    histories.types_a_text(BEN, NAME)
    histories.exchanges(BEN, [])
    histories.exchanges(ADA, [Weather.TYPING])


def two_type_in_one_field(histories: Histories) -> None:
    both_begin(histories)
    histories.types_a_text(ADA, NAME)
    histories.types_a_text(BEN, NAME)


def one_edits_while_another_looks(histories: Histories) -> None:
    both_begin(histories)
    histories.types_a_text(BEN, NAME)
    histories.exchanges(BEN, [])


def a_tombstone_is_buried_before_all_have_seen_it(histories: Histories) -> None:
    both_begin(histories)
    histories.deletes_a_startup(BEN)
    histories.exchanges(BEN, [])
    histories.buries_what_was_deleted()


def a_note_arrives_before_the_one_it_continues(histories: Histories) -> None:
    both_begin(histories)
    for _ in range(3):
        histories.writes_notes(ADA, WELCOME, 0, 1)
        histories.exchanges(ADA, [])
    histories.exchanges(BEN, [Weather.CLEAR, Weather.REQUEST_LOST])
    histories.hears_a_note_early(BEN, WELCOME, 2)


def somebody_is_erased_about_whom_a_desk_has_written(histories: Histories) -> None:
    both_begin(histories)
    histories.types_about_somebody_who_will_be_erased(ADA)
    histories.exchanges(ADA, [])
    histories.types_about_somebody_who_will_be_erased(ADA)
    histories.erases_somebody_for_good(BEN)


# What happens, what is put in the real part's place, and what the histories say of it.
SEEDED: dict[str, tuple[Script, Faults, str]] = {
    "no dedupe": (an_answer_is_lost_and_somebody_goes_on, Faults(network=NoDedupe), "came 2 times"),
    "base from the latest pull": (
        somebody_types_while_news_arrives,
        Faults(store=BaseFromTheLatestPull),
        "unseen",
    ),
    "conflict not recorded": (
        two_type_in_one_field,
        Faults(database=ConflictNotRecorded),
        "is lost",
    ),
    "counter outside the transaction": (
        one_edits_while_another_looks,
        Faults(database=CounterOutsideTheTransaction),
        "startups differ",
    ),
    "horizon missing": (
        a_tombstone_is_buried_before_all_have_seen_it,
        Faults(database=HorizonMissing),
        "startups differ",
    ),
    "update applied out of order": (
        a_note_arrives_before_the_one_it_continues,
        Faults(store=AppliedOutOfOrder),
        "notes differ",
    ),
    "erased taken for deleted": (
        somebody_is_erased_about_whom_a_desk_has_written,
        Faults(store=ErasedTakenForDeleted),
        "remembers who was erased",
    ),
}


def play(script: Script, faults: Faults) -> None:
    histories = Histories()
    histories.faults = faults
    histories.a_team_begins()
    try:
        script(histories)
    finally:
        histories.teardown()


@pytest.mark.parametrize("mistake", SEEDED)
def test_a_seeded_mistake_is_caught(mistake: str) -> None:
    script, faults, verdict = SEEDED[mistake]
    with pytest.raises(AssertionError, match=verdict):
        play(script, faults)


@pytest.mark.parametrize("mistake", SEEDED)
def test_the_same_history_without_the_mistake_ends_well(mistake: str) -> None:
    play(SEEDED[mistake][0], Faults())
