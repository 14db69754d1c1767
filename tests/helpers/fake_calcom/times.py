"""What can be booked, and when: event types, office hours, free times and holds."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.helpers.fake_calcom.acting import Bookings, RefusedError
from tests.helpers.fake_calcom.answers import instant, ok
from tests.helpers.fake_calcom.telling import as_event_type, moment
from tests.helpers.fake_calcom.world import TEAM, Reservation, World


class Times:
    """Event types and their free times."""

    def __init__(self, world: World, bookings: Bookings) -> None:
        self._world = world
        self._bookings = bookings

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/v2/event-types", self.event_types),
            Route("/v2/event-types/{id:int}", self.event_type),
            Route(f"/v2/teams/{TEAM}/event-types", self.team_event_types),
            Route(f"/v2/teams/{TEAM}/event-types/{{id:int}}", self.event_type),
            Route("/v2/schedules", self.schedules),
            Route("/v2/slots", self.slots),
            Route("/v2/slots/reservations", self.reserve, methods=["POST"]),
            Route("/v2/slots/reservations/{uid}", self.release, methods=["DELETE"]),
        ]

    async def event_types(self, request: Request) -> Response:
        """Personal ones."""
        return ok(self._types(None))

    async def team_event_types(self, request: Request) -> Response:
        """The team's."""
        return ok(self._types(TEAM))

    async def event_type(self, request: Request) -> Response:
        """One."""
        found = self._bookings.event_type(request.path_params["id"])
        return ok(as_event_type(self._world, found))

    async def schedules(self, request: Request) -> Response:
        """Office hours."""
        days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
        hours = {"days": days, "startTime": "09:00", "endTime": "17:00"}
        schedule = {"id": 1, "ownerId": 5, "name": "Working hours", "timeZone": "Europe/Berlin"}
        return ok([{**schedule, "availability": [hours], "isDefault": True, "overrides": []}])

    async def slots(self, request: Request) -> Response:
        """Times by day of the asked zone, as texts or as ranges."""
        asked = request.query_params
        event_type = self._bookings.event_type(int(asked["eventTypeId"]))
        start, end = instant(asked["start"]), instant(asked["end"])
        days: dict[str, list[dict[str, str]]] = {}
        moving = asked.get("bookingUidToReschedule")
        for slot in self._world.offered(event_type, start, end, moving=moving):
            entry = {"start": moment(slot)}
            if asked.get("format") == "range":
                length = int(asked.get("duration") or event_type.minutes)
                entry["end"] = moment(slot + timedelta(minutes=length))
            days.setdefault(entry["start"][:10], []).append(entry)
        return ok(days)

    async def reserve(self, request: Request) -> Response:
        """Hold a slot for five minutes."""
        body = await request.json()
        event_type = self._bookings.event_type(int(body["eventTypeId"]))
        start = instant(body["slotStart"])
        if self._world.free_host(event_type, start) is None:
            said = f"Slot already reserved: {moment(start)} is not available"
            raise RefusedError(422, said)
        until = self._world.clock.now() + timedelta(minutes=5)
        held = Reservation(self._world.new_uid("hold"), event_type.id, start, until)
        self._world.reservations[held.uid] = held
        return ok(
            {
                "eventTypeId": event_type.id,
                "slotStart": moment(start),
                "slotEnd": moment(start + timedelta(minutes=event_type.minutes)),
                "slotDuration": event_type.minutes,
                "reservationUid": held.uid,
                "reservationDuration": 5,
                "reservationUntil": moment(until),
            },
            201,
        )

    async def release(self, request: Request) -> Response:
        """Let go of it."""
        if self._world.reservations.pop(request.path_params["uid"], None) is None:
            raise RefusedError(404, "Slot reservation not found")
        return JSONResponse({"status": "success"})

    def _types(self, team_id: int | None) -> list[dict[str, Any]]:
        found = [one for one in self._world.event_types.values() if not one.removed]
        return [as_event_type(self._world, one) for one in found if one.team_id == team_id]
