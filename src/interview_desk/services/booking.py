"""Asking Cal.com for bookings: every wish is a record that waits a moment before it is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from interview_desk.domain.booking_requests import (
    NOT_DONE,
    UNDO_TIME,
    BookingRequest,
    RequestKind,
    RequestState,
    request_of,
)
from interview_desk.domain.errors import DeskError
from interview_desk.domain.flags import Flag, is_on
from interview_desk.domain.instants import format_instant, no_zone_words, zone_called
from interview_desk.domain.interviews import Interview, interview_of
from interview_desk.domain.records import ENTITIES, Edit, Record
from interview_desk.domain.roles import Role
from interview_desk.domain.status import Status
from interview_desk.domain.values import Json
from interview_desk.services.interviews import InterviewGone
from interview_desk.services.new_booking import NewBooking
from interview_desk.services.ports import Clock, Me, NewId, Records
from interview_desk.services.series import answers_under_way, waiting_together
from interview_desk.services.wishes import requests_of, wish_of

_MOVABLE = frozenset(
    {Status.DRAFT, Status.REQUESTED, Status.SCHEDULED, Status.RESCHEDULE_REQUESTED}
)
_TIMES = frozenset({RequestKind.CREATE, RequestKind.RESCHEDULE})
# What is not asked for, but says how one try went.
_OF_ONE_TRY = {
    *(field.name for field in ENTITIES["booking_requests"].fields.values() if field.server),
    *("state", "send_after", "dismissed", "kind", "interview_id"),
}
_COUNTS = frozenset({RequestState.WAITING, RequestState.SENDING, RequestState.DONE})
_BOOKERS = frozenset({Role.OWNER, Role.ADMIN, Role.INTERVIEWER})


class CannotMove(DeskError):  # noqa: N818  - reads as the sentence it shows
    """An interview stays where it is; the sentence says why."""

    code = "cannot_move"


class CannotBook(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Something is missing or not allowed; the sentence says what."""

    code = "cannot_book"


class TooLateToUndo(DeskError):  # noqa: N818  - reads as the sentence it shows
    """The request is on its way."""

    code = "too_late_to_undo"

    def __init__(self) -> None:
        super().__init__("Cal.com has been asked already, and the guest is told.")


@dataclass(frozen=True, slots=True)
class Absence:
    """Who did not come; `unmark` takes a mark back."""

    host: bool | None = None
    emails: tuple[str, ...] = ()
    unmark: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookingStanding:
    """What is asked about one interview, what was moved last, and whether more can be asked."""

    wish: BookingRequest | None = None
    last_move: BookingRequest | None = None
    host_absent: bool = False
    # When the times begin that Cal.com answers together with this one; none for a single one.
    together: tuple[datetime, ...] = ()
    is_offered: bool = False


