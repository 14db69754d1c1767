"""Rule sets read from JSON: what the records `evaluation_rules` hold, each mistake in a sentence.

Reading is strict, unlike everywhere else on the wire: a misspelled word in a rule would silently
change how people are judged.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from interview_desk.domain.evaluation import conditions, rule_sets
from interview_desk.domain.evaluation.checking import RulesInvalid, mistakes_in
from interview_desk.domain.evaluation.checking_conditions import DEEPEST, Mistake
from interview_desk.domain.evaluation.conditions import Condition, Operator, Value
from interview_desk.domain.evaluation.facts import catalogue_of
from interview_desk.domain.evaluation.rule_sets import (
    DEFAULT_BANDS,
    USUAL_MINIMUM,
    Action,
    Band,
    Criterion,
    CriterionKind,
    Rule,
    RuleSet,
)
from interview_desk.domain.guides import Guide
from interview_desk.domain.values import Fields, Json
from interview_desk.wire.plain_mistakes import PLAIN, mistakes_of


class _Strict(BaseModel):
    """A part of a rule set; nothing is guessed and nothing unknown is let through."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


def _compared_with(value: object) -> Value:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise PydanticCustomError(
        PLAIN, "A fact is compared with a number, a text, true or false, or a list of texts."
    )


class LeafModel(_Strict):
    """{"fact": "ratings.fit", "op": "at_least", "value": 4}."""

    fact: str
    op: Annotated[Operator, Field(strict=False)]
    value: Annotated[Value, PlainValidator(_compared_with)]

    def read(self) -> Condition:
        """The comparison it says."""
        return conditions.Leaf(self.fact, self.op, self.value)


class AllModel(_Strict):
    """{"all": [...]}."""

    parts: list["ConditionModel"] = Field(alias="all")

    def read(self) -> Condition:
        """The group it says."""
        return conditions.AllOf(tuple(part.read() for part in self.parts))


class AnyModel(_Strict):
    """{"any": [...]}."""

    parts: list["ConditionModel"] = Field(alias="any")

    def read(self) -> Condition:
        """The group it says."""
        return conditions.AnyOf(tuple(part.read() for part in self.parts))


class NotModel(_Strict):
    """{"not": {...}}."""

    part: "ConditionModel" = Field(alias="not")

    def read(self) -> Condition:
        """The contrary it says."""
        return conditions.Not(self.part.read())


_TAGS = ("all", "any", "not", "fact")


def _condition_tag(value: Any) -> str | None:
    return next((tag for tag in _TAGS if isinstance(value, Mapping) and tag in value), None)


ConditionModel: TypeAlias = Annotated[
    Annotated[AllModel, Tag("all")]
    | Annotated[AnyModel, Tag("any")]
    | Annotated[NotModel, Tag("not")]
    | Annotated[LeafModel, Tag("fact")],
    Discriminator(_condition_tag),
]


class ScoreModel(_Strict):
    """So many points more or less."""

    effect: Literal["score"] = "score"
    points: float

    def read(self) -> rule_sets.Effect:
        """The effect it says."""
        return rule_sets.AddScore(self.points)


class FlagModel(_Strict):
    """Something to look at."""

    effect: Literal["flag"] = "flag"
    label: str

    def read(self) -> rule_sets.Effect:
        """The effect it says."""
        return rule_sets.Flag(self.label)


class KnockOutModel(_Strict):
    """A no whatever the score."""

    effect: Literal["knockout"] = "knockout"

    def read(self) -> rule_sets.Effect:
        """The effect it says."""
        return rule_sets.KnockOut()


class TagModel(_Strict):
    """A tag for the interview."""

    effect: Literal["tag"] = "tag"
    tag: str

    def read(self) -> rule_sets.Effect:
        """The effect it says."""
        return rule_sets.Tag(self.tag)


class RecommendModel(_Strict):
    """What to do next."""

    effect: Literal["recommend"] = "recommend"
    action: Annotated[Action, Field(strict=False)]

    def read(self) -> rule_sets.Effect:
        """The effect it says."""
        return rule_sets.Recommend(self.action)


class EnrolModel(_Strict):
    """A follow-up sequence, by id or name."""

    effect: Literal["enrol"] = "enrol"
    sequence: str

    def read(self) -> rule_sets.Effect:
        """The effect it says."""
        return rule_sets.Enrol(self.sequence)


EffectModel: TypeAlias = Annotated[
    ScoreModel | FlagModel | KnockOutModel | TagModel | RecommendModel | EnrolModel,
    Field(discriminator="effect"),
]


