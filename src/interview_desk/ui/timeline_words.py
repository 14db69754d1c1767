"""What happened, as sentences."""

from collections.abc import Mapping

from interview_desk.domain.answers import FINISHED, STARTED
from interview_desk.domain.capture_kinds import CAPTURE_KINDS
from interview_desk.domain.merge import DELETED
from interview_desk.domain.records import Kind
from interview_desk.domain.roles import AssignmentRole
from interview_desk.domain.status import Status
from interview_desk.services.timeline import Entry, FieldStep
from interview_desk.ui.quoting import quoted
from interview_desk.ui.value_words import EMPTY, ValueWords
from interview_desk.ui.widgets.event_look import ROLE_WORDS, status_words

_LONGEST = 120
# What only keeps rows apart says nothing to a person.
_UNSAID = frozenset(
    {"interview_id", "member_id", "contact_id", "item", "booking_uids", "join_service", "seq"}
)
_BOOKED_BY_CALCOM = frozenset({"booking_uids", "calcom_title"})
_CAPTURED = {kind.key: kind.title.lower() for kind in CAPTURE_KINDS}
_ENDS = {
    Status.CANCELLED: "cancelled it",
    Status.DECLINED: "declined it",
    Status.HELD: "marked it as held",
    Status.NO_SHOW: "marked it as a no-show",
    Status.IN_PROGRESS: "began it",
    Status.SCHEDULED: "confirmed it",
    Status.REQUESTED: "asked for this time",
    Status.RESCHEDULE_REQUESTED: "asked for another time",
    Status.ARCHIVED: "archived it",
    Status.EVALUATED: "finished the evaluation",
}
# What Start, Finish and Go on leave behind: begun or ended, and taken back.
_CLOCKS = {
    STARTED: ("began the conversation", "began the conversation anew"),
    FINISHED: ("ended the conversation", "went on with the conversation"),
}
_CONSENT = {"yes": "allows", "no": "does not allow", "unknown": "has not answered about"}
_ASKED_OF_CALCOM = {
    "create": "book it",
    "reschedule": "move it",
    "cancel": "cancel it",
    "confirm": "confirm it",
    "decline": "decline it",
    "mark_absent": "mark who did not come",
    "reassign": "give it to somebody else",
}

_ASKED_STATES = {
    "sending": "is being asked",
    "done": "has done what was asked",
    "failed": "has not done what was asked",
    "uncertain": "may or may not have done what was asked",
    "undone": "took back what was asked of Cal.com",
}


def sentence_of(entry: Entry, words: ValueWords) -> str:
    """`Ben Cole moved it from Wed 18 Nov, 14:00 to Thu 19 Nov, 10:00`."""
    tell = {
        "interviews": _interview,
        "interview_assignments": _part,
        "interview_guests": _guest,
        "interview_answers": _answer,
        "interview_insights": _insight,
        "booking_requests": _request,
        "note_documents": _notes,
    }.get(entry.about.entity, _anything)
    return f"{_who(entry)} {tell(entry, words)}"


def _who(entry: Entry) -> str:
    if entry.is_me:
        return "You"
    if entry.who is not None:
        return entry.who
    start, status = entry.step("start"), entry.step("status")
    inferred = status is not None and status.to in {Status.HELD, Status.IN_PROGRESS}
    booked = start is not None or any(entry.step(name) for name in _BOOKED_BY_CALCOM)
    if entry.about.entity == "interviews" and inferred and not booked:
        return "The clock"
    return "Cal.com"


def _interview(entry: Entry, words: ValueWords) -> str:
    start, status, deleted = entry.step("start"), entry.step("status"), entry.step(DELETED)
    if deleted is not None:
        return "deleted the interview" if deleted.to else "brought the interview back"
    if entry.is_first:
        made = "booked it" if entry.who is None else "made the interview"
        return f"{made} for {words.say(start.field, start.to)}" if start and start.to else made
    if start is not None and start.to:
        before = _from(start, words)
        return f"moved it{before} to {words.say(start.field, start.to)}"
    if status is not None:
        wanted = str(status.to)
        return _ENDS.get(Status(wanted), "") if wanted in _ENDS else f"set it to {_status(wanted)}"
    return _anything(entry, words)


def _status(value: str) -> str:
    return status_words(Status(value)) if value in set(Status) else value


