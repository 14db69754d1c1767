"""Everything we ever ask of Cal.com, as methods with typed answers.

All raise CalcomOff where nothing may be sent, CalcomUnavailable where Cal.com is away,
CalcomRefused with a sentence where it does not want to, and what changes something also
CalcomUncertain: then nobody knows whether it was done, and it has to be looked up.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from interview_desk.domain.instants import format_instant
from sync_server.calcom.api.bookings import (
    Booking,
    BookingPage,
    BookingQuery,
    NewBooking,
    bookings_in,
    stated,
)
from sync_server.calcom.api.calls import Call, Family, Priority, Wanted, WebhookPlace, always
from sync_server.calcom.api.errors import (
    CalcomRefused,
    CalcomUnavailable,
    CalcomUncertain,
    Refusal,
    refused,
)
from sync_server.calcom.api.exchange import Reply
from sync_server.calcom.api.shapes import (
    A,
    ConferencingSession,
    EventType,
    Me,
    OutOfOffice,
    Person,
    Recording,
    Schedule,
    Slot,
    SlotReservation,
    Team,
    TeamMember,
    Webhook,
    each,
    listed,
    one,
    slots_in,
)

# At most so many are listed at once.
_PART = 250
# More guests are sent in several requests.
_GUESTS_AT_ONCE = 10


class Sender(Protocol):
    """Sends calls when it is their turn."""

    async def send(self, call: Call, priority: Priority) -> Reply:
        """The answer, where all is well."""
        ...


class CalcomApi:
    """Cal.com with one key. Calls are sent behind those of people, unless asked `for_person`."""

    def __init__(
        self, sender: Sender, priority: Priority = Priority.BACKGROUND, wanted: Wanted = always
    ) -> None:
        self._sender = sender
        self._priority = priority
        self._wanted = wanted

    @property
    def for_person(self) -> "CalcomApi":
        """The same, for somebody who waits for the answer."""
        return CalcomApi(self._sender, Priority.PERSON, self._wanted)

    def only_while(self, wanted: Wanted) -> "CalcomApi":
        """The same, asked of each change when its turn has come; CalcomUnwanted where it is not."""
        return CalcomApi(self._sender, self._priority, wanted)

    async def me(self) -> Me:
        """The owner of the key."""
        try:
            return one(Me, await self._data("GET", "/v2/me"))
        except CalcomRefused as answer:
            if answer.refusal is Refusal.NOT_FOUND:
                # Every key has an owner: where there is none, there is no API either.
                raise refused(Refusal.WRONG_VERSION, answer.said) from answer
            raise

    async def teams(self) -> tuple[Team, ...]:
        """The teams of the key's owner; organisations are not among them on newer servers."""
        data = await self._data("GET", "/v2/teams")
        return each(Team, data)

    async def team_members(self, team_id: int) -> tuple[TeamMember, ...]:
        """The members of a team with their Cal.com numbers and addresses."""
        data = await self._data("GET", f"/v2/teams/{team_id}/memberships")
        found = data if isinstance(data, list) else [data]
        people = [{**(one.get("user") or {}), **one} for one in found if isinstance(one, dict)]
        return each(TeamMember, people)

    async def event_types(self, *, team_id: int | None = None) -> tuple[EventType, ...]:
        """The event types of the key's owner, or those of a team."""
        path = "/v2/event-types" if team_id is None else f"/v2/teams/{team_id}/event-types"
        data = await self._data("GET", path, Family.EVENT_TYPES)
        return each(EventType, data)

    async def event_type(self, event_type_id: int, *, team_id: int | None = None) -> EventType:
        """One event type; CalcomRefused (event_type_gone or not_found) where it is not there."""
        owner = "/v2" if team_id is None else f"/v2/teams/{team_id}"
        path = f"{owner}/event-types/{event_type_id}"
        return one(EventType, await self._data("GET", path, Family.EVENT_TYPES))

    async def schedules(self) -> tuple[Schedule, ...]:
        """When the key's owner can be booked at all."""
        data = await self._data("GET", "/v2/schedules", Family.SCHEDULES)
        return each(Schedule, data)

    async def organization_users(self, organization_id: int) -> tuple[Person, ...]:
        """Everybody in an organisation."""
        return await self._whole(Person, f"/v2/organizations/{organization_id}/users")

    async def out_of_office(self, *, organization_id: int | None = None) -> tuple[OutOfOffice, ...]:
        """Absences in an organisation, or those of the key's owner.

        The latter is not in the description of August 2026 but in the documentation; older servers
        do not have it: CalcomRefused.
        """
        owner = "me" if organization_id is None else f"organizations/{organization_id}"
        return await self._whole(OutOfOffice, f"/v2/{owner}/ooo")

    async def out_of_office_of(self, user_id: int, *, team_id: int) -> tuple[OutOfOffice, ...]:
        """Absences of somebody in a team, for its admins; as young as those of the owner."""
        return await self._whole(OutOfOffice, f"/v2/teams/{team_id}/users/{user_id}/ooo")

    async def _whole(self, shape: type[A], path: str) -> tuple[A, ...]:
        """A list that Cal.com gives in parts without saying how many there are."""
        found: list[Any] = []
        part: list[Any] | None = None
        while part is None or len(part) == _PART:
            parameters = {"take": str(_PART), "skip": str(len(found))}
            data = (await self._send(Call("GET", path, parameters=parameters))).data
            part = data if isinstance(data, list) else []
            found += part
        return each(shape, found)

    async def slots(
        self,
        event_type_id: int,
        *,
        start: datetime,
        end: datetime,
        minutes: int | None = None,
        moving_uid: str | None = None,
    ) -> tuple[Slot, ...]:
        """The times that can be booked from `start` to `end`, in order.

        `moving_uid` is a booking that is about to be moved: its own time counts as free.
        """
        parameters = stated(
            eventTypeId=str(event_type_id),
            start=format_instant(start),
            end=format_instant(end),
            format="range",
            duration=None if minutes is None else str(minutes),
            bookingUidToReschedule=moving_uid,
        )
        call = Call("GET", "/v2/slots", Family.SLOTS, parameters)
        return slots_in((await self._send(call)).data)

    async def reserve(
        self, event_type_id: int, *, start: datetime, minutes: int | None = None
    ) -> SlotReservation:
        """Hold a slot for a few minutes; SlotTaken where somebody else has it."""
        body = stated(
            eventTypeId=event_type_id, slotStart=format_instant(start), slotDuration=minutes
        )
        data = await self._data("POST", "/v2/slots/reservations", Family.SLOTS, body)
        return one(SlotReservation, data)

    async def release(self, reservation_uid: str) -> None:
        """Let others have the slot."""
        path = f"/v2/slots/reservations/{_in_path(reservation_uid)}"
        await self._removed(path, Family.SLOTS)

    async def bookings(
        self,
        query: BookingQuery,
        *,
        organization_id: int | None = None,
        team_id: int | None = None,
    ) -> BookingPage:
        """A page of bookings: of the key's owner, of a team or of a whole organisation."""
        path = "/v2/bookings"
        if organization_id is not None:
            path = f"/v2/organizations/{organization_id}/bookings"
        parameters = query.parameters()
        if team_id is not None:
            # Not the team's own path, which cannot be asked for what has changed.
            parameters["teamId"] = str(team_id)
        reply = await self._send(Call("GET", path, Family.BOOKINGS, parameters))
        # None is an answer of its own: somebody who looks for a booking would make another.
        found = bookings_in(listed(reply.data))
        more = reply.pagination.get("hasNextPage", len(found) >= query.take)
        return BookingPage(found, has_next=bool(more))

    async def booking(self, uid: str) -> tuple[Booking, ...]:
        """One booking; several for the uid of a series. CalcomRefused (not_found) without any."""
        return await self._booking("GET", uid)

    async def create_booking(self, booking: NewBooking) -> tuple[Booking, ...]:
        """Book; a recurring event type gives one booking per occurrence, the first one first."""
        data = await self._data("POST", "/v2/bookings", Family.BOOKINGS, booking.body())
        return _told(data, CalcomUncertain)

    async def reschedule(
        self,
        uid: str,
        *,
        start: datetime,
        reason: str | None = None,
        by: str | None = None,
        seat_uid: str | None = None,
    ) -> tuple[Booking, ...]:
        """Move a booking: the answer is the new one, with a new uid that names the old one."""
        body = stated(start=format_instant(start), seatUid=seat_uid)
        if seat_uid is None:
            body |= stated(reschedulingReason=reason, rescheduledBy=by)
        return await self._booking("POST", uid, "/reschedule", body)

    async def cancel(
        self,
        uid: str,
        *,
        reason: str | None = None,
        seat_uid: str | None = None,
        subsequent: bool = False,
    ) -> tuple[Booking, ...]:
        """Cancel a booking, one seat of it, or with `subsequent` the rest of its series too.

        `uid` of a whole series (`recurring_booking_uid`) cancels all of it.
        """
        body = stated(cancellationReason=reason, seatUid=seat_uid)
        if subsequent and seat_uid is None:
            body["cancelSubsequentBookings"] = True
        return await self._booking("POST", uid, "/cancel", body)

    async def confirm(self, uid: str) -> tuple[Booking, ...]:
        """Accept a booking that waits for it; only its host may."""
        return await self._booking("POST", uid, "/confirm")

    async def decline(self, uid: str, *, reason: str | None = None) -> tuple[Booking, ...]:
        """Turn down a booking that waits; only its host may."""
        return await self._booking("POST", uid, "/decline", stated(reason=reason))

    async def mark_absent(
        self, uid: str, *, host: bool | None = None, attendees: Sequence[tuple[str, bool]] = ()
    ) -> tuple[Booking, ...]:
        """Say who did not come: the host, and guests by e-mail address with true or false."""
        marks = [{"email": email, "absent": absent} for email, absent in attendees]
        return await self._booking(
            "POST", uid, "/mark-absent", stated(host=host, attendees=marks or None)
        )

    async def add_guests(self, uid: str, emails: Sequence[str]) -> tuple[Booking, ...]:
        """Invite more people, ten in a request; the booking as it is after the last of them."""
        booking: tuple[Booking, ...] = ()
        for first in range(0, len(emails), _GUESTS_AT_ONCE):
            guests = [{"email": email} for email in emails[first : first + _GUESTS_AT_ONCE]]
            booking = await self._booking("POST", uid, "/guests", {"guests": guests})
        return booking

    async def reassign(self, uid: str, *, user_id: int | None = None, reason: str = "") -> None:
        """Give a round-robin booking to another host, or with no `user_id` to the next one."""
        path = f"/v2/bookings/{_in_path(uid)}/reassign"
        if user_id is None:
            await self._data("POST", path, Family.BOOKINGS)
            return
        body = stated(reason=reason or None)
        await self._data("POST", f"{path}/{user_id}", Family.BOOKINGS, body)

    async def move_to(self, uid: str, location: dict[str, Any]) -> tuple[Booking, ...]:
        """Change where a booking takes place: `{"type": "link", "link": ...}` and the like.

        The entry in the host's calendar stays as it is.
        """
        return await self._booking("PATCH", uid, "/location", {"location": location})

    async def recordings(self, uid: str) -> tuple[Recording, ...]:
        """The recordings of a booking; their links open them for anybody and expire."""
        data = await self._data("GET", f"/v2/bookings/{_in_path(uid)}/recordings", Family.BOOKINGS)
        return each(Recording, data)

    async def transcripts(self, uid: str) -> tuple[str, ...]:
        """Links to the transcripts of a booking; they open them for anybody and expire."""
        data = await self._data("GET", f"/v2/bookings/{_in_path(uid)}/transcripts", Family.BOOKINGS)
        return tuple(link for link in _list(data) if isinstance(link, str))

    async def conferencing_sessions(self, uid: str) -> tuple[ConferencingSession, ...]:
        """When people were really in the call, where it was Cal Video."""
        path = f"/v2/bookings/{_in_path(uid)}/conferencing-sessions"
        data = await self._data("GET", path, Family.BOOKINGS)
        return each(ConferencingSession, data)

    async def webhooks(self, place: WebhookPlace) -> tuple[Webhook, ...]:
        """All webhooks at a place, ours and others'."""
        return each(Webhook, await self._data("GET", place.path))

    async def create_webhook(
        self,
        place: WebhookPlace,
        *,
        url: str,
        triggers: Sequence[str],
        secret: str,
        no_show_minutes: int | None = None,
    ) -> Webhook:
        """Subscribe; CalcomRefused (unknown_trigger) tells in `said` what an older one accepts.

        The triggers of who did not join need `no_show_minutes`: so long after the start.
        """
        body = {"subscriberUrl": url, **_subscription(triggers, secret, no_show_minutes)}
        return one(Webhook, await self._data("POST", place.path, body=body))

    async def change_webhook(
        self,
        place: WebhookPlace,
        webhook_id: str,
        *,
        triggers: Sequence[str],
        secret: str,
        no_show_minutes: int | None = None,
    ) -> Webhook:
        """Make a webhook active with these triggers and this secret, without a template."""
        body = {"payloadTemplate": "", **_subscription(triggers, secret, no_show_minutes)}
        path = f"{place.path}/{_in_path(webhook_id)}"
        return one(Webhook, await self._data("PATCH", path, body=body))

    async def delete_webhook(self, place: WebhookPlace, webhook_id: str) -> None:
        """Unsubscribe."""
        await self._removed(f"{place.path}/{_in_path(webhook_id)}")

    async def _removed(self, path: str, family: Family = Family.PLAIN) -> None:
        try:
            await self._data("DELETE", path, family)
        except CalcomRefused as refused:
            # Gone already, by somebody else or by our own call whose answer got lost.
            if refused.refusal is not Refusal.NOT_FOUND:
                raise

    async def _booking(
        self, method: str, uid: str, action: str = "", body: dict[str, Any] | None = None
    ) -> tuple[Booking, ...]:
        path = f"/v2/bookings/{_in_path(uid)}{action}"
        data = await self._data(method, path, Family.BOOKINGS, body)
        return _told(data, CalcomUnavailable if method == "GET" else CalcomUncertain)

    async def _data(
        self,
        method: str,
        path: str,
        family: Family = Family.PLAIN,
        body: dict[str, Any] | None = None,
    ) -> Any:
        return (await self._send(Call(method, path, family, body=body))).data

    async def _send(self, call: Call) -> Reply:
        call = call if call.is_read else replace(call, is_wanted=self._wanted)
        return await self._sender.send(call, self._priority)


def _subscription(
    triggers: Sequence[str], secret: str, no_show_minutes: int | None
) -> dict[str, Any]:
    body: dict[str, Any] = {"active": True, "triggers": list(triggers), "secret": secret}
    if no_show_minutes is not None:
        body |= {"time": no_show_minutes, "timeUnit": "MINUTE"}
    return body


def _told(data: Any, otherwise: type[CalcomUnavailable]) -> tuple[Booking, ...]:
    """The bookings of an answer; where it tells of none, nobody knows what has happened."""
    found = bookings_in(data)
    if not found:
        raise otherwise
    return found


def _list(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _in_path(text: str) -> str:
    return quote(text, safe="")
