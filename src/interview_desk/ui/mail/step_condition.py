"""On what a mail of a sequence depends, in a sentence."""

from interview_desk.domain.evaluation.conditions import Condition
from interview_desk.domain.evaluation.facts import catalogue_of
from interview_desk.services.guide_shelf import default_guide
from interview_desk.ui.rule_words import condition_words


def step_condition(condition: Condition) -> str:
    """The condition as a person reads it."""
    return condition_words(condition, catalogue_of(default_guide()))
