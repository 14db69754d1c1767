"""Which rules an interview is judged by, the same as the server would choose."""

from interview_desk.domain.errors import DeskError
from interview_desk.domain.evaluation.rule_sets import RuleSet
from interview_desk.domain.evaluation.versions import in_force
from interview_desk.domain.ids import rating_form_id
from interview_desk.domain.records import Record
from interview_desk.domain.roles import Role
from interview_desk.services.ports import Me, Records
from interview_desk.wire.evaluation import rule_set_of
from interview_desk.wire.forms import form_of
from interview_desk.wire.shipped import shipped_rules


class NoRules(DeskError):  # noqa: N818  - reads as the sentence it shows
    """What this person is asked to rate is not here yet."""

    code = "no_rules"

    def __init__(self) -> None:
        super().__init__("What you are asked to rate is not here yet; it comes with the next news.")


async def rules_for(interview: Record, records: Records, *, me: Me) -> RuleSet:
    """The published rules that fit the interview; those that come with the desk where none do.

    An external member is shown what they are asked and nothing else; NoRules before that is here.
    """
    if me.role is Role.EXTERNAL:
        form = await records.get("rating_forms", rating_form_id(interview.id))
        if form is None:
            raise NoRules
        return form_of(form.fields)
    chosen = in_force(
        interview.fields,
        event_types=await records.all_of("event_types"),
        rule_sets=await records.all_of("evaluation_rules"),
    )
    if chosen is not None:
        return rule_set_of(chosen.fields)
    return shipped_rules()
