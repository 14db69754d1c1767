"""What a person does with an interview: make one by hand, ask people in, say how it stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from interview_desk.domain.agenda import Appointment
from interview_desk.domain.errors import DeskError
from interview_desk.domain.ids import assignment_id
from interview_desk.domain.instants import format_instant, no_zone_words, zone_called
from interview_desk.domain.interviews import Interview, assignment_of, interview_of
from interview_desk.domain.members import is_address
from interview_desk.domain.records import ENTITIES, Edit, Record
from interview_desk.domain.roles import AssignmentRole, AssignmentState
from interview_desk.domain.status import Status, may_move
from interview_desk.domain.values import Fields, Json
from interview_desk.services.ports import Me, NewId, Records


class FoundLink(Protocol):
    """A meeting link found in a text."""

    @property
    def service(self) -> str | None:
        """The service's key, such as `zoom`."""
        ...

    @property
    def url(self) -> str | None:
        """The link to open; None where there is nothing to join."""
        ...


FindLink = Callable[[str], FoundLink | None]
# Which version of each field of each record somebody has looked at.
Looked: TypeAlias = Mapping[str, Mapping[str, int]]


class InterviewGone(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Somebody deleted it, or it can no longer be seen."""

    code = "interview_gone"

    def __init__(self) -> None:
        super().__init__("This interview is no longer here.")


class MoveNotAllowed(DeskError):  # noqa: N818  - the wire's own word for it
    """An interview cannot go from where it stands to there."""

    code = "move_not_allowed"

    def __init__(self, current: Status, wanted: Status) -> None:
        super().__init__(f"An interview that is {_words(current)} cannot become {_words(wanted)}.")


class NothingToSave(DeskError):  # noqa: N818  - reads as the sentence it shows
    """A new interview needs at least a title."""

    code = "nothing_to_save"

    def __init__(self) -> None:
        super().__init__("Give the interview a title.")


class NotUnderstood(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Something typed about the guest cannot be what it should be."""

    code = "not_understood"


class BookedMeanwhile(DeskError):  # noqa: N818  - reads as the sentence it shows
    """What was typed is Cal.com's to say by now."""

    code = "booked_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            "It was booked at Cal.com meanwhile: when and where it is, and who the guest is, comes "
            "from there now. Nothing is changed; open Edit again for the rest."
        )


@dataclass(frozen=True, slots=True)
class NewInterview:
    """What a person typed into New; everything but the title may be missing."""

    title: str
    startup: str = ""
    guest: str = ""
    guest_email: str = ""
    guest_zone: str | None = None
    start: datetime | None = None
    minutes: int = 60
    zone: str | None = None
    where: str = ""


def typed_of(appointment: Appointment) -> NewInterview:
    """What a person would have typed for it; of several guests the first."""
    interview = appointment.interview
    guest = appointment.guests[0] if appointment.guests else None
    return NewInterview(
        interview.title,
        startup=appointment.startup or "",
        guest=guest.name if guest else "",
        guest_email=(guest.email or "") if guest else "",
        guest_zone=guest.zone if guest else None,
        start=interview.start,
        minutes=interview.minutes or 60,
        zone=interview.zone,
        where=interview.join_url or interview.location or "",
    )


