"""Whether a rule set can be used: one plain sentence for each mistake, with its place."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import fsum, isfinite

from interview_desk.domain.errors import DeskError
from interview_desk.domain.evaluation.checking_conditions import (
    Mistake,
    condition_mistakes,
    unknown_fact,
)
from interview_desk.domain.evaluation.conditions import facts_in
from interview_desk.domain.evaluation.facts import (
    INSUFFICIENT,
    KNOCKED_OUT,
    Catalogue,
    Fact,
    FactType,
)
from interview_desk.domain.evaluation.rule_sets import (
    HIGHEST,
    LOWEST,
    AddScore,
    Band,
    Criterion,
    CriterionKind,
    Enrol,
    Flag,
    KnockOut,
    Rule,
    RuleSet,
    Tag,
    is_score_fact,
)

# A person wrote it; a file with more was not meant to be read.
MOST_CRITERIA, MOST_RULES = 50, 300
_STEPS = HIGHEST - LOWEST
_BEST = 100
_HEAVIEST = 1_000_000


class RulesInvalid(DeskError):  # noqa: N818  - reads as what it says about the rules
    """The rules cannot be used; `mistakes` says why, each in a sentence with its place."""

    code = "rules_invalid"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(" ".join(mistake.words for mistake in self.mistakes))


def mistakes_in(rules: RuleSet, catalogue: Catalogue) -> tuple[Mistake, ...]:
    """Everything that keeps `rules` from being published; nothing where they can be."""
    return (
        *_set_mistakes(rules),
        *(found for one in rules.criteria for found in _criterion_mistakes(one, catalogue)),
        *_circles(rules.criteria),
        *(found for one in rules.rules for found in _rule_mistakes(one, catalogue)),
        *_band_mistakes(rules.bands),
    )


def _set_mistakes(rules: RuleSet) -> Iterator[Mistake]:
    if not rules.name.strip():
        yield Mistake("name", "Give the rules a name.")
    if len(rules.criteria) > MOST_CRITERIA or len(rules.rules) > MOST_RULES:
        most = f"{MOST_CRITERIA} criteria and {MOST_RULES} rules"
        yield Mistake("rules", f"A rule set has at most {most}.")
    if not fsum(one.weight for one in rules.criteria if 0 <= one.weight <= _HEAVIEST):
        yield Mistake(
            "criteria", "The weights add up to zero: give at least one criterion a weight."
        )
    yield from _repeated("criteria", "criterion", [one.id for one in rules.criteria])
    yield from _repeated("rules", "rule", [one.id for one in rules.rules])
    yield from _repeated("bands", "band", [one.key for one in rules.bands])


def _criterion_mistakes(criterion: Criterion, catalogue: Catalogue) -> Iterator[Mistake]:
    place = f"criteria, {criterion.label.strip() or criterion.id}"
    if not criterion.id.isidentifier():
        yield Mistake(place, f"{criterion.id!r} cannot be an id: use letters, digits and _.")
    if not criterion.label.strip():
        yield Mistake(place, "Give the criterion a label.")
    if not 0 <= criterion.weight <= _HEAVIEST:
        yield Mistake(place, f"A weight is a number from 0 to {_HEAVIEST}.")
    if not LOWEST <= criterion.minimum <= HIGHEST:
        yield Mistake(place, f"The least a must-have may be is {LOWEST} to {HIGHEST}.")
    if any(not LOWEST <= level <= HIGHEST for level, _ in criterion.anchors):
        yield Mistake(place, f"Only the levels {LOWEST} to {HIGHEST} have anchors.")
    yield from _source_mistakes(place, criterion, catalogue)
    if criterion.applies_when is not None:
        yield from condition_mistakes(f"{place}, applies when", criterion.applies_when, catalogue)
        if any(map(is_score_fact, facts_in(criterion.applies_when))):
            yield Mistake(place, "Whether it applies cannot depend on the score it is part of.")


def _source_mistakes(place: str, criterion: Criterion, catalogue: Catalogue) -> Iterator[Mistake]:
    if criterion.kind is not CriterionKind.COMPUTED:
        if criterion.fact is not None or criterion.levels:
            yield Mistake(place, "What raters are asked for is not computed from a fact.")
        return
    if criterion.evidence_required:
        yield Mistake(place, "Nobody is asked for the evidence of a computed criterion.")
    if criterion.fact is None:
        yield Mistake(place, "Say which fact it is computed from.")
        return
    fact = catalogue.get(criterion.fact)
    if fact is None:
        yield unknown_fact(place, criterion.fact, catalogue)
        return
    wrong = _levels_mistake(fact, criterion.levels)
    if wrong:
        yield Mistake(place, wrong)


def _levels_mistake(fact: Fact, levels: Sequence[float]) -> str | None:
    if is_score_fact(fact.name):
        return "A criterion cannot be computed from the score it is part of."
    if fact.type is FactType.NUMBER:
        if _is_staircase(levels):
            return None
        return f"Give {_STEPS} different numbers, rising or falling, for the levels 2 to 5."
    if fact.type is not FactType.YES_NO:
        return f"{fact.title} is neither a number nor a yes or no."
    return "A yes or no needs no levels: yes is 5 and no is 1." if levels else None


def _is_staircase(levels: Sequence[float]) -> bool:
    if len(levels) != _STEPS or not all(map(isfinite, levels)):
        return False
    rising = sorted(set(levels))
    return len(rising) == _STEPS and list(levels) in (rising, rising[::-1])


def _circles(criteria: Sequence[Criterion]) -> Iterator[Mistake]:
    """Criteria that apply only if each other does: nobody could begin."""
    names = {one.rated_fact: one for one in criteria}
    asks = {
        one.id: {
            names[fact.removesuffix(".spread")].id
            for fact in facts_in(one.applies_when)
            if fact.removesuffix(".spread") in names
        }
        for one in criteria
        if one.applies_when is not None
    }
    labels = {one.id: one.label for one in criteria}
    told: set[str] = set()
    for start in asks:
        circle = _way_back(start, asks)
        if circle and not told.intersection(circle):
            told.update(circle)
            way = " when ".join(labels[one] for one in (*circle, start))
            yield Mistake("criteria", f"These apply only if each other does, in a circle: {way}.")


def _way_back(start: str, asks: dict[str, set[str]]) -> tuple[str, ...]:
    """The shortest way from `start` back to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for following in sorted(asks.get(way[-1], ())):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()


