"""On what a mail of a sequence depends, in a sentence."""

from interview_desk.domain.evaluation.checking import RulesInvalid
from interview_desk.domain.evaluation.facts import catalogue_of
from interview_desk.domain.values import Json
from interview_desk.services.guide_shelf import default_guide
from interview_desk.ui.rule_words import condition_words
from interview_desk.wire.evaluation import condition_of


def step_condition(said: Json) -> str:
    """The condition as a person reads it, also where it cannot be read."""
    try:
        condition = condition_of(said)
    except RulesInvalid:
        return "something holds that cannot be read here"
    return condition_words(condition, catalogue_of(default_guide()))