class InterviewService:
    """Writes interviews and their people through the outbox; works the same without a network."""

    def __init__(
        self,
        records: Records,
        *,
        me: Me,
        new_id: NewId,
        find_link: FindLink,
    ) -> None:
        self._records = records
        self._me = me
        self._new_id = new_id
        self._find_link = find_link

    def recognise(self, text: str) -> FoundLink | None:
        """The meeting link in what was pasted, for showing its service while typing."""
        found = self._find_link(text)
        return found if found is not None and found.url else None

    async def create(self, new: NewInterview) -> str:
        """Keep a new interview that I lead; returns its id.

        NothingToSave without a title; NotUnderstood where the guest's address or zone is none.
        """
        _check(new)
        startup = await self._startup(new.startup.strip())
        interview_id = self._new_id()
        edits = [*startup, self._interview(interview_id, new, startup[-1].id if startup else None)]
        if new.guest.strip() or new.guest_email.strip():
            edits.append(self._guest(interview_id, new))
        edits.append(self._assignment(interview_id, self._me.member_id, AssignmentRole.LEAD))
        await self._records.write([edit for edit in edits if edit.fields])
        return interview_id

    async def look(self, interview_id: str) -> Looked:
        """What there is of an interview and its guests just now, for `rewrite` to know later."""
        guests = await self._records.of_interview("interview_guests", interview_id)
        seen = (await self._interview_record(interview_id), *guests)
        return {record.id: record.field_versions or {} for record in seen}

    async def rewrite(
        self,
        interview_id: str,
        *,
        was: NewInterview,
        new: NewInterview,
        looked: Looked | None = None,
        is_other_guest: bool = False,
    ) -> None:
        """Write what differs between the two; what others changed meanwhile stays theirs.

        Where both changed the same since the author has `looked`, it is for a person to decide.
        What a guest allowed holds for `is_other_guest` no longer: they are asked anew.
        Refuses what `create` refuses, as far as it is new; BookedMeanwhile where Cal.com decides
        about it by now.
        """
        _check(new, was)
        record = await self._interview_record(interview_id)
        held = interview_of(record)
        startup = await self._startup(new.startup.strip()) if new.startup != was.startup else []
        fields = self._rewritten(was, new, held)
        if new.startup != was.startup:
            fields["startup_id"] = startup[-1].id if startup else None
        guest = await self._guest_again(interview_id, was, new, looked=looked)
        if is_other_guest and guest:
            guest = await self._guest_replaced(interview_id, new, looked=looked)
        if held.is_booked and (guest or any(map(_is_calcoms, fields))):
            raise BookedMeanwhile
        edits = [*startup, _as_typed(_edit(record, fields, looked), was, new, held), *guest]
        await self._records.write([edit for edit in edits if edit.fields or edit.delete])

    async def assign(self, interview_id: str, *, member_id: str, role: AssignmentRole) -> None:
        """Ask a member to take a part; asking myself is saying yes. A second part replaces one."""
        for record in await self._records.of_interview("interview_assignments", interview_id):
            if assignment_of(record).member_id == member_id:
                fields: dict[str, Json] = {"role": role, "state": self._first_state(member_id)}
                await self._records.write([Edit(record.entity, record.id, fields)])
                return
        await self._records.write([self._assignment(interview_id, member_id, role)])

    async def unassign(self, assignment_id: str) -> None:
        """Take somebody out of an interview."""
        await self._records.write([Edit("interview_assignments", assignment_id, {}, delete=True)])

    async def accept(self, assignment_id: str) -> None:
        """Say yes to the part I was asked to take."""
        await self._answer(assignment_id, AssignmentState.ACCEPTED)

    async def decline(self, assignment_id: str) -> None:
        """Say no to the part I was asked to take."""
        await self._answer(assignment_id, AssignmentState.DECLINED)

    async def move(self, interview_id: str, wanted: Status) -> None:
        """Say how an interview stands now; MoveNotAllowed where the table has no such move."""
        current = interview_of(await self._interview_record(interview_id)).status
        if not may_move(current, wanted):
            raise MoveNotAllowed(current, wanted)
        await self._records.write([Edit("interviews", interview_id, {"status": wanted})])

    async def rename(self, interview_id: str, title: str, *, overtaken: bool = False) -> None:
        """Give an interview another title; Cal.com's own stays beside it.

        It is `overtaken` where somebody else gave it one while this was typed: both are kept, for a
        person to decide.
        """
        if not title.strip():
            raise NothingToSave
        record = await self._interview_record(interview_id)
        unseen = frozenset({"title"} if overtaken else ())
        edit = Edit("interviews", record.id, {"title": title.strip()}, unseen=unseen)
        await self._records.write([edit])

    async def _interview_record(self, interview_id: str) -> Record:
        record = await self._records.get("interviews", interview_id)
        if record is None:
            raise InterviewGone
        return record

    async def _answer(self, assignment_id: str, state: AssignmentState) -> None:
        await self._records.write([Edit("interview_assignments", assignment_id, {"state": state})])

    async def _startup(self, name: str) -> list[Edit]:
        if not name:
            return []
        for record in await self._records.all_of("startups"):
            if str(record.fields.get("name") or "").casefold() == name.casefold():
                return [Edit("startups", record.id, {})]
        return [Edit("startups", self._new_id(), {"name": name})]

    def _interview(self, interview_id: str, new: NewInterview, startup_id: str | None) -> Edit:
        fields: dict[str, Json] = {
            "title": new.title.strip(),
            "status": Status.SCHEDULED if new.start else Status.DRAFT,
            "zone": new.zone,
            "startup_id": startup_id,
        }
        if new.start is not None:
            fields["start"] = format_instant(new.start)
            fields["end"] = format_instant(new.start + timedelta(minutes=new.minutes))
        fields |= self._where(new.where.strip())
        return Edit("interviews", interview_id, _known(fields))

    def _rewritten(self, was: NewInterview, new: NewInterview, held: Interview) -> dict[str, Json]:
        fields = _times(was, new, held)
        if new.title != was.title:
            fields["title"] = new.title.strip()
        if new.where != was.where:
            nowhere = dict.fromkeys(("location", "join_service", "join_url"))
            fields |= nowhere | self._where(new.where.strip())
        return fields

    async def _guest_again(
        self, interview_id: str, was: NewInterview, new: NewInterview, *, looked: Looked | None
    ) -> list[Edit]:
        old, wanted = _guest_fields(was), _guest_fields(new)
        if wanted == old:
            return []
        known = await self._guest_seen(interview_id, looked)
        # Whom somebody else added meanwhile is another guest, with their own consent.
        if known is None or not old["name"]:
            return [self._guest(interview_id, new)]
        if not wanted["name"]:
            raise NotUnderstood("Type the guest's name, or at least their e-mail address.")
        changed = {name: value for name, value in wanted.items() if value != old[name]}
        return [_edit(known, changed, looked)]

    def _where(self, text: str) -> dict[str, Json]:
        found = self.recognise(text)
        if found is None:
            return {"location": text or None}
        return {"location": found.url, "join_service": found.service, "join_url": found.url}

    def _guest(self, interview_id: str, new: NewInterview) -> Edit:
        fields: dict[str, Json] = {"interview_id": interview_id, **_guest_fields(new)}
        return Edit("interview_guests", self._new_id(), _known(fields))

    async def _guest_replaced(
        self, interview_id: str, new: NewInterview, *, looked: Looked | None
    ) -> list[Edit]:
        known = await self._guest_seen(interview_id, looked)
        other = self._guest(interview_id, new)
        if known is None:
            return [other]
        return [_edit(known, known.fields, looked)._replace(fields={}, delete=True), other]

    async def _guest_seen(self, interview_id: str, looked: Looked | None) -> Record | None:
        """The first guest of those that were there when the author looked."""
        known = await self._records.of_interview("interview_guests", interview_id)
        return next((one for one in known if not looked or one.id in looked), None)

    def _assignment(self, interview_id: str, member_id: str, role: AssignmentRole) -> Edit:
        fields: dict[str, Json] = {
            "interview_id": interview_id,
            "member_id": member_id,
            "role": role,
            "state": self._first_state(member_id),
        }
        # Two desks that ask the same member at once write the same record.
        return Edit("interview_assignments", assignment_id(interview_id, member_id), fields)

    def _first_state(self, member_id: str) -> AssignmentState:
        mine = member_id == self._me.member_id
        return AssignmentState.ACCEPTED if mine else AssignmentState.PROPOSED


