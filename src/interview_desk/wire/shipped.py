"""The guide, rules and mail that come with both programs, for whoever has none of their own."""

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from interview_desk.domain.guides import Guide, guide_of
from interview_desk.domain.values import Fields

if TYPE_CHECKING:
    from interview_desk.domain.evaluation.rule_sets import RuleSet

# What a result by these rules names; a new version of the file gets a new one.
SHIPPED_RULES_ID = "4c7c7c9a-e486-524d-a9a0-b9da256a3f3c"
_NAME = "switch-interview.json"


@cache
def shipped_guide_fields() -> Fields:
    """The guide as a record would hold it, in all its lengths."""
    return _read("guides")


@cache
def shipped_rule_fields() -> Fields:
    """The rules as a record would hold them, to begin an own version with."""
    return _read("rules")


@cache
def shipped_sequence_fields() -> Fields:
    """The sequence of mails as a record would hold it: a draft, to publish or to change."""
    return _read("mail", "after-the-interview.json")


def guide_named(fields: Fields | None) -> Guide:
    """The guide of a record, else the one that comes with the programs."""
    return guide_of(shipped_guide_fields() if fields is None else fields)


@cache
def shipped_rules() -> "RuleSet":
    """The rules for the guide that comes with the programs."""
    # Capturing needs the guide and nothing else of this.
    from interview_desk.wire.evaluation import rule_set_of

    return rule_set_of(shipped_rule_fields())


def _read(folder: str, name: str = _NAME) -> Fields:
    source = files("interview_desk_resources").joinpath(folder, name)
    fields: Fields = json.loads(source.read_text("utf-8"))
    return fields