class BookingService:
    """Writes what is asked of Cal.com, takes it back, and moves what Cal.com does not hold."""

    def __init__(self, records: Records, *, me: Me, clock: Clock, new_id: NewId) -> None:
        self._records = records
        self._me = me
        self._clock = clock
        self._new_id = new_id

    @property
    def may_book(self) -> bool:
        """Whether my role may ask Cal.com for anything."""
        return self._me.role in _BOOKERS

    async def is_offered(self) -> bool:
        """Whether booking at Cal.com makes sense here: in a team that has it turned on."""
        flags = [row.fields for row in await self._records.all_of("flags")]
        return self._me.server is not None and self.may_book and is_on(Flag.CALCOM, flags)

    def why_stays(self, interview: Interview) -> str:
        """Why an interview cannot be moved at all; empty where it can."""
        if not self.may_book:
            return "Your role may not move interviews."
        if interview.status not in _MOVABLE:
            return "Only an interview that is still ahead can be moved."
        begun = interview.start is not None and interview.start <= self._clock.now()
        if interview.is_booked and begun:
            return "It has begun already, so Cal.com does not move it any more."
        return ""

    def why_not_then(self, interview: Interview, start: datetime) -> str:
        """Why it cannot begin at that time; empty where it can."""
        if interview.is_booked and start <= self._clock.now():
            return "This time has passed."
        return ""

    async def move(self, interview_id: str, start: datetime) -> BookingRequest | None:
        """Move an interview to another time.

        What Cal.com holds is asked for, and the request returned; anything else moves at once.
        CannotMove where it is over, cancelled or the time has passed.
        """
        record = await self._record(interview_id)
        interview = interview_of(record)
        trouble = self.why_stays(interview) or self.why_not_then(interview, start)
        if trouble:
            raise CannotMove(trouble)
        earlier = await wish_of(self._records, interview_id)
        if earlier is not None and earlier.is_under_way:
            await self._make_way(earlier)
        books = earlier is not None and earlier.kind is RequestKind.CREATE
        if earlier is not None and books and not interview.is_booked:
            await self._move_here(interview, start)
            return await self._ask_again(earlier, start=format_instant(start))
        if start == interview.start:
            return None
        if not interview.is_booked:
            await self._move_here(interview, start)
            return None
        return await self._ask(
            RequestKind.RESCHEDULE,
            interview_id,
            start=format_instant(start),
            from_start=format_instant(interview.start) if interview.start else None,
            zone=interview.zone,
            event_type_id=record.fields.get("event_type_id"),
        )

    async def book(self, new: NewBooking) -> BookingRequest:
        """Ask for a new booking; the interview stands as a draft meanwhile.

        CannotBook where the guest's name or every way to reach them is missing.
        """
        if not self.may_book:
            raise CannotBook("Your role may not book at Cal.com.")
        if not new.name.strip():
            raise CannotBook("Type the guest's name.")
        if not (new.email.strip() or new.phone.strip()):
            raise CannotBook("Type the guest's e-mail or phone number: Cal.com tells them there.")
        if new.guest_zone and zone_called(new.guest_zone) is None:
            raise CannotBook(no_zone_words(new.guest_zone))
        if new.start <= self._clock.now():
            raise CannotBook("This time has passed. Choose one that is ahead.")
        interview_id = self._new_id()
        guest = Edit("interview_guests", self._new_id(), new.guest_of(interview_id))
        await self._records.write([Edit("interviews", interview_id, new.draft()), guest])
        return await self._ask(
            RequestKind.CREATE,
            interview_id,
            start=format_instant(new.start),
            event_type_id=new.event_type_id,
            minutes=new.minutes if new.choose_minutes else None,
            zone=new.zone,
            guest=new.guest_to_book(),
        )

    async def cancel(self, interview_id: str, reason: str) -> BookingRequest:
        """Ask Cal.com to cancel; the guest is told, with the reason."""
        return await self._ask(RequestKind.CANCEL, interview_id, reason=reason.strip() or None)

    async def confirm(self, interview_id: str) -> BookingRequest:
        """Say yes to the time a guest asks for."""
        return await self._ask(RequestKind.CONFIRM, interview_id)

    async def decline(self, interview_id: str, reason: str) -> BookingRequest:
        """Say no to the time a guest asks for; they are told, with the reason."""
        return await self._ask(RequestKind.DECLINE, interview_id, reason=reason.strip() or None)

    async def mark_absent(self, interview_id: str, absence: Absence) -> BookingRequest:
        """Say who did not come, or take it back."""
        absent: dict[str, Json] = {}
        if absence.host is not None:
            absent["host"] = absence.host
        if absence.emails:
            absent["emails"] = list(absence.emails)
        # That the host came after all is told beside the guests who did, even if there are none.
        if absence.unmark or absence.host is False:
            absent["unmark"] = list(absence.unmark)
        return await self._ask(RequestKind.MARK_ABSENT, interview_id, absent=absent)

    async def reassign(self, interview_id: str, member_id: str, reason: str) -> BookingRequest:
        """Ask Cal.com to give the booking to another host of the team."""
        reason_said = reason.strip() or None
        return await self._ask(
            RequestKind.REASSIGN, interview_id, member_id=member_id, reason=reason_said
        )

    async def request(self, request_id: str) -> BookingRequest | None:
        """A request as it stands now."""
        record = await self._records.get("booking_requests", request_id)
        return request_of(record) if record is not None else None

    async def is_unsent(self, request_id: str) -> bool:
        """Whether the request has not left this computer yet."""
        record = await self._records.get("booking_requests", request_id)
        return record is not None and bool(record.pending)

    async def undo(self, request_id: str) -> None:
        """Take a request back; TooLateToUndo once it is on its way."""
        request = await self.request(request_id)
        if request is None or not self._is_in_time(
            request, unsent=await self.is_unsent(request_id)
        ):
            raise TooLateToUndo
        await self._write_state(request, RequestState.UNDONE)
        if request.kind is RequestKind.CREATE:
            await self._forget_draft(request.interview_id)

    async def send_now(self, request_id: str) -> None:
        """Wait no longer; nothing happens where it is on its way already."""
        request = await self.request(request_id)
        if request is not None and request.can_be_undone:
            await self._records.write([Edit("booking_requests", request_id, {"send_after": None})])

    async def move_back(self, request_id: str) -> BookingRequest | None:
        """Ask for the time before a move that was carried out; the guest is told again."""
        request = await self.request(request_id)
        if request is None or request.from_start is None:
            raise TooLateToUndo
        return await self.move(request.interview_id, request.from_start)

    async def try_again(self, request_id: str) -> BookingRequest:
        """Ask for the same once more."""
        request = await self.request(request_id)
        if request is None:
            raise InterviewGone
        return await self._ask_again(request)

    async def take_instead(self, request_id: str, start: datetime) -> BookingRequest:
        """Ask for the same at another time, because the wanted one was lost.

        CannotBook where that time has passed meanwhile.
        """
        request = await self.request(request_id)
        if request is None:
            raise InterviewGone
        if start <= self._clock.now():
            raise CannotBook("This time has passed. Choose one that is ahead.")
        return await self._ask_again(request, start=format_instant(start))

    async def dismiss(self, request_id: str) -> None:
        """Leave it at that a request was not done; it stays in the interview's history."""
        request = await self.request(request_id)
        if request is not None and request.state in NOT_DONE:
            await self._records.write([Edit("booking_requests", request_id, {"dismissed": True})])

    async def last_move(self, interview_id: str) -> BookingRequest | None:
        """The move that brought an interview where it stands, while it can be taken back."""
        interview = interview_of(await self._record(interview_id))
        done = [one for one in await requests_of(self._records, interview_id) if _is_done(one)]
        if not done or done[-1].kind is not RequestKind.RESCHEDULE:
            return None
        last = done[-1]
        still = interview.start == last.start and interview.status in _MOVABLE
        ahead = last.from_start is not None and last.from_start > self._clock.now()
        return last if still and ahead else None

    async def standing(self, interview_id: str) -> BookingStanding:
        """Everything about an interview's booking that can be acted on."""
        marks = [
            one.absent or {}
            for one in await requests_of(self._records, interview_id)
            if one.kind is RequestKind.MARK_ABSENT and one.state in _COUNTS
        ]
        told = [mark["host"] for mark in marks if isinstance(mark.get("host"), bool)]
        interview = interview_of(await self._record(interview_id))
        return BookingStanding(
            wish=await self._wish(interview),
            together=await waiting_together(interview, self._records, now=self._clock.now()),
            last_move=await self.last_move(interview_id),
            host_absent=bool(told and told[-1]),
            is_offered=await self.is_offered(),
        )

    async def _wish(self, interview: Interview) -> BookingRequest | None:
        """What is asked about an interview, be it by what is said to its whole series."""
        own = await wish_of(self._records, interview.id)
        if own is not None or interview.status is not Status.REQUESTED:
            return own
        return (await answers_under_way(self._records)).get(interview.series_uid or "")

    def _is_in_time(self, request: BookingRequest, *, unsent: bool) -> bool:
        if not request.can_be_undone:
            return False
        return unsent or (request.send_after is not None and self._clock.now() < request.send_after)

    async def _move_here(self, interview: Interview, start: datetime) -> None:
        length = interview.length or timedelta(hours=1)
        when: dict[str, Json] = {
            "start": format_instant(start),
            "end": format_instant(start + length),
        }
        await self._records.write([Edit("interviews", interview.id, when)])

    async def _ask(self, kind: RequestKind, interview_id: str, **fields: Json) -> BookingRequest:
        if not self.may_book:
            raise CannotBook("Your role may not change bookings.")
        told: dict[str, Json] = {
            "kind": kind,
            "interview_id": interview_id,
            **{name: value for name, value in fields.items() if value is not None},
            "send_after": format_instant(self._clock.now() + UNDO_TIME),
            "state": RequestState.WAITING,
        }
        request_id = self._new_id()
        await self._records.write([Edit("booking_requests", request_id, told)])
        return request_of(Record("booking_requests", request_id, told))

    async def _ask_again(self, request: BookingRequest, **changed: Json) -> BookingRequest:
        """Ask for the same, apart from what has changed; what was in doubt is left at that."""
        if request.state is RequestState.UNCERTAIN:
            await self.dismiss(request.id)
        record = await self._records.get("booking_requests", request.id)
        fields = {**(record.fields if record else {}), **changed}
        asked = {name: value for name, value in fields.items() if name not in _OF_ONE_TRY}
        return await self._ask(request.kind, request.interview_id, **asked)

    async def _make_way(self, earlier: BookingRequest) -> None:
        """Take back an earlier wish for another time, so that only the newest is told."""
        if not earlier.can_be_undone or earlier.kind not in _TIMES:
            raise CannotMove("Cal.com is being asked about it just now. Wait until that is done.")
        await self._write_state(earlier, RequestState.UNDONE)

    async def _write_state(self, request: BookingRequest, state: RequestState) -> None:
        await self._records.write([Edit("booking_requests", request.id, {"state": state})])

    async def _forget_draft(self, interview_id: str) -> None:
        record = await self._records.get("interviews", interview_id)
        if record is None or interview_of(record).status is not Status.DRAFT:
            return
        guests = await self._records.of_interview("interview_guests", interview_id)
        gone = [*guests, record]
        await self._records.write([Edit(one.entity, one.id, {}, delete=True) for one in gone])

    async def _record(self, interview_id: str) -> Record:
        record = await self._records.get("interviews", interview_id)
        if record is None:
            raise InterviewGone
        return record


def _is_done(request: BookingRequest) -> bool:
    return request.state is RequestState.DONE
