"""One guest in one sequence: everything that decides what is written to them, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from interview_desk.domain.instants import parse_instant
from interview_desk.domain.interviews import Consent, Guest, Interview, guest_of, interview_of
from interview_desk.domain.sequences.addresses import is_possible
from interview_desk.domain.sequences.gate import DAY, Moment
from interview_desk.domain.sequences.messages import EnrolmentState
from interview_desk.domain.sequences.plan import Sequence
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.wire.calendars import holidays_near, zone_named
from interview_desk.wire.sequences import read_sequence
from sync_server.followups import repository
from sync_server.sync.batch import RecordBatch
from sync_server.sync.history import Place, value_as_of
from sync_server.sync.read import StoredRecord, as_record, find_by_email

UPCOMING = frozenset({Status.REQUESTED, Status.SCHEDULED, Status.IN_PROGRESS})
OVER = frozenset({Status.HELD, Status.EVALUATED, Status.NO_SHOW})
_CONSENT = "consent_contact_again"


@dataclass(frozen=True, slots=True)
class Case:
    """An enrolment with its guest, its interview and its sequence, as they are now.

    An interview that was put away counts as what it was before. `sequence` is None where its record
    is gone or wrong; `mistakes` says what is wrong with it.
    """

    enrolment: StoredRecord
    guest: Guest | None
    interview: Interview | None
    sequence: Sequence | None
    mistakes: tuple[str, ...]
    zone: ZoneInfo

    @property
    def state(self) -> EnrolmentState:
        """Where the guest stands in the sequence."""
        return EnrolmentState(str(self.enrolment.fields.get("state") or EnrolmentState.ACTIVE))

    @property
    def address(self) -> str | None:
        """The guest's address, where it can be one."""
        address = self.guest.email.strip() if self.guest and self.guest.email else ""
        return address if is_possible(address) else None

    @property
    def is_missed(self) -> bool:
        """Whether there was no conversation with this guest, though there was to be one."""
        was_absent = self.guest is not None and self.guest.no_show is True
        return was_absent or (
            self.interview is not None and self.interview.status is Status.NO_SHOW
        )

    @property
    def goes_on(self) -> bool:
        """Whether the interview lasts longer than it was to: it counted as over before."""
        return self.interview is not None and self.interview.status is Status.IN_PROGRESS

    @property
    def guest_name(self) -> str:
        """What the guest is called in sentences."""
        return self.guest.name if self.guest else "The guest"


def case_of(batch: RecordBatch, enrolment: StoredRecord) -> Case:
    """The case of an enrolment."""
    fields = enrolment.fields
    guest = _live(batch, "interview_guests", fields.get("guest_id"))
    interview = _live(batch, "interviews", fields.get("interview_id"))
    plan = _live(batch, "sequences", fields.get("sequence_id"))
    sequence, mistakes = (
        read_sequence(plan.id, plan.fields) if plan else (None, ("The sequence is gone.",))
    )
    person = guest_of(as_record(guest)) if guest else None
    meeting = _as_it_went(batch, interview) if interview else None
    zone = zone_named(person.zone if person else None, meeting.zone if meeting else None)
    return Case(enrolment, person, meeting, sequence, mistakes, zone)


def cases_in(batch: RecordBatch, interview_id: str) -> Iterator[Case]:
    """Every case of one interview, the oldest first."""
    for enrolment in batch.of_interview(interview_id, "enrolments"):
        yield case_of(batch, enrolment)


def messages_of(batch: RecordBatch, enrolment: StoredRecord) -> list[StoredRecord]:
    """The mails of an enrolment so far, the oldest first."""
    here = batch.of_interview(str(enrolment.fields.get("interview_id")), "follow_up_messages")
    return [one for one in here if one.fields.get("enrolment_id") == enrolment.id]


def moment_of(
    batch: RecordBatch,
    case: Case,
    *,
    cap: int,
    message_id: str = "",
    condition: bool | None = True,
    must_ask_for_reply: bool = False,
) -> Moment:
    """What the gate decides by for this case now."""
    tx, sequence = batch.tx, case.sequence
    if sequence is None:
        raise ValueError("a case without a sequence has nothing to send")
    person = tx.vault.blind_index(case.address) if case.address else None
    paused = case.enrolment.fields.get("paused_until")
    since = tx.now - DAY
    mailed_at = repository.person_mailed_at(tx, person, but=message_id) if person else None
    lately = partial(repository.mailed_since, tx, since, but=message_id)
    return Moment(
        now=tx.now,
        guest_name=case.guest_name,
        address=case.address,
        consent=consent_of(batch, case),
        enrolment=case.state,
        paused_until=parse_instant(paused) if isinstance(paused, str) else None,
        window=sequence.window,
        zone=case.zone,
        holidays=holidays_near(case.zone, tx.now),
        stop_on=sequence.stop_on,
        cap=cap,
        suppressed=repository.suppression_of(tx, person) if person else None,
        booked_again=booked_again(batch, case),
        condition=condition,
        person_mailed_at=mailed_at,
        mailed_at=lately(),
        sequence_mailed_at=lately(sequence_id=sequence.id),
        must_ask_for_reply=must_ask_for_reply,
    )


def consent_of(batch: RecordBatch, case: Case) -> Consent:
    """Whether the guest may be written to: a no said since, in any interview, takes a yes back."""
    said = case.guest.consent_contact_again if case.guest else Consent.UNKNOWN
    if said is not Consent.YES or case.guest is None or case.address is None:
        return said
    own = batch.read("interview_guests", case.guest.id)
    since = own.versions.get(_CONSENT, 0) if own else 0
    theirs = find_by_email(batch.tx, batch.workspace_id, case.address, entity="interview_guests")
    newer = [guest_of(as_record(one)) for one in theirs if one.versions.get(_CONSENT, 0) > since]
    took_back = any(one.consent_contact_again is Consent.NO for one in newer)
    return Consent.NO if took_back else said


def booked_again(batch: RecordBatch, case: Case) -> bool:
    """Whether the guest has booked since: this interview anew, or another one."""
    if case.interview is None or case.address is None:
        return False
    if case.interview.status in UPCOMING and not case.goes_on:
        return True
    theirs = find_by_email(batch.tx, batch.workspace_id, case.address, entity="interview_guests")
    others = {one.interview_id for one in theirs} - {case.interview.id, None}
    return any(_is_new_booking(batch, str(one), case) for one in others)


def _is_new_booking(batch: RecordBatch, interview_id: str, case: Case) -> bool:
    other = _live(batch, "interviews", interview_id)
    if other is None or other.created_ver < case.enrolment.created_ver:
        return False
    return interview_of(as_record(other)).status in UPCOMING


def _as_it_went(batch: RecordBatch, stored: StoredRecord) -> Interview:
    """An interview; one that was put away as it stood before, and called off if it never was."""
    interview = interview_of(as_record(stored))
    if interview.status is not Status.ARCHIVED:
        return interview
    place = Place(batch.workspace_id, stored.entity, stored.id)
    put_away = stored.versions.get("status", 0)
    before = value_as_of(batch.tx, place, field="status", ver=put_away - 1)
    if before is None or before in OVER:
        return interview._replace(status=Status(str(before or Status.HELD)))
    return interview._replace(status=Status.CANCELLED)


def _live(batch: RecordBatch, entity: str, record_id: Json) -> StoredRecord | None:
    found = batch.read(entity, record_id) if isinstance(record_id, str) else None
    return None if found is None or found.deleted else found
