"""Comparing copies: when it is done, what it says, and what follows."""

from collections.abc import Callable
from datetime import timedelta

from interview_desk.domain.records import ENTITIES
from interview_desk.services.comparison import Compared, Comparison, Fingerprint
from interview_desk.services.server_errors import RefusedError
from tests.helpers.fakes import NOON

DAY = timedelta(days=1)


def always() -> bool:
    return True


class Copies:
    """Both sides of a comparison, alike unless a test says otherwise."""

    def __init__(self) -> None:
        self.last = Compared(None, differed=False)
        self.theirs = {kind: Fingerprint("c", 1, "aa") for kind in ENTITIES}
        self.ours: dict[str, Fingerprint | None] = {**self.theirs}
        self.asked: list[str] = []

    async def compared(self) -> Compared:
        return self.last

    async def note_comparison(self, compared: Compared) -> None:
        self.last = compared

    async def kinds(self) -> list[str]:
        return [*ENTITIES]

    async def fingerprint(self, entity: str) -> Fingerprint | None:
        return self.ours[entity]

    async def digest(self, entity: str) -> Fingerprint:
        self.asked.append(entity)
        return self.theirs[entity]

    async def says_start_over(self, quiet: Callable[[], bool] = always, days: int = 0) -> bool:
        return await Comparison(self, self).says_start_over(NOON + days * DAY, quiet=quiet)


async def test_copies_that_are_alike_are_compared_once_a_day() -> None:
    copies = Copies()
    assert not await copies.says_start_over()
    assert copies.asked == [*ENTITIES]
    assert not await copies.says_start_over()
    assert len(copies.asked) == len(ENTITIES)
    assert not await copies.says_start_over(days=1)
    assert len(copies.asked) == 2 * len(ENTITIES)


async def test_a_clock_that_was_set_back_does_not_put_the_comparison_off() -> None:
    copies = Copies()
    copies.last = Compared(NOON + 99 * DAY, differed=False)
    assert not await copies.says_start_over()
    assert copies.asked


async def test_copies_that_differ_are_made_anew_once_and_not_for_ever() -> None:
    copies = Copies()
    copies.ours["startups"] = Fingerprint("c", 1, "ab")
    assert await copies.says_start_over()
    copies.last = Compared(None, copies.last.differed)
    assert not await copies.says_start_over()
    assert not await copies.says_start_over()
    assert await copies.says_start_over(days=1)


async def test_a_kind_that_an_older_server_does_not_know_is_not_compared() -> None:
    copies = Copies()

    async def digest(entity: str) -> Fingerprint:
        if entity == "transcripts":
            raise RefusedError("invalid_request", "There is no such kind of record.")
        return copies.theirs[entity]

    copies.digest = digest  # type: ignore[method-assign]  # an older server
    copies.ours["transcripts"] = Fingerprint("c", 5, "ff")
    assert not await copies.says_start_over()
    assert copies.last.at == NOON


async def test_while_anything_moves_the_comparison_says_nothing_and_is_made_later() -> None:
    copies = Copies()
    copies.ours["startups"] = Fingerprint("d", 1, "ab")
    assert not await copies.says_start_over()
    copies.ours["startups"] = None
    assert not await copies.says_start_over()
    assert not await copies.says_start_over(lambda: False)
    assert copies.last.at is None
