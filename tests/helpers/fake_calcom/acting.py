"""What can be done with bookings, by the API and by people in Cal.com's own pages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from tests.helpers.fake_calcom.telling import moment
from tests.helpers.fake_calcom.world import Attendee, Booking, EventType, World

_ZONES = available_timezones()
_NOT_AVAILABLE = "User either already has booking at this time or is not available"

Tell = Callable[..., None]


class RefusedError(Exception):
    """An answer with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Bookings:
    """Does what is asked of a world, and tells subscribers by `tell(trigger, booking, ...)`."""

    def __init__(self, world: World, tell: Tell) -> None:
        self._world = world
        self._tell = tell

    def find(self, uid: str) -> Booking:
        """The booking, or 404."""
        booking = self._world.bookings.get(uid)
        if booking is None:
            raise RefusedError(404, f"Booking with uid={uid} was not found in the database")
        return booking

    def of_series(self, uid: str) -> list[Booking]:
        """The booking, or all occurrences of a series with this uid."""
        series = [one for one in self._world.bookings.values() if one.series_uid == uid]
        return series or [self.find(uid)]

    def event_type(self, event_type_id: int) -> EventType:
        """The event type, or 404."""
        found = self._world.event_types.get(event_type_id)
        if found is None or found.removed:
            raise RefusedError(404, f"Event type with id {event_type_id} not found.")
        return found

    def create(self, body: dict[str, Any], *, held: str | None = None) -> list[Booking]:
        """Book; a recurring event type gives several."""
        event_type = self.event_type(int(body.get("eventTypeId", 0)))
        guest = _attendee(body.get("attendee") or {})
        start = _start(body)
        minutes = body.get("lengthInMinutes")
        if minutes is not None and minutes not in event_type.lengths:
            raise RefusedError(400, "Can't specify 'lengthInMinutes' for this event type")
        count = event_type.occurrences or 1
        series = self._world.new_uid("series") if event_type.occurrences else None
        starts = [start + timedelta(weeks=number) for number in range(count)]
        hosts = [self._host(event_type, at, minutes=minutes, held=held) for at in starts]
        self._world.booked_with.append(dict(body.get("metadata") or {}))
        made = []
        for at, host_id in zip(starts, hosts, strict=True):
            joined = self._world.joinable(event_type, at)
            booking = joined or self._made(event_type, at, host_id, minutes, body)
            booking.series_uid = series
            seat = Attendee(**vars(guest))
            if event_type.seats is not None:
                seat.seat_uid = self._world.new_uid("seat")
                seat.metadata = dict(body.get("metadata") or {})
            booking.attendees.append(seat)
            booking.updated_at = self._world.clock.now()
            self._told_of_new(event_type, booking, seat)
            made.append(booking)
        return made

    def _host(
        self, event_type: EventType, start: datetime, *, minutes: int | None, held: str | None
    ) -> int:
        if start <= self._world.clock.now():
            raise RefusedError(400, "Attempting to book a meeting in the past.")
        host_id = self._world.free_host(event_type, start, minutes=minutes, held=held)
        if host_id is None:
            raise RefusedError(400, _NOT_AVAILABLE)
        return host_id

    def _made(
        self,
        event_type: EventType,
        start: datetime,
        host_id: int,
        minutes: int | None,
        body: dict[str, Any],
    ) -> Booking:
        world = self._world
        now = world.clock.now()
        uid = world.new_uid()
        booking = Booking(
            id=world.new_number(),
            uid=uid,
            event_type_id=event_type.id,
            host_id=host_id,
            title=f"{event_type.title} between {world.users[host_id].name} and "
            f"{(body.get('attendee') or {}).get('name', '')}",
            start=start,
            end=start + timedelta(minutes=minutes or event_type.minutes),
            status="pending" if event_type.needs_confirmation else "accepted",
            location=(body.get("location") or {}).get("link") or event_type.location,
            created_at=now,
            updated_at=now,
            attendees=[],
            guests=list(body.get("guests") or ()),
            metadata=dict(body.get("metadata") or {}),
            answers=dict(body.get("bookingFieldsResponses") or {}),
            ical_uid=f"{uid}@Cal.com",
        )
        world.bookings[uid] = booking
        return booking

    def _told_of_new(self, event_type: EventType, booking: Booking, seat: Attendee) -> None:
        trigger = "BOOKING_REQUESTED" if booking.status == "pending" else "BOOKING_CREATED"
        more = {"attendeeSeatId": seat.seat_uid} if event_type.seats is not None else {}
        self._tell(trigger, booking, people=[seat], **more)

    def reschedule(self, uid: str, body: dict[str, Any]) -> Booking:
        """Move: the old booking is cancelled, a new one continues it."""
        old = self.find(uid)
        if not old.is_on:
            raise RefusedError(
                400, f"Can't reschedule booking with uid={uid}: it has been {old.status}"
            )
        event_type = self.event_type(old.event_type_id)
        start = _start(body)
        minutes = int((old.end - old.start).total_seconds() // 60)
        if start <= self._world.clock.now():
            raise RefusedError(400, "Attempting to book a meeting in the past.")
        host_id = self._world.free_host(event_type, start, minutes=minutes, moving=uid)
        if host_id is None:
            raise RefusedError(400, _NOT_AVAILABLE)
        shown = {"attendee": {"name": old.attendees[0].name if old.attendees else ""}}
        new = self._made(event_type, start, host_id, minutes, shown)
        new.title, new.location, new.ical_uid = old.title, old.location, old.ical_uid
        new.attendees = [Attendee(**vars(one)) for one in old.attendees]
        new.guests, new.metadata, new.answers = old.guests, old.metadata, old.answers
        new.sequence = old.sequence + 1
        new.rescheduled_from, new.rescheduling_reason = uid, body.get("reschedulingReason")
        new.rescheduled_by = body.get("rescheduledBy")
        old.status, old.rescheduled_to = "cancelled", new.uid
        old.updated_at = self._world.clock.now()
        self._tell(
            "BOOKING_REQUESTED" if event_type.needs_confirmation else "BOOKING_RESCHEDULED",
            new,
            people=new.attendees,
            rescheduleUid=uid,
            rescheduleId=old.id,
            rescheduleStartTime=moment(old.start),
            rescheduleEndTime=moment(old.end),
        )
        return new

    def book_again(self, uid: str) -> Booking:
        """A guest follows the link in the mail about a booking that was cancelled."""
        old = self.find(uid)
        old.status = "accepted"
        return self.reschedule(uid, {"start": moment(old.start + timedelta(days=1))})

    def cancel(self, uid: str, body: dict[str, Any]) -> list[Booking]:
        """Cancel a booking, one seat, the rest of a series or all of it."""
        if body.get("seatUid"):
            return [self._cancel_seat(self.find(uid), str(body["seatUid"]), body)]
        found = self.of_series(uid)
        if body.get("cancelSubsequentBookings") and found[0].series_uid:
            series = self.of_series(found[0].series_uid)
            found = [one for one in series if one.start >= found[0].start]
        ending = [one for one in found if one.is_on]
        if not ending:
            raise RefusedError(
                400, f"Can't cancel booking with uid={uid} as it has been cancelled already"
            )
        for booking in ending:
            booking.status = "cancelled"
            booking.cancellation_reason = body.get("cancellationReason")
            booking.cancelled_by = self._world.users[booking.host_id].email
            booking.updated_at = self._world.clock.now()
        first = ending[0]
        more = {"recurringEvent": {"freq": 2, "count": len(ending)}} if len(ending) > 1 else {}
        self._tell(
            "BOOKING_CANCELLED",
            first,
            people=first.attendees,
            cancellationReason=body.get("cancellationReason", ""),
            requestReschedule=bool(body.get("requestReschedule")),
            **more,
        )
        return ending

    def _cancel_seat(self, booking: Booking, seat_uid: str, body: dict[str, Any]) -> Booking:
        gone = [one for one in booking.attendees if one.seat_uid == seat_uid]
        if not gone:
            raise RefusedError(400, f"Seat {seat_uid} does not exist in booking {booking.uid}")
        booking.attendees = [one for one in booking.attendees if one.seat_uid != seat_uid]
        booking.updated_at = self._world.clock.now()
        if not booking.attendees:
            booking.status = "cancelled"
        # As the real one: no seat in it, and the status of a booking that has ended.
        self._tell(
            "BOOKING_CANCELLED",
            booking,
            people=gone,
            status="CANCELLED",
            cancellationReason=body.get("cancellationReason", ""),
        )
        return booking

    def decide(self, uid: str, *, accept: bool, reason: str | None = None) -> Booking:
        """Confirm or decline what waits; a series as a whole."""
        booking = self.find(uid)
        if booking.status != "pending":
            raise RefusedError(
                400, f"Booking with uid={uid} is not pending; it is {booking.status}"
            )
        together = self.of_series(booking.series_uid) if booking.series_uid else [booking]
        for one in together:
            one.status = "accepted" if accept else "rejected"
            one.updated_at = self._world.clock.now()
        # Of a series one event tells, although it stands for all.
        count = len(together)
        more: dict[str, Any] = {"recurringEvent": {"freq": 2, "count": count}} if count > 1 else {}
        if accept:
            self._tell("BOOKING_CREATED", booking, people=booking.attendees, **more)
        else:
            more["rejectionReason"] = reason or ""
            self._tell("BOOKING_REJECTED", booking, people=booking.attendees, **more)
        return booking

    def mark_absent(self, uid: str, body: dict[str, Any]) -> Booking:
        """Mark who did not come; as the real one, this does not move `updatedAt`."""
        booking = self.find(uid)
        if body.get("host") is not None:
            booking.absent_host = bool(body["host"])
        marked = {one["email"].casefold(): one["absent"] for one in body.get("attendees") or ()}
        for attendee in booking.attendees:
            if attendee.email.casefold() in marked:
                attendee.absent = bool(marked[attendee.email.casefold()])
        if marked:
            self._tell(
                "BOOKING_NO_SHOW_UPDATED",
                booking,
                people=[],
                plain={
                    "message": "updated",
                    "attendees": [
                        {"email": email, "noShow": absent} for email, absent in marked.items()
                    ],
                    "bookingUid": uid,
                    "bookingId": booking.id,
                },
            )
        return booking

    def begin(self, uid: str) -> Booking:
        """Have a booking's time come, as if it had been made for ten minutes ago."""
        booking = self.find(uid)
        length = booking.end - booking.start
        booking.start = self._world.clock.now() - timedelta(minutes=10)
        booking.end = booking.start + length
        booking.updated_at = self._world.clock.now()
        return booking

    def add_guests(self, uid: str, body: dict[str, Any]) -> Booking:
        """Invite more people: no webhook, as with the real one."""
        booking = self.find(uid)
        booking.guests += [one["email"] for one in body.get("guests") or ()]
        return booking

    def reassign(self, uid: str, user_id: int | None) -> Booking:
        """Give a round-robin booking to another host."""
        booking = self.find(uid)
        event_type = self._world.event_types[booking.event_type_id]
        if event_type.team_id is None:
            raise RefusedError(400, "Only round robin bookings can be reassigned")
        others = [one for one in event_type.hosts if one != booking.host_id]
        chosen = user_id if user_id is not None else others[0]
        if chosen not in event_type.hosts:
            raise RefusedError(400, f"User {chosen} is not a host of this event type")
        before, booking.host_id = booking.host_id, chosen
        booking.updated_at = self._world.clock.now()
        more = {"addedHostUserIds": [chosen], "removedHostUserIds": [before]}
        self._tell("BOOKING_REASSIGNED", booking, people=booking.attendees, **more)
        return booking

    def move_to(self, uid: str, location: dict[str, Any]) -> Booking:
        """Another place."""
        booking = self.find(uid)
        before = booking.location
        booking.location = str(
            location.get("link") or location.get("address") or location.get("phone") or ""
        )
        booking.updated_at = self._world.clock.now()
        more = {"previousLocation": before}
        self._tell("BOOKING_LOCATION_UPDATED", booking, people=booking.attendees, **more)
        return booking


def _attendee(body: dict[str, Any]) -> Attendee:
    if body.get("timeZone") not in _ZONES:
        raise RefusedError(400, "attendee.timeZone must be a valid IANA time-zone")
    if not body.get("name"):
        raise RefusedError(400, "attendee.name should not be empty")
    if not (body.get("email") or body.get("phoneNumber")):
        raise RefusedError(400, "attendee.email or attendee.phoneNumber must be there")
    email = body.get("email") or f"{body['phoneNumber'].lstrip('+')}@sms.cal.com"
    return Attendee(
        name=str(body["name"]),
        email=str(email),
        zone=str(body["timeZone"]),
        phone=body.get("phoneNumber"),
        language=body.get("language") or "en",
    )


def _start(body: dict[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(body.get("start")))
    except ValueError as error:
        raise RefusedError(400, "start must be a valid ISO 8601 date string") from error
