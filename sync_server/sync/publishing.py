"""Rules judge people, and mail reaches them, only where both can be used: that is checked first."""

from interview_desk.domain.evaluation.checking import RulesInvalid
from interview_desk.domain.evaluation.versions import State, state_of
from interview_desk.domain.guides import GuideInvalid
from interview_desk.domain.refusals import ChangeRefusedError, Rejection
from interview_desk.domain.sequences.plan import SequenceState
from interview_desk.domain.values import Fields
from interview_desk.wire.evaluation import publishable
from interview_desk.wire.mail_conditions import mail_facts, sequence_mistakes
from interview_desk.wire.shipped import guide_named
from sync_server.infra.database import Tx
from sync_server.sync.history import Place
from sync_server.sync.read import read_record, records_of_kind

_TOLD = 5


def check_publishing_mail(tx: Tx, place: Place, *, edit: Fields, current: Fields) -> None:
    """Refuse to publish a sequence that cannot be used, with what is wrong and where."""
    fields = {**current, **edit}
    if fields.get("state") != SequenceState.PUBLISHED:
        return
    guides = records_of_kind(tx, place.workspace_id, "guides")
    facts = mail_facts(guide.fields for guide in guides)
    mistakes = sequence_mistakes(place.record_id, fields, facts)
    if mistakes:
        raise ChangeRefusedError(Rejection.INVALID_VALUE, " ".join(mistakes[:_TOLD]))


def check_publishing(tx: Tx, workspace_id: str, *, edit: Fields, current: Fields) -> None:
    """Refuse to publish rules that cannot be used, with what is wrong and where."""
    fields = {**current, **edit}
    if state_of(fields) is not State.PUBLISHED or state_of(current) is State.PUBLISHED:
        return
    guide_id = fields.get("guide_id")
    guide = read_record(tx, workspace_id, "guides", guide_id) if isinstance(guide_id, str) else None
    try:
        publishable(fields, guide_named(guide.fields if guide else None))
    except RulesInvalid as error:
        told = " ".join(mistake.words for mistake in error.mistakes[:_TOLD])
        raise ChangeRefusedError(Rejection.INVALID_VALUE, told) from error
    except GuideInvalid as error:
        raise ChangeRefusedError(Rejection.INVALID_VALUE, str(error)) from error
