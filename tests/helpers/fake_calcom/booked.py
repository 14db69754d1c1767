"""Bookings: listed, made, moved, decided, and what was recorded of them."""

from operator import attrgetter
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.helpers.fake_calcom.acting import Bookings, RefusedError
from tests.helpers.fake_calcom.answers import body_of, check_organization, instant, ok
from tests.helpers.fake_calcom.telling import as_answer
from tests.helpers.fake_calcom.world import World

_SORTS = {
    "sortStart": "start",
    "sortEnd": "end",
    "sortCreated": "created_at",
    "sortUpdatedAt": "updated_at",
}


class Booked:
    """The routes of bookings."""

    def __init__(self, world: World, bookings: Bookings) -> None:
        self._world = world
        self._bookings = bookings

    def routes(self) -> list[Route]:
        """Its routes."""
        one = "/v2/bookings/{uid}"
        return [
            Route("/v2/bookings", self.listed),
            Route("/v2/organizations/{id:int}/bookings", self.listed),
            Route("/v2/bookings", self.create, methods=["POST"]),
            Route(one, self.one),
            Route(f"{one}/reschedule", self.reschedule, methods=["POST"]),
            Route(f"{one}/cancel", self.cancel, methods=["POST"]),
            Route(f"{one}/confirm", self.confirm, methods=["POST"]),
            Route(f"{one}/decline", self.decline, methods=["POST"]),
            Route(f"{one}/mark-absent", self.mark_absent, methods=["POST"]),
            Route(f"{one}/guests", self.add_guests, methods=["POST"]),
            Route(f"{one}/reassign", self.reassign, methods=["POST"]),
            Route(f"{one}/reassign/{{user_id:int}}", self.reassign, methods=["POST"]),
            Route(f"{one}/location", self.move_to, methods=["PATCH"]),
            Route(f"{one}/recordings", self.recordings),
            Route(f"{one}/transcripts", self.transcripts),
            Route(f"{one}/conferencing-sessions", self.sessions),
        ]

    async def listed(self, request: Request) -> Response:
        """A page; by offset, so it shifts while bookings change."""
        if "id" in request.path_params:
            check_organization(self._world, request.path_params["id"])
        asked = request.query_params
        found = [one for one in self._world.bookings.values() if _fits(one, asked)]
        for name, key in _SORTS.items():
            if name in asked:
                found.sort(key=attrgetter(key), reverse=asked[name] == "desc")
        take, skip = int(asked.get("take", 100)), int(asked.get("skip", 0))
        if not 1 <= take <= 250:
            raise RefusedError(400, "take must not be greater than 250")
        page = found[skip : skip + take]
        left = max(0, len(found) - skip - len(page))
        pages = {
            "totalItems": len(found),
            "remainingItems": left,
            "returnedItems": len(page),
            "itemsPerPage": take,
            "currentPage": skip // take + 1,
            "totalPages": -(-len(found) // take),
            "hasNextPage": left > 0,
            "hasPreviousPage": skip > 0,
        }
        return ok([as_answer(self._world, one) for one in page], pagination=pages)

    async def create(self, request: Request) -> Response:
        """Book."""
        body = await request.json()
        made = self._bookings.create(body, held=body.get("reservationUid"))
        seat = made[0].attendees[-1].seat_uid if made[0].attendees else None
        told = [as_answer(self._world, one, seat_uid=seat) for one in made]
        return ok(told if made[0].series_uid else told[0], 201)

    async def one(self, request: Request) -> Response:
        """One booking, or all of a series."""
        if request.path_params["uid"] in self._world.private:
            raise RefusedError(403, "You do not have permission to access this booking")
        found = self._bookings.of_series(request.path_params["uid"])
        told = [as_answer(self._world, one) for one in found]
        return ok(told if len(told) > 1 else told[0])

    async def reschedule(self, request: Request) -> Response:
        """Move."""
        moved = self._bookings.reschedule(request.path_params["uid"], await request.json())
        return ok(as_answer(self._world, moved), 201)

    async def cancel(self, request: Request) -> Response:
        """Cancel."""
        ended = self._bookings.cancel(request.path_params["uid"], await body_of(request))
        told = [as_answer(self._world, one) for one in ended]
        return ok(told if len(told) > 1 else told[0])

    async def confirm(self, request: Request) -> Response:
        """Accept."""
        decided = self._bookings.decide(request.path_params["uid"], accept=True)
        return ok(as_answer(self._world, decided))

    async def decline(self, request: Request) -> Response:
        """Turn down."""
        reason = (await body_of(request)).get("reason")
        decided = self._bookings.decide(request.path_params["uid"], accept=False, reason=reason)
        return ok(as_answer(self._world, decided))

    async def mark_absent(self, request: Request) -> Response:
        """Who did not come."""
        marked = self._bookings.mark_absent(request.path_params["uid"], await request.json())
        return ok(as_answer(self._world, marked))

    async def add_guests(self, request: Request) -> Response:
        """More people."""
        body = await request.json()
        if len(body.get("guests") or ()) > 10:
            raise RefusedError(400, "guests must contain no more than 10 elements")
        return ok(
            as_answer(self._world, self._bookings.add_guests(request.path_params["uid"], body))
        )

    async def reassign(self, request: Request) -> Response:
        """Another host."""
        given = self._bookings.reassign(
            request.path_params["uid"], request.path_params.get("user_id")
        )
        host = self._world.users[given.host_id]
        to = {"id": host.id, "name": host.name, "email": host.email}
        return ok({"bookingUid": given.uid, "reassignedTo": to})

    async def move_to(self, request: Request) -> Response:
        """Another place."""
        body = await request.json()
        moved = self._bookings.move_to(request.path_params["uid"], body.get("location") or {})
        return ok(as_answer(self._world, moved))

    async def recordings(self, request: Request) -> Response:
        """Links that open a recording for anybody."""
        return ok(self._bookings.find(request.path_params["uid"]).recordings)

    async def transcripts(self, request: Request) -> Response:
        """Links that open a transcript for anybody."""
        return ok(self._bookings.find(request.path_params["uid"]).transcripts)

    async def sessions(self, request: Request) -> Response:
        """Nobody used Cal Video."""
        self._bookings.find(request.path_params["uid"])
        return ok([])


def _fits(booking: Any, asked: Any) -> bool:
    bounds = (
        ("afterUpdatedAt", booking.updated_at, 1),
        ("beforeUpdatedAt", booking.updated_at, -1),
        ("afterCreatedAt", booking.created_at, 1),
        ("beforeCreatedAt", booking.created_at, -1),
        ("afterStart", booking.start, 1),
        ("beforeEnd", booking.end, -1),
    )
    for name, value, sign in bounds:
        if name in asked and (value - instant(asked[name])).total_seconds() * sign < 0:
            return False
    people = {one.email.casefold() for one in booking.attendees}
    email = asked.get("attendeeEmail")
    if email and email.casefold() not in people:
        return False
    if asked.get("bookingUid") not in {None, booking.uid}:
        return False
    event_type = asked.get("eventTypeId")
    return event_type is None or int(event_type) == booking.event_type_id