def _check(new: NewInterview, was: NewInterview | None = None) -> None:
    """Refuse what cannot be kept; what stood there before is nobody's fault now."""
    if not new.title.strip():
        raise NothingToSave
    email, zone = new.guest_email.strip(), new.guest_zone
    if email and not (was and was.guest_email == new.guest_email) and not is_address(email):
        raise NotUnderstood(f"\u201c{email}\u201d is not an e-mail address.")
    if zone and not (was and was.guest_zone == zone) and zone_called(zone) is None:
        raise NotUnderstood(no_zone_words(zone))


def _edit(record: Record, fields: Fields, looked: Looked | None) -> Edit:
    now = record.field_versions or {}
    then = (looked or {}).get(record.id, now)
    unseen = frozenset(name for name in fields if now.get(name, 0) != then.get(name, 0))
    return Edit(record.entity, record.id, fields, unseen=unseen)


def _as_typed(edit: Edit, was: NewInterview, new: NewInterview, held: Interview) -> Edit:
    """`edit` of an interview whose end follows from its start and length, one of them not typed.

    So it is overtaken only where the one that was typed is; and never without the start, or the two
    would be of different people.
    """
    length = was.minutes not in {new.minutes, held.minutes}
    overtaken = "start" in edit.unseen or ("end" in edit.unseen and length)
    unseen = edit.unseen - {"end"} | ({"end"} if overtaken else set())
    return edit._replace(unseen=unseen & edit.fields.keys())


def _times(was: NewInterview, new: NewInterview, held: Interview) -> dict[str, Json]:
    """Of start and length what was typed anew, beside what `held` has of the other by now."""
    if new.start is None or (new.start, new.minutes) == (was.start, was.minutes):
        return {}
    start, length = new.start, timedelta(minutes=new.minutes)
    if new.start == was.start:
        start = held.start or start
    if new.minutes == was.minutes:
        length = held.length or length
    times: dict[str, Json] = {"end": format_instant(start + length)}
    if start != held.start:
        times["start"] = format_instant(start)
    return times


def _is_calcoms(field: str) -> bool:
    """Whether of a booked interview only Cal.com says it."""
    return ENTITIES["interviews"].fields[field].booking


def _guest_fields(new: NewInterview) -> dict[str, Json]:
    email = new.guest_email.strip()
    return {
        "name": new.guest.strip() or email,
        "email": email or None,
        "zone": new.guest_zone,
    }


def _known(fields: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}


def _words(status: Status) -> str:
    return status.replace("_", " ")
