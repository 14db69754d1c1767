"""What judging by 30 rules costs, against a Python function written out by hand.

The function has the conditions of all 30 in one expression over local names, the least that Python
needs at all, and answers yes or no; it cannot say what is unknown, nor why. For comparison the same
as one function for each rule, as somebody would rather write it. zen-engine is given the same
conditions as one decision table, and its trace: that says which rows matched.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import zen

from interview_desk.domain.evaluation.conditions import AllOf, AnyOf, Leaf, Operator
from interview_desk.domain.evaluation.engine import Judge
from interview_desk.domain.evaluation.rule_sets import Criterion, Flag, Rule, RuleSet
from tests.bench.table import row

INTERVIEWS = 10_000
SEED = 20261129
PART = 100
ROUNDS = 5
STAGES = ("idea", "pre-seed", "seed", "series A", "later")
TAGS = ("b2b", "b2c", "saas", "health", "energy", "vip")
# Level, stages, tag and minutes of each rule.
RULES = tuple(
    (1 + n % 5, (STAGES[n % 5], STAGES[(n + 2) % 5]), TAGS[n % 6], 15 + n) for n in range(30)
)


def interviews() -> Iterator[dict[str, Any]]:
    """Yield the same facts on every run."""
    chance = random.Random(SEED)  # noqa: S311  - the same facts on every run are the point
    for _ in range(INTERVIEWS):
        yield {
            "level": chance.randint(1, 5),
            "stage": chance.choice(STAGES),
            "tags": tuple(chance.sample(TAGS, chance.randint(0, 3))),
            "minutes": chance.randint(10, 60),
        }


def rule_set() -> RuleSet:
    """The 30 rules as ours."""
    found = []
    for number, (level, stages, tag, minutes) in enumerate(RULES):
        when = AllOf(
            (
                Leaf("level", Operator.AT_LEAST, level),
                AnyOf(
                    (Leaf("stage", Operator.ONE_OF, stages), Leaf("tags", Operator.CONTAINS, tag))
                ),
                Leaf("minutes", Operator.AT_LEAST, minutes),
            )
        )
        found.append(Rule(f"r{number}", f"Rule {number}", when, Flag("x")))
    return RuleSet("Bench", 1, (Criterion("fit", "Fit"),), tuple(found))


def by_hand() -> Callable[[dict[str, Any]], list[bool]]:
    """One function for each rule, as somebody would write it, asked one after the other."""
    texts = [
        f"lambda facts: facts['level'] >= {level} and (facts['stage'] in {stages!r} "
        f"or {tag!r} in facts['tags']) and facts['minutes'] >= {minutes}"
        for level, stages, tag, minutes in RULES
    ]
    written = [eval(text) for text in texts]  # noqa: S307  - our own lines, not typed 30 times
    return lambda facts: [rule(facts) for rule in written]


def in_one() -> Callable[[dict[str, Any]], list[bool]]:
    """All conditions in one expression over local names."""
    lines = [
        f"(level >= {level} and (stage in {stages!r} or {tag!r} in tags) and minutes >= {minutes})"
        for level, stages, tag, minutes in RULES
    ]
    names = "level, stage, tags, minutes"
    text = f"lambda {names}: [{', '.join(lines)}]"
    whole: Callable[..., list[bool]] = eval(text)  # noqa: S307  - our own lines
    return lambda facts: whole(**facts)


def table() -> str:
    """The 30 conditions as one decision table of zen-engine; every row that matches is told."""
    rows = [
        {
            "_id": f"r{number}",
            "level": f">= {level}",
            "either": f"stage in {json.dumps(stages)} or contains(tags, {json.dumps(tag)})",
            "minutes": f">= {minutes}",
            "rule": json.dumps(f"r{number}"),
        }
        for number, (level, stages, tag, minutes) in enumerate(RULES)
    ]
    content = {
        "hitPolicy": "collect",
        "inputs": [
            {"id": "level", "name": "Level", "field": "level"},
            {"id": "either", "name": "Either"},
            {"id": "minutes", "name": "Minutes", "field": "minutes"},
        ],
        "outputs": [{"id": "rule", "name": "Rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


Work = Callable[[dict[str, Any]], Any]


def least(works: list[Work], facts: list[dict[str, Any]]) -> list[float]:
    """The least that each needed for every part of the interviews, turn by turn."""
    needed = [0.0] * len(works)
    for start in range(0, len(facts), PART):
        part = facts[start : start + PART]
        turns = [[seconds(work, part) for work in works] for _ in range(ROUNDS)]
        fastest = (min(column) for column in zip(*turns, strict=True))
        needed = [before + more for before, more in zip(needed, fastest, strict=True)]
    return needed


def seconds(work: Work, facts: list[dict[str, Any]]) -> float:
    start = time.process_time()
    for one in facts:
        work(one)
    return time.process_time() - start


def main() -> None:
    """Print the rows, after making sure that all come to the same."""
    facts = list(interviews())
    judge, written = Judge(rule_set()), by_hand()
    decision = zen.ZenEngine().create_decision(table())

    def zens(one: dict[str, Any]) -> Any:
        return decision.evaluate(one, {"trace": True})

    for one in facts[:300]:
        expected = written(one)
        matched = [f"r{number}" for number, holds in enumerate(expected) if holds]
        if judge.truths(one) != expected or [s.truth for s in judge.reasons(one)] != expected:
            raise SystemExit("The engine and the function do not agree.")
        if [row["rule"] for row in zens(one)["result"]] != matched:
            raise SystemExit("zen-engine and the function do not agree.")
    works = [judge.truths, judge.reasons, in_one(), written]
    quick, explained, floor, singly = least(works, facts)
    row("rules: 10,000 x 30, verdict only (s)", quick, floor, 8.0)
    row("rules: 10,000 x 30, fully explained (s)", explained, floor, 25.0)
    print(
        f"  one function for each rule took {singly:.3g} s: "
        f"ratios {quick / singly:.1f} and {explained / singly:.1f}"
    )
    some = facts[: INTERVIEWS // 10]
    ours, theirs = least([judge.reasons, zens], some)
    row("rules: 1,000 x 30, against zen-engine (s)", ours, theirs, 1.0)


if __name__ == "__main__":
    main()
