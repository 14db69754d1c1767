"""Writing the next mail of a case: which text, in which language, and filled in with what."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from interview_desk.domain.answers import Answers, words_of
from interview_desk.domain.interviews import assignment_of, member_of
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.sequences.messages import MessageState
from interview_desk.domain.sequences.plan import Step, Template, Variant
from interview_desk.domain.values import Json
from interview_desk.wire.calendars import country_of
from interview_desk.wire.mail_templates import TemplateMistake, Values, render
from sync_server.followups import repository
from sync_server.followups.sequences.cases import Case
from sync_server.sync.batch import RecordBatch
from sync_server.sync.read import as_record

# A mail that is prepared so long after its time says so, where there is a text for that.
_LATE = timedelta(days=2)
_GERMAN_SPEAKING = frozenset({"DE", "AT", "CH", "LI"})
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
}


class Draft(NamedTuple):
    """A mail as it was written; `mistake` says what it lacks, and then the texts are raw."""

    variant: Variant
    language: str
    subject: str
    text: str
    html: str | None
    mistake: str | None

    @property
    def fields(self) -> dict[str, Json]:
        """What it says, as its record has it."""
        return {
            "variant": self.variant.value,
            "language": self.language,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "error": self.mistake,
        }

    def first_state(self, step: Step, *, asks_first: bool) -> MessageState:
        """Where it stands at first.

        One that is not whole, or that a person is asked about only when it is due, is a draft.
        """
        if self.mistake is not None or asks_first:
            return MessageState.DRAFT
        return MessageState.NEEDS_APPROVAL if step.approval else MessageState.QUEUED


def write_mail(batch: RecordBatch, case: Case, step: Step, *, due: datetime) -> Draft | None:
    """The mail of `step` for this guest; None where the step has no text for their case."""
    variant = _variant(case, step, due=due, now=batch.tx.now)
    if variant is None:
        return None
    languages = step.texts[variant]
    language = _language(batch, case, tuple(languages))
    template = languages[language]
    try:
        rendered = render(template, values_of(batch, case, language))
    except TemplateMistake as mistake:
        return Draft(variant, language, *_raw(template), str(mistake))
    html = rendered.html if template.html is not None else None
    return Draft(variant, language, rendered.subject, rendered.text, html, None)


def values_of(batch: RecordBatch, case: Case, language: str) -> Values:
    """What is known for the variables of the catalogue."""
    interview = case.interview
    interview_id = interview.id if interview else ""
    answers = Answers(
        [as_record(one) for one in batch.of_interview(interview_id, "interview_answers")]
    )
    lead = _lead(batch, interview_id)
    values: dict[str, str | tuple[str, ...]] = {
        "guest_name": case.guest.name if case.guest else "",
        "guest_first_name": _first(case.guest.name) if case.guest else "",
        "startup_name": _startup(batch, interview.startup_id if interview else None),
        "interview_title": interview.title if interview else "",
        "interviewer_name": lead,
        "interviewer_first_name": _first(lead),
        "team_name": repository.the_workspace(batch.tx)[1],
        "promised": _said(answers, "wrap_up.promised_actions"),
        "open_questions": _said(answers, "wrap_up.open_questions"),
    }
    if interview and interview.start:
        local = interview.start.astimezone(case.zone)
        values["interview_date"] = _day(local, language)
        values["interview_time"] = f"{local:%H:%M}"
    return values


def _variant(case: Case, step: Step, *, due: datetime, now: datetime) -> Variant | None:
    if case.is_missed:
        return Variant.NO_SHOW if Variant.NO_SHOW in step.texts else None
    if now - due > _LATE and Variant.LATE in step.texts:
        return Variant.LATE
    return Variant.USUAL if Variant.USUAL in step.texts else None


def _language(batch: RecordBatch, case: Case, there: tuple[str, ...]) -> str:
    """The guest's language, of those there are: as noted in the interview, or by where they are."""
    interview_id = case.interview.id if case.interview else ""
    rows = batch.of_interview(interview_id, "interview_answers")
    noted = words_of(Answers([as_record(one) for one in rows]).value("welcome.language")).casefold()
    wanted = ["de"] if noted.startswith(("de", "ger")) else ["en"] if noted else []
    if not noted and country_of(case.zone) in _GERMAN_SPEAKING:
        wanted = ["de"]
    return next((one for one in (*wanted, "en") if one in there), there[0])


def _lead(batch: RecordBatch, interview_id: str) -> str:
    rows = batch.of_interview(interview_id, "interview_assignments")
    parts = [assignment_of(as_record(one)) for one in rows]
    going = [one for one in parts if one.state is not AssignmentState.DECLINED]
    going.sort(key=lambda one: one.role is not AssignmentRole.LEAD)
    for part in going:
        member = batch.read("poblysh_team_members", part.member_id)
        if member is not None and not member.deleted:
            return member_of(as_record(member)).name
    return ""


def _startup(batch: RecordBatch, startup_id: str | None) -> str:
    startup = batch.read("startups", startup_id) if startup_id else None
    return "" if startup is None or startup.deleted else str(startup.fields.get("name") or "")


def _said(answers: Answers, field: str) -> tuple[str, ...]:
    return tuple(words_of(one.value) for one in answers.of(field) if one.is_filled)


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.split() else ""


def _day(moment: datetime, language: str) -> str:
    if language == "de":
        return f"{moment.day}. {_MONTHS['de'][moment.month - 1]} {moment.year}"
    return f"{moment.day} {_MONTHS['en'][moment.month - 1]} {moment.year}"


def _raw(template: Template) -> tuple[str, str, str | None]:
    return template.subject, template.text, template.html