class CriterionModel(_Strict):
    """One criterion; `anchors` are by level, such as {"1": "...", "5": "..."}."""

    id: str
    label: str
    kind: Annotated[CriterionKind, Field(strict=False)] = CriterionKind.RATED
    weight: float = 1
    anchors: dict[Literal["1", "2", "3", "4", "5"], str] = Field(default_factory=dict)
    must_have: bool = False
    minimum: int = USUAL_MINIMUM
    evidence_required: bool = False
    applies_when: ConditionModel | None = None
    fact: str | None = None
    levels: list[float] = Field(default_factory=list)

    def read(self) -> Criterion:
        """The criterion it says."""
        return Criterion(
            id=self.id,
            label=self.label,
            kind=self.kind,
            weight=self.weight,
            anchors=tuple(sorted((int(level), words) for level, words in self.anchors.items())),
            must_have=self.must_have,
            minimum=self.minimum,
            evidence_required=self.evidence_required,
            applies_when=self.applies_when.read() if self.applies_when else None,
            fact=self.fact,
            levels=tuple(self.levels),
        )


class RuleModel(_Strict):
    """Where `when` holds, `then` follows; `message` may name facts as {fact}."""

    id: str
    title: str
    when: ConditionModel
    then: EffectModel
    message: str = ""

    def read(self) -> Rule:
        """The rule it says."""
        return Rule(self.id, self.title, self.when.read(), self.then.read(), self.message)


class BandModel(_Strict):
    """Scores from `lowest` up mean this."""

    key: str
    label: str
    lowest: float
    recommend: Annotated[Action, Field(strict=False)] | None = None

    def read(self) -> Band:
        """The band it says."""
        return Band(self.key, self.label, self.lowest, self.recommend)


class RuleSetModel(_Strict):
    """What a record `evaluation_rules` says of one version, without its state."""

    name: str
    version: int = 1
    criteria: list[CriterionModel]
    rules: list[RuleModel] = Field(default_factory=list)
    bands: list[BandModel] | None = None

    def read(self) -> RuleSet:
        """The rule set it says."""
        bands = DEFAULT_BANDS if self.bands is None else tuple(one.read() for one in self.bands)
        return RuleSet(
            name=self.name,
            version=self.version,
            criteria=tuple(one.read() for one in self.criteria),
            rules=tuple(one.read() for one in self.rules),
            bands=bands,
        )


_HIDDEN = frozenset({*_TAGS, "score", "flag", "knockout", "tag", "recommend", "enrol"})


class _OneCondition(_Strict):
    when: ConditionModel


# Levels of JSON: a condition takes two for each of its own, and lies four deep in a rule set.
_DEEPEST_JSON = 2 * DEEPEST + 10


def rule_set_of(fields: Fields) -> RuleSet:
    """The rules that a record or file holds; RulesInvalid where they cannot be read.

    What can be read may still ask for facts that do not exist: `domain.evaluation.checking` says.
    """
    said = {
        name: fields[name] for name in RuleSetModel.model_fields if fields.get(name) is not None
    }
    if _is_too_deep(said):
        raise RulesInvalid([Mistake("rules", f"Conditions can be nested {DEEPEST} deep.")])
    try:
        return RuleSetModel.model_validate({"criteria": [], **said}).read()
    except ValidationError as error:
        raise RulesInvalid(mistakes_of(error, hidden=_HIDDEN)) from None


def condition_of(said: Json) -> Condition:
    """The condition tree that JSON spells; RulesInvalid where it spells none."""
    if _is_too_deep(said):
        raise RulesInvalid([Mistake("when", f"Conditions can be nested {DEEPEST} deep.")])
    try:
        return _OneCondition.model_validate({"when": said}).when.read()
    except ValidationError as error:
        raise RulesInvalid(mistakes_of(error, hidden=_HIDDEN)) from None


def publishable(fields: Fields, guide: Guide) -> RuleSet:
    """The rules that a record holds, for interviews with `guide`; RulesInvalid with every mistake.

    Only such rules may judge anybody.
    """
    rules = rule_set_of(fields)
    mistakes = mistakes_in(rules, catalogue_of(guide, rules.criteria, rules.bands))
    if mistakes:
        raise RulesInvalid(mistakes)
    return rules


def _is_too_deep(value: Json) -> bool:
    """Whether JSON is nested deeper than any rule set that a person can read."""
    layer: list[Json] = [value]
    for _ in range(_DEEPEST_JSON):
        layer = [part for one in layer for part in _parts(one)]
        if not layer:
            return False
    return True


def _parts(value: Json) -> Sequence[Json]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
