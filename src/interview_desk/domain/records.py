"""The catalogue of records: which fields each has, and how each field behaves.

One table serves the wire's validation, the merge, the permissions and both databases, so a new
field is one line here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from interview_desk.domain.status import Status
from interview_desk.domain.values import Fields


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    INSTANT = "instant"  # RFC 3339, UTC, with Z
    ID = "id"
    TEXTS = "texts"  # a list of texts
    CONSENT = "consent"  # {value: yes|no|unknown, at, by}
    DATA = "data"  # any JSON


class Policy(StrEnum):
    """What happens when two people changed the same field without seeing each other."""

    EXPLICIT = "explicit"  # the first stays, the other is kept as a conflict and shown
    LAST_WRITER = "last_writer"  # the later arrival stays, the other is in the history
    SET = "set"  # additions and removals both take effect
    RESTRICTIVE = "restrictive"  # consent: no wins over any edit that has not seen it
    ANSWER = "answer"  # it wins over the question, the first choice, where the two cross


class Field(NamedTuple):
    """One field of a record and how it behaves."""

    name: str
    kind: Kind
    policy: Policy = Policy.EXPLICIT
    choices: tuple[str, ...] = ()
    about: str = ""  # of an answer: the field that says what was asked
    # Only the server may write it once the interview is booked at Cal.com.
    booking: bool = False
    # Nobody but the server ever writes it.
    server: bool = False


class Entity(NamedTuple):
    """One kind of record."""

    name: str
    fields: Mapping[str, Field]
    # Whether each row belongs to one interview (field `interview_id`), for permission and look-up.
    of_interview: bool
    # Whether only the server writes rows of it.
    server_only: bool = False


class Record(NamedTuple):
    """One row as a reader sees it; `pending` names the fields whose edit has not been sent yet."""

    entity: str
    id: str
    fields: Fields
    ver: int = 0
    field_versions: Mapping[str, int] | None = None
    deleted: bool = False
    pending: frozenset[str] = frozenset()
    updated_by: str | None = None
    updated_at: datetime | None = None


class Edit(NamedTuple):
    """A change to one record: only the fields that changed (`set` fields as add/remove).

    `unseen` names those that somebody else has changed since its author looked; `rests_on` names
    fields that it leaves as they are, and that have to be as its author saw them.
    """

    entity: str
    id: str
    fields: Fields
    delete: bool = False
    unseen: frozenset[str] = frozenset()
    rests_on: frozenset[str] = frozenset()


def _plain(kind: Kind, *names: str) -> list[Field]:
    return [Field(name, kind) for name in names]


_text, _ids = partial(_plain, Kind.TEXT), partial(_plain, Kind.ID)
_instants, _numbers = partial(_plain, Kind.INSTANT), partial(_plain, Kind.NUMBER)
_data = partial(_plain, Kind.DATA)


def _choice(name: str, *choices: str, about: str = "") -> list[Field]:
    return [Field(name, Kind.TEXT, Policy.ANSWER if about else Policy.EXPLICIT, choices, about)]


def _tags() -> list[Field]:
    return [Field("tags", Kind.TEXTS, Policy.SET)]


def _booking(*fields: Field) -> list[Field]:
    return [Field(f.name, f.kind, f.policy, f.choices, booking=True) for f in fields]


def _server(*fields: Field) -> list[Field]:
    return [Field(f.name, f.kind, f.policy, f.choices, server=True) for f in fields]


def _entity(name: str, fields: Iterable[Field], *, server_only: bool = False) -> Entity:
    table = {field.name: field for field in fields}
    return Entity(name, table, of_interview="interview_id" in table, server_only=server_only)


_CONSENTS = [
    Field(name, Kind.CONSENT, Policy.RESTRICTIVE)
    for name in (
        "consent_notes",
        "consent_recording",
        "consent_quotes",
        "consent_contact_again",
    )
]

_REQUESTS = ("create", "reschedule", "cancel", "confirm", "decline", "mark_absent", "reassign")

_MAIL_STATES = (
    *("draft", "needs_approval", "queued", "sending", "sent", "delivered"),
    *("bounced", "complained", "failed", "uncertain", "cancelled"),
)

_ALL = (
    _entity("startups", [*_text("name", "website", "notes"), *_tags()]),
    _entity("contacts", [*_text("name", "email", "phone", "zone"), *_ids("startup_id")]),
    _entity(
        "poblysh_team_members",
        [
            *_text("name", "email"),
            *_choice("role", "owner", "admin", "interviewer", "observer", "external"),
            Field("skills", Kind.TEXTS),
            Field("languages", Kind.TEXTS),
            *_text("zone"),
            *_numbers("weekly_limit"),
        ],
    ),
    _entity(
        "interviews",
        [
            *_text("title"),
            # `series_uid` is the same for all that were booked together as one series.
            *_server(*_text("calcom_title", "series_uid"), *_ids("merged_into")),
            *_choice("status", *(status.value for status in Status)),
            *_booking(
                *_instants("start", "end"),
                *_text("location", "join_service", "join_url"),
                Field("booking_uids", Kind.TEXTS),
                *_numbers("event_type_id"),
            ),
            # Whether the location is the guest's phone number or address; unknown counts as yes.
            *_server(Field("location_is_guests", Kind.FLAG)),
            # The lead has closed the round: submitted sheets are shown to everybody.
            Field("ratings_closed", Kind.FLAG),
            *_text("zone"),
            *_ids("startup_id", "guide_id"),
            Field("priority", Kind.NUMBER, Policy.LAST_WRITER),
            *_tags(),
        ],
    ),
    _entity(
        "interview_assignments",
        [
            *_ids("interview_id", "member_id"),
            *_choice("role", "lead", "note_taker", "observer", "shadow"),
            *_choice("state", "proposed", "accepted", "declined", about="role"),
        ],
    ),
    _entity(
        "interview_guests",
        [
            *_ids("interview_id", "contact_id"),
            *_text("name", "email", "zone"),
            Field("no_show", Kind.FLAG),
            *_CONSENTS,
        ],
    ),
    _entity(
        "interview_answers",
        [*_ids("interview_id"), *_text("field", "item"), *_data("value")],
    ),
    _entity(
        "interview_insights",
        [
            *_ids("interview_id"),
            *_text("kind", "stage", "statement"),
            *_numbers("strength"),
            *_text("confidence"),
            *_data("evidence"),
            *_tags(),
            *_text("state"),
        ],
    ),
    _entity(
        "rating_sheets",
        [
            *_ids("interview_id", "member_id"),
            *_data("ratings"),
            *_choice("state", "draft", "submitted"),
            # Why its author opened it again after handing it in.
            *_text("reopened_because"),
            # Reopened by its author, who could then see what the others gave.
            *_server(Field("after_seeing_others", Kind.FLAG)),
        ],
    ),
    _entity(
        "event_types",
        [
            *_numbers("calcom_id"),
            *_text("slug", "title"),
            *_numbers("minutes"),
            *_data("hosts"),
            # What Cal.com says beside: all lengths that can be chosen, where people can meet, who
            # takes it in turn, how many seats it has, whether a host has to say yes.
            *_server(
                *_data("lengths", "locations"),
                *_text("scheduling_type"),
                *_numbers("seats"),
                Field("needs_confirmation", Kind.FLAG),
                # It is not at Cal.com any more; what was booked of it stays.
                Field("gone", Kind.FLAG),
            ),
            *_ids("guide_id"),
            # Who is proposed for a new booking of it: {role: [member ids]}.
            *_data("roles"),
            *_ids("rule_set_id", "sequence_id"),
        ],
    ),
    # Days on which somebody cannot be booked, as Cal.com has them; `end` is exclusive.
    _entity(
        "out_of_office",
        [
            *_ids("member_id"),
            *_numbers("user_id"),
            *_text("name", "reason", "zone"),
            *_instants("start", "end", "told_at"),
        ],
        server_only=True,
    ),
    _entity(
        "booking_requests",
        [
            *_choice("kind", *_REQUESTS),
            *_ids("interview_id"),
            *_numbers("event_type_id"),
            # `from_start` is when it was before, so that a move can be taken back later.
            *_instants("start", "from_start"),
            *_numbers("minutes"),
            *_text("zone"),
            *_data("guest", "absent"),
            *_ids("member_id"),
            *_text("reason"),
            *_instants("send_after"),
            *_choice("state", "waiting", "sending", "done", "failed", "uncertain", "undone"),
            # Somebody has seen that it was not done, and leaves it at that.
            Field("dismissed", Kind.FLAG),
            *_server(
                *_text("booking_uid", "asked_uid", "error"),
                # After a lost race: the next times that can be booked, [{start, end}, ...].
                *_data("next_free"),
                # When Cal.com was last asked, for `asked_uid`, how often, and since when.
                *_instants("sent_at", "tried_since"),
                *_numbers("tries"),
            ),
        ],
    ),
    _entity(
        "guides",
        [*_text("name", "variant", "state"), *_numbers("version"), *_data("stages")],
    ),
    _entity(
        "evaluation_rules",
        [
            *_text("name"),
            *_numbers("version"),
            *_data("criteria", "rules", "bands"),
            # For interviews with this guide, or any; and the version that this one follows.
            *_ids("guide_id", "replaces"),
            *_choice("state", "draft", "published", "retired"),
        ],
    ),
    _entity(
        "evaluations",
        [
            *_ids("interview_id", "rules_id"),
            *_text("inputs_hash"),
            *_numbers("score", "coverage"),
            *_data("result", "trace"),
        ],
        server_only=True,
    ),
    # What external members of an interview are asked: they are shown no rules.
    _entity(
        "rating_forms",
        [*_ids("interview_id"), *_text("name"), *_numbers("version"), *_data("criteria")],
        server_only=True,
    ),
    _entity(
        "sequences",
        [
            *_text("name"),
            *_numbers("version"),
            *_text("purpose"),
            *_data("steps", "stop_on", "window"),
            *_text("state"),
        ],
    ),
    _entity(
        "enrolments",
        [
            *_ids("sequence_id", "guest_id", "interview_id"),
            *_choice("state", "active", "paused", "stopped", "finished", "skipped"),
            *_text("reason"),
            *_instants("paused_until"),
            # Why the guest was enrolled, and with which version of the sequence.
            *_server(*_text("because"), *_numbers("sequence_version")),
        ],
    ),
    _entity(
        "follow_up_messages",
        [
            *_ids("enrolment_id", "guest_id"),
            *_server(*_ids("interview_id")),
            # Whose own address a test mail goes to.
            *_ids("member_id"),
            *_text("step", "subject", "text", "html"),
            *_instants("due"),
            *_choice("state", *_MAIL_STATES),
            *_text("effect_key", "provider_id", "error", "language"),
            # For which case the text was written, what is asked before it may leave, why it is
            # sent and why it waits, and what became of it when.
            *_server(*_text("variant", "question", "because", "waits"), *_instants("sent_at")),
        ],
    ),
    _entity(
        "recordings",
        [
            *_ids("interview_id"),
            *_text("source", "source_id"),
            *_numbers("minutes"),
            *_ids("consent_guest_id"),
            *_instants("keep_until"),
        ],
        server_only=True,
    ),
    _entity(
        "transcripts",
        [*_ids("interview_id"), *_text("source", "language"), *_data("cues")],
    ),
    # What somebody wants erased for good; the server does it, and the wish stays as its record.
    _entity(
        "erasures",
        [
            *_choice("kind", "interview", "guest"),
            *_ids("subject_id"),
            *_choice("state", "waiting", "done", "failed"),
            # Interviews that stay, because they were with others too.
            *_server(Field("kept_interviews", Kind.TEXTS), *_text("error")),
        ],
    ),
    _entity("flags", [*_text("key"), Field("on", Kind.FLAG), *_text("note")]),
    _entity(
        "conflicts",
        [
            *_text("entity", "field"),
            *_ids("record_id", "lost_by"),
            *_data("kept", "lost"),
            *_instants("lost_at"),
            *_choice("state", "open", "settled"),
        ],
    ),
    _entity(
        "note_documents",
        [*_ids("interview_id"), *_text("stage"), *_numbers("seq")],
        server_only=True,
    ),
)

ENTITIES: Mapping[str, Entity] = {entity.name: entity for entity in _ALL}
