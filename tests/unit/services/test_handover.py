"""What a team gets from a desk that was used alone, in words, and when."""

from collections.abc import Sequence

from interview_desk.services.handover import Handover, HandoverPlan, Twin, plan_in_words

TWIN = Twin("startups", "mine", "theirs", "Acme", "ACME")
PLAN = HandoverPlan({"interviews": 2, "startups": 1, "flags": 1, "enrolments": 2}, 3, (TWIN,))


class Waiting:
    """Work that waits for its author's word."""

    def __init__(self) -> None:
        self.done: list[object] = []

    async def plan(self) -> HandoverPlan:
        return PLAN

    async def release(self, twins: Sequence[Twin]) -> None:
        self.done.append(tuple(twins))


def test_the_plan_is_said_kind_by_kind() -> None:
    assert plan_in_words(PLAN) == [
        "2 interviews",
        "1 startup",
        "3 pages of notes",
        "3 other records",
    ]


async def test_everything_goes_once_its_author_says_so() -> None:
    waiting = Waiting()
    handover = Handover(waiting, released=lambda: waiting.done.append("told"))
    assert await handover.plan() == PLAN
    await handover.send([TWIN])
    assert waiting.done == [(TWIN,), "told"]