def _rule_mistakes(rule: Rule, catalogue: Catalogue) -> Iterator[Mistake]:
    place = f"rules, {rule.title.strip() or rule.id}"
    if not rule.id.strip():
        yield Mistake(place, "Give the rule an id.")
    if not rule.title.strip():
        yield Mistake(place, "Give the rule a title.")
    yield from condition_mistakes(f"{place}, when", rule.when, catalogue)
    for name in rule.told_facts:
        if name not in catalogue:
            yield unknown_fact(f"{place}, message", name, catalogue)
    yield from _effect_mistakes(place, rule)


def _effect_mistakes(place: str, rule: Rule) -> Iterator[Mistake]:
    match rule.effect:
        case AddScore(points) if not isfinite(points) or not 0 < abs(points) <= _BEST:
            yield Mistake(place, "Points are a number from -100 to 100, and not 0.")
        case Flag(words) | Tag(words) | Enrol(words) if not words.strip():
            yield Mistake(place, "Say which flag, tag or sequence it is.")
        case _:
            pass
    if isinstance(rule.effect, AddScore | KnockOut) and rule.asks_for_score:
        yield Mistake(place, "What asks for the score cannot change it.")


def _band_mistakes(bands: Sequence[Band]) -> Iterator[Mistake]:
    if not any(band.lowest == 0 for band in bands):
        yield Mistake("bands", "One band begins at 0, so that every score lies in one.")
    starts = [band.lowest for band in bands]
    if len(set(starts)) < len(starts):
        yield Mistake("bands", "Two bands begin at the same score.")
    for band in bands:
        place = f"bands, {band.label.strip() or band.key}"
        if not 0 <= band.lowest <= _BEST:
            yield Mistake(place, "A band begins at a score from 0 to 100.")
        if not band.label.strip() or not band.key.isidentifier():
            yield Mistake(place, "A band has a label, and a key of letters, digits and _.")
        if band.key in {KNOCKED_OUT, INSUFFICIENT}:
            yield Mistake(place, f"{band.key} has a meaning of its own; choose another key.")


def _repeated(place: str, what: str, keys: Iterable[str]) -> Iterator[Mistake]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield Mistake(place, f"There are {times} of the {what} {key}; each id is used once.")