def _part(entry: Entry, words: ValueWords) -> str:
    member = _held(entry, "member_id")
    name = words.names.get(member, "somebody")
    own = entry.who == name
    deleted, state, role = entry.step(DELETED), entry.step("state"), entry.step("role")
    if deleted is not None:
        return f"took {name} out" if deleted.to else f"asked {name} in again"
    if entry.is_first or role is not None:
        part = _role(role)
        return f"took the role {part}" if own else f"asked {name} to take the role {part}"
    if state is not None:
        said = {"accepted": "said yes", "declined": "said no"}.get(str(state.to), "was asked")
        return said if own else f"wrote down that {name} {said}"
    return _anything(entry, words)


def _role(step: FieldStep | None) -> str:
    if step is None or step.to not in set(AssignmentRole):
        return ROLE_WORDS[AssignmentRole.OBSERVER]
    return ROLE_WORDS[AssignmentRole(str(step.to))]


def _guest(entry: Entry, words: ValueWords) -> str:
    name = _held(entry, "name") or "the guest"
    if entry.is_first:
        return f"added the guest {name}"
    absent = entry.step("no_show")
    if absent is not None and not absent.to and not absent.before:
        return f"expects {name}"
    if absent is not None:
        return f"marked {name} as {'not there' if absent.to else 'there'}"
    consents = [step for step in entry.steps if step.field.kind is Kind.CONSENT]
    if consents:
        return f"wrote down: {name} {', '.join(map(_consent, consents))}"
    return f"changed {name}: {_changes(entry, words)}"


def _consent(step: FieldStep) -> str:
    said = step.to.get("value") if isinstance(step.to, Mapping) else None
    asked = step.field.name.removeprefix("consent_").replace("_", " ")
    asked = "being contacted again" if asked == "contact again" else asked
    return f"{_CONSENT.get(str(said), _CONSENT['unknown'])} {asked}"


def _answer(entry: Entry, words: ValueWords) -> str:
    value = entry.step("value")
    clock = _CLOCKS.get(_held(entry, "field"))
    if clock is not None and value is not None:
        return clock[0] if value.to else clock[1]
    if value is None or entry.step(DELETED) is not None:
        return f"took away the answer to {entry.about.words}"
    if value.to is True:
        return f"checked off {entry.about.words.removesuffix(': covered')}"
    if value.to is None or value.to is False:
        return f"emptied {entry.about.words}"
    return f"answered {entry.about.words}: {_in_quotes(words.say(value.field, value.to))}"


def _insight(entry: Entry, words: ValueWords) -> str:
    statement = entry.step("statement")
    if entry.is_first and statement is not None:
        kind = _CAPTURED.get(_held(entry, "kind"), "insight")
        article = "an" if kind[0] in "aeiou" else "a"
        return f"captured {article} {kind}: {_in_quotes(str(statement.to))}"
    if entry.step(DELETED) is not None:
        return f"took away {entry.about.words}"
    return f"changed {entry.about.words}: {_changes(entry, words)}"


def _request(entry: Entry, words: ValueWords) -> str:
    kind, state = entry.step("kind"), entry.step("state")
    if kind is not None:
        return f"asked Cal.com to {_ASKED_OF_CALCOM.get(str(kind.to), 'change it')}"
    if state is not None:
        return _ASKED_STATES.get(str(state.to)) or f"set what was asked to {state.to}"
    if entry.step("dismissed") is not None:
        return "left it at that: Cal.com has not done it"
    return f"changed the request at Cal.com: {_changes(entry, words)}"


def _notes(entry: Entry, _words: ValueWords) -> str:
    return f"wrote the {entry.about.words[:1].lower()}{entry.about.words[1:]}"


def _anything(entry: Entry, words: ValueWords) -> str:
    return f"changed {_changes(entry, words)}"


def _changes(entry: Entry, words: ValueWords) -> str:
    told = [_change(step, words) for step in entry.steps if step.field.name not in _UNSAID]
    return "; ".join(told) or "details"


def _change(step: FieldStep, words: ValueWords) -> str:
    to = words.say(step.field, step.to)
    name = f"the {step.title[:1].lower()}{step.title[1:]}"
    if to == EMPTY:
        return f"{name}{_from(step, words)} to nothing"
    return f"{name}{_from(step, words, in_quotes=True)} to {_in_quotes(to)}"


def _from(step: FieldStep, words: ValueWords, *, in_quotes: bool = False) -> str:
    if not step.told or step.before is None:
        return ""
    before = words.say(step.field, step.before)
    return f" from {_in_quotes(before) if in_quotes else before}"


def _in_quotes(text: str) -> str:
    line = " ".join(text.split())
    short = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return quoted(short)


def _held(entry: Entry, name: str) -> str:
    step = entry.step(name)
    value = step.to if step is not None else None
    if value is None and entry.record is not None:
        value = entry.record.fields.get(name)
    return value if isinstance(value, str) else ""
