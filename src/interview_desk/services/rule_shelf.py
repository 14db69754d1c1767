"""Which rules an interview is judged by: its event type's, else the team's newest."""

from interview_desk.domain.errors import DeskError
from interview_desk.domain.evaluation.rule_sets import RuleSet
from interview_desk.domain.records import Record
from interview_desk.services.ports import Records
from interview_desk.wire.evaluation import rule_set_of

PUBLISHED = "published"


class NoRules(DeskError):  # noqa: N818  - reads as the sentence it shows
    """The team has not published any rules."""

    code = "no_rules"

    def __init__(self) -> None:
        super().__init__("Your team has no rules for judging interviews yet.")


async def rules_for(interview: Record, records: Records) -> RuleSet:
    """The published rules that fit the interview; NoRules where none are."""
    published = [
        one
        for one in await records.all_of("evaluation_rules")
        if one.fields.get("state") == PUBLISHED
    ]
    wanted = await _wanted_by_event_type(interview, records)
    chosen = next((one for one in published if one.id == wanted), None)
    found = chosen or max(published, key=_newest, default=None)
    if found is None:
        raise NoRules
    return rule_set_of(found.fields)


async def _wanted_by_event_type(interview: Record, records: Records) -> str | None:
    number = interview.fields.get("event_type_id")
    if number is None:
        return None
    for one in await records.all_of("event_types"):
        if one.fields.get("calcom_id") == number:
            wanted = one.fields.get("rule_set_id")
            return wanted if isinstance(wanted, str) else None
    return None


def _newest(record: Record) -> tuple[float, int]:
    version = record.fields.get("version")
    number = version if isinstance(version, int | float) else 0
    return (number, record.ver)
