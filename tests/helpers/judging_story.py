"""An interview that is to be judged: rules of a team, what was captured, and who rates it."""

from interview_desk.domain.ids import rating_form_id, sheet_id
from interview_desk.domain.records import Record
from interview_desk.domain.roles import AssignmentRole
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.wire.evaluation import rule_set_of
from interview_desk.wire.forms import form_fields
from tests.helpers.desk import ME, MemoryRecords
from tests.helpers.desk_story import story

INTERVIEW = "0192d3a4-0000-7000-8000-00000000a001"
TITLE = "First purchase, retold"
QUOTE = "I sat in the car park and did not want to go in."
BENS_QUOTE = "Two of us stood in front of a locked door."

CRITERIA: list[Json] = [
    {
        "id": "struggle",
        "label": "A real struggling moment",
        "weight": 3,
        "must_have": True,
        "minimum": 3,
        "evidence_required": True,
        "anchors": {
            "1": "Nice to have, no moment named",
            "3": "A moment is named, little was at stake",
            "5": "A concrete moment with a cost they could not bear",
        },
    },
    {"id": "switch", "label": "The switch really happened", "kind": "boolean", "weight": 2},
    {"id": "money", "label": "Somebody with money decided", "weight": 2},
    {
        "id": "urgency",
        "label": "Urgency",
        "weight": 1,
        "applies_when": {"fact": "insights.push.count", "op": "at_least", "value": 5},
    },
]
RULES: list[Json] = [
    {
        "id": "no-budget",
        "title": "A strong push without a budget",
        "when": {
            "all": [
                {"fact": "ratings.struggle", "op": "at_least", "value": 4},
                {
                    "any": [
                        {"fact": "ratings.money", "op": "at_most", "value": 2},
                        {"fact": "startup.tags", "op": "contains", "value": "no budget"},
                    ]
                },
            ]
        },
        "then": {"effect": "flag", "label": "Ask about money"},
        "message": "The struggle is {ratings.struggle} and money {ratings.money}.",
    },
    {
        "id": "thank",
        "title": "Thank them",
        "when": {"not": {"fact": "interview.no_show", "op": "is", "value": True}},
        "then": {"effect": "recommend", "action": "follow_up"},
        "message": "They came and told their story.",
    },
]


def judging_story() -> MemoryRecords:
    """The story's week with one held interview that Ada and Ben are asked to rate."""
    records = story()
    records.put(
        "interviews",
        INTERVIEW,
        title=TITLE,
        status=Status.HELD,
        start="2026-11-18T08:00:00Z",
        end="2026-11-18T09:00:00Z",
    )
    records.guest(INTERVIEW, "Lena Fischer", email="lena@guest.test")
    records.part(INTERVIEW, ME.member_id)
    records.part(INTERVIEW, "member-ben", AssignmentRole.NOTE_TAKER)
    records.put(
        "evaluation_rules",
        "rules-1",
        name="Switch interviews",
        version=3,
        criteria=CRITERIA,
        rules=RULES,
        state="published",
    )
    for number, (kind, said) in enumerate((("quote", QUOTE), ("push", "Rota wrong twice"))):
        records.put(
            "interview_insights",
            f"insight-{number}",
            interview_id=INTERVIEW,
            kind=kind,
            stage="context",
            statement=said,
        )
    return records


def form_for_externals(records: MemoryRecords) -> Record:
    """What the server tells external members of the rules of this story."""
    rules = rule_set_of(records.rows["evaluation_rules", "rules-1"].fields)
    return records.put(
        "rating_forms",
        rating_form_id(INTERVIEW),
        interview_id=INTERVIEW,
        **form_fields(rules, rules.asked),
    )


def hand_in(
    records: MemoryRecords, member_id: str, *, struggle: int, money: int, **fields: Json
) -> Record:
    """A member's submitted ratings."""
    quote = QUOTE if member_id == ME.member_id else BENS_QUOTE
    ratings: Json = {
        "struggle": {"value": struggle, "evidence": quote},
        "switch": {"value": True},
        "money": {"value": money, "evidence": "The owner paid with her own card."},
    }
    return records.put(
        "rating_sheets",
        sheet_id(INTERVIEW, member_id),
        interview_id=INTERVIEW,
        member_id=member_id,
        state="submitted",
        ratings=ratings,
        **fields,
    )
