"""A guest wants no more mail: heard at once, without signing in, and kept for good."""

from interview_desk.domain.instants import format_instant
from interview_desk.domain.interviews import Consent
from interview_desk.domain.sequences.messages import StopReason
from sync_server.followups import repository
from sync_server.followups.sequences.stopping import guests_with, stop_person, write
from sync_server.infra.database import Tx
from sync_server.sync.batch import RecordBatch


def is_known(tx: Tx, token: str) -> bool:
    """Whether this token stands in a mail of ours."""
    return repository.effect_unsubscribed_by(tx, token) is not None


def unsubscribe(tx: Tx, token: str, *, tell_provider: bool) -> bool:
    """Never write again to whoever got the mail with this token; False for an unknown one.

    Every record of theirs says no to being contacted again, so the team sees it.
    """
    workspace_id, _ = repository.the_workspace(tx)
    effect = repository.effect_unsubscribed_by(tx, token)
    if effect is None:
        return False
    address = effect.letter.to
    with RecordBatch(tx, workspace_id) as batch:
        repository.suppress(tx, address, StopReason.UNSUBSCRIBED, tell_provider=tell_provider)
        stop_person(batch, address, StopReason.UNSUBSCRIBED)
        said = {"value": Consent.NO.value, "at": format_instant(tx.now), "by": None}
        for guest in guests_with(batch, address):
            kept = guest.fields.get("consent_contact_again")
            if not isinstance(kept, dict) or kept.get("value") != Consent.NO:
                write(batch, guest, {"consent_contact_again": said})
    return True
