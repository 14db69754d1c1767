"""The routes of API v2, as far as a companion needs them."""

import ipaddress
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.helpers.fake_calcom.acting import Bookings, RefusedError
from tests.helpers.fake_calcom.deliveries import Deliveries
from tests.helpers.fake_calcom.limits import Guard
from tests.helpers.fake_calcom.telling import as_answer, as_event_type, moment
from tests.helpers.fake_calcom.world import ORGANIZATION, TEAM, Reservation, Webhook, World

# By the beginning of the path; every other family takes any version.
_VERSIONS = {
    "/v2/bookings": ("2024-08-13",),
    "/v2/slots": ("2024-09-04",),
    "/v2/event-types": ("2024-06-14",),
    "/v2/schedules": ("2024-06-11", "2024-06-14"),
}
_PUBLIC = ("/v2/slots",)


def _ok(data: Any, status: int = 200, **more: Any) -> JSONResponse:
    return JSONResponse({"status": "success", "data": data, **more}, status)


def _error(request: Request, status: int, message: str) -> JSONResponse:
    code = {400: "BadRequestException", 401: "UnauthorizedException", 403: "ForbiddenException"}
    known = {404: "NotFoundException", 409: "ConflictException", 429: "ThrottlerException"}
    error = {
        "code": {**code, **known}.get(status, "HttpException"),
        "message": message,
        "details": {"message": message, "error": "", "statusCode": status},
    }
    return JSONResponse(
        {"status": "error", "timestamp": "", "path": request.url.path, "error": error}, status
    )


class Guarded:
    """Middleware: the version of the family, the key, and the limits, in the real order."""

    def __init__(self, app: ASGIApp, world: World, guard: Guard) -> None:
        self._app = app
        self._world = world
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, if it may pass."""
        if scope["type"] != "http" or not scope["path"].startswith("/v2"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        passes, headers = self._guard.admit(token)
        refusal = self._refusal(request, token, passes=passes)
        if refusal is not None:
            refusal.headers.update(headers)
            await refusal(scope, receive, send)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                named = [(k.lower().encode(), v.encode()) for k, v in headers.items()]
                message = {**message, "headers": [*message["headers"], *named]}
            await send(message)

        scope["user_id"] = self._world.keys.get(token)
        await self._app(scope, receive, with_headers)

    def _refusal(self, request: Request, token: str, *, passes: bool) -> Response | None:
        if not passes:
            return _error(request, 429, "ThrottlerException: Too Many Requests")
        path = request.url.path
        for beginning, versions in _VERSIONS.items():
            is_of_it = path.startswith(beginning) and "webhooks" not in path
            if is_of_it and request.headers.get("cal-api-version") not in versions:
                return _error(request, 404, f"Cannot {request.method} /api{path}")
        if token not in self._world.keys and not path.startswith(_PUBLIC):
            return _error(request, 401, "Invalid API Key")
        return None


class Api:
    """The answers."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries
        self._bookings = Bookings(world, deliveries.tell)

    def routes(self) -> list[Route]:
        """Every route."""
        booking = "/v2/bookings/{uid}"
        hooks = (
            "/v2/webhooks",
            f"/v2/teams/{TEAM}/event-types/{{event_type_id:int}}/webhooks",
            f"/v2/organizations/{ORGANIZATION}/webhooks",
        )
        return [
            Route("/v2/me", self.me),
            Route("/v2/teams", self.teams),
            Route(f"/v2/teams/{TEAM}/memberships", self.members),
            Route("/v2/event-types", self.event_types),
            Route("/v2/event-types/{id:int}", self.event_type),
            Route(f"/v2/teams/{TEAM}/event-types", self.team_event_types),
            Route(f"/v2/teams/{TEAM}/event-types/{{id:int}}", self.event_type),
            Route("/v2/schedules", self.schedules),
            Route("/v2/organizations/{id:int}/ooo", self.out_of_office),
            Route("/v2/slots", self.slots),
            Route("/v2/slots/reservations", self.reserve, methods=["POST"]),
            Route("/v2/slots/reservations/{uid}", self.release, methods=["DELETE"]),
            Route("/v2/bookings", self.list_bookings),
            Route("/v2/organizations/{id:int}/bookings", self.list_bookings),
            Route("/v2/bookings", self.create, methods=["POST"]),
            Route(booking, self.one),
            Route(f"{booking}/reschedule", self.reschedule, methods=["POST"]),
            Route(f"{booking}/cancel", self.cancel, methods=["POST"]),
            Route(f"{booking}/confirm", self.confirm, methods=["POST"]),
            Route(f"{booking}/decline", self.decline, methods=["POST"]),
            Route(f"{booking}/mark-absent", self.mark_absent, methods=["POST"]),
            Route(f"{booking}/guests", self.add_guests, methods=["POST"]),
            Route(f"{booking}/reassign", self.reassign, methods=["POST"]),
            Route(f"{booking}/reassign/{{user_id:int}}", self.reassign, methods=["POST"]),
            Route(f"{booking}/location", self.move_to, methods=["PATCH"]),
            Route(f"{booking}/recordings", self.recordings),
            Route(f"{booking}/transcripts", self.transcripts),
            Route(f"{booking}/conferencing-sessions", self.sessions),
            *(Route(path, self.webhooks, methods=["GET", "POST"]) for path in hooks),
            *(
                Route(f"{path}/{{id}}", self.webhook, methods=["GET", "PATCH", "DELETE"])
                for path in hooks
            ),
        ]

    async def me(self, request: Request) -> Response:
        """The owner of the key."""
        user = self._world.users[request.scope["user_id"]]
        return _ok(
            {
                "id": user.id,
                "username": user.username,
                "email": user.email,
                "name": user.name,
                "timeZone": user.zone,
                "weekStart": "Monday",
                "timeFormat": 24,
                "organizationId": self._world.organization,
            }
        )

    async def teams(self, request: Request) -> Response:
        """The one team."""
        return _ok([{"id": TEAM, "name": "Research", "slug": "research", "isOrganization": False}])

    async def members(self, request: Request) -> Response:
        """Everybody is in the team."""
        people = enumerate(self._world.users.values(), 1)
        return _ok(
            [
                {
                    "id": number,
                    "userId": user.id,
                    "teamId": TEAM,
                    "accepted": True,
                    "role": "MEMBER",
                    "user": {"name": user.name, "email": user.email, "username": user.username},
                }
                for number, user in people
            ]
        )

    def _types(self, team_id: int | None) -> list[dict[str, Any]]:
        found = [one for one in self._world.event_types.values() if not one.removed]
        return [as_event_type(self._world, one) for one in found if one.team_id == team_id]

    async def event_types(self, request: Request) -> Response:
        """Personal ones."""
        return _ok(self._types(None))

    async def team_event_types(self, request: Request) -> Response:
        """The team's."""
        return _ok(self._types(TEAM))

    async def event_type(self, request: Request) -> Response:
        """One."""
        found = self._bookings.event_type(request.path_params["id"])
        return _ok(as_event_type(self._world, found))

    async def schedules(self, request: Request) -> Response:
        """Office hours."""
        days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
        hours = {"days": days, "startTime": "09:00", "endTime": "17:00"}
        schedule = {"id": 1, "ownerId": 5, "name": "Working hours", "timeZone": "Europe/Berlin"}
        return _ok([{**schedule, "availability": [hours], "isDefault": True, "overrides": []}])

    async def out_of_office(self, request: Request) -> Response:
        """Absences."""
        self._check_organization(request.path_params["id"])
        return _ok(self._world.out_of_office)

    async def slots(self, request: Request) -> Response:
        """Times by day of the asked zone, as texts or as ranges."""
        asked = request.query_params
        event_type = self._bookings.event_type(int(asked["eventTypeId"]))
        start, end = _instant(asked["start"]), _instant(asked["end"])
        days: dict[str, list[dict[str, str]]] = {}
        moving = asked.get("bookingUidToReschedule")
        for slot in self._world.offered(event_type, start, end, moving=moving):
            entry = {"start": moment(slot)}
            if asked.get("format") == "range":
                length = int(asked.get("duration") or event_type.minutes)
                entry["end"] = moment(slot + timedelta(minutes=length))
            days.setdefault(entry["start"][:10], []).append(entry)
        return _ok(days)

    async def reserve(self, request: Request) -> Response:
        """Hold a slot for five minutes."""
        body = await request.json()
        event_type = self._bookings.event_type(int(body["eventTypeId"]))
        start = _instant(body["slotStart"])
        if self._world.free_host(event_type, start) is None:
            said = f"Slot already reserved: {moment(start)} is not available"
            raise RefusedError(422, said)
        until = self._world.clock.now() + timedelta(minutes=5)
        held = Reservation(self._world.new_uid("hold"), event_type.id, start, until)
        self._world.reservations[held.uid] = held
        return _ok(
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

    async def list_bookings(self, request: Request) -> Response:
        """A page; by offset, so it shifts while bookings change."""
        if "id" in request.path_params:
            self._check_organization(request.path_params["id"])
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
        return _ok([as_answer(self._world, one) for one in page], pagination=pages)

    async def create(self, request: Request) -> Response:
        """Book."""
        body = await request.json()
        made = self._bookings.create(body, held=body.get("reservationUid"))
        seat = made[0].attendees[-1].seat_uid if made[0].attendees else None
        told = [as_answer(self._world, one, seat_uid=seat) for one in made]
        return _ok(told if made[0].series_uid else told[0], 201)

    async def one(self, request: Request) -> Response:
        """One booking, or all of a series."""
        found = self._bookings.of_series(request.path_params["uid"])
        told = [as_answer(self._world, one) for one in found]
        return _ok(told if len(told) > 1 else told[0])

    async def reschedule(self, request: Request) -> Response:
        """Move."""
        moved = self._bookings.reschedule(request.path_params["uid"], await request.json())
        return _ok(as_answer(self._world, moved), 201)

    async def cancel(self, request: Request) -> Response:
        """Cancel."""
        ended = self._bookings.cancel(request.path_params["uid"], await _body(request))
        told = [as_answer(self._world, one) for one in ended]
        return _ok(told if len(told) > 1 else told[0])

    async def confirm(self, request: Request) -> Response:
        """Accept."""
        decided = self._bookings.decide(request.path_params["uid"], accept=True)
        return _ok(as_answer(self._world, decided))

    async def decline(self, request: Request) -> Response:
        """Turn down."""
        reason = (await _body(request)).get("reason")
        decided = self._bookings.decide(request.path_params["uid"], accept=False, reason=reason)
        return _ok(as_answer(self._world, decided))

    async def mark_absent(self, request: Request) -> Response:
        """Who did not come."""
        marked = self._bookings.mark_absent(request.path_params["uid"], await request.json())
        return _ok(as_answer(self._world, marked))

    async def add_guests(self, request: Request) -> Response:
        """More people."""
        body = await request.json()
        if len(body.get("guests") or ()) > 10:
            raise RefusedError(400, "guests must contain no more than 10 elements")
        return _ok(
            as_answer(self._world, self._bookings.add_guests(request.path_params["uid"], body))
        )

    async def reassign(self, request: Request) -> Response:
        """Another host."""
        given = self._bookings.reassign(
            request.path_params["uid"], request.path_params.get("user_id")
        )
        host = self._world.users[given.host_id]
        to = {"id": host.id, "name": host.name, "email": host.email}
        return _ok({"bookingUid": given.uid, "reassignedTo": to})

    async def move_to(self, request: Request) -> Response:
        """Another place."""
        body = await request.json()
        moved = self._bookings.move_to(request.path_params["uid"], body.get("location") or {})
        return _ok(as_answer(self._world, moved))

    async def recordings(self, request: Request) -> Response:
        """Links that open a recording for anybody."""
        return _ok(self._bookings.find(request.path_params["uid"]).recordings)

    async def transcripts(self, request: Request) -> Response:
        """Links that open a transcript for anybody."""
        return _ok(self._bookings.find(request.path_params["uid"]).transcripts)

    async def sessions(self, request: Request) -> Response:
        """Nobody used Cal Video."""
        self._bookings.find(request.path_params["uid"])
        return _ok([])

    async def webhooks(self, request: Request) -> Response:
        """List, or subscribe."""
        place = self._place(request)
        if request.method == "GET":
            mine = [one for one in self._world.webhooks.values() if one.place == place]
            return _ok([_webhook(one) for one in mine])
        body = await request.json()
        url = str(body.get("subscriberUrl"))
        self._check_webhook(body)
        if any(one.url == url and one.place == place for one in self._world.webhooks.values()):
            raise RefusedError(409, "Webhook with this subscriberUrl already exists")
        made = Webhook(
            self._world.new_uid("hook"),
            place,
            url,
            list(body["triggers"]),
            body.get("secret"),
            active=bool(body["active"]),
            template=body.get("payloadTemplate"),
        )
        self._world.webhooks[made.id] = made
        return _ok(_webhook(made), 201)

    async def webhook(self, request: Request) -> Response:
        """One subscription: look, change or end."""
        found = self._world.webhooks.get(request.path_params["id"])
        if found is None or found.place != self._place(request):
            raise RefusedError(404, "Webhook not found")
        if request.method == "DELETE":
            del self._world.webhooks[found.id]
        elif request.method == "PATCH":
            body = await request.json()
            self._check_webhook({"triggers": found.triggers, "subscriberUrl": found.url, **body})
            found.triggers = list(body.get("triggers", found.triggers))
            found.secret = body.get("secret", found.secret)
            found.active = bool(body.get("active", found.active))
            found.url = body.get("subscriberUrl", found.url)
            found.template = body.get("payloadTemplate", found.template)
        return _ok(_webhook(found))

    def _place(self, request: Request) -> str:
        if "event_type_id" in request.path_params:
            return f"team-event-type:{TEAM}:{request.path_params['event_type_id']}"
        if "/organizations/" in request.url.path:
            self._check_organization(ORGANIZATION)
            return "organization"
        return f"user:{request.scope['user_id']}"

    def _check_organization(self, organization_id: int) -> None:
        if organization_id != self._world.organization:
            raise RefusedError(403, "User is not a member of the organization")

    def _check_webhook(self, body: dict[str, Any]) -> None:
        known = self._world.triggers
        if any(trigger not in known for trigger in body["triggers"]):
            accepted = ", ".join(known)
            raise RefusedError(
                400, f"each value in triggers must be one of the following values: {accepted}"
            )
        if self._world.is_hosted and _is_private(str(body["subscriberUrl"])):
            raise RefusedError(400, "subscriberUrl must be a public HTTPS address")


_SORTS = {
    "sortStart": "start",
    "sortEnd": "end",
    "sortCreated": "created_at",
    "sortUpdatedAt": "updated_at",
}


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
        if name in asked and (value - _instant(asked[name])).total_seconds() * sign < 0:
            return False
    people = {one.email.casefold() for one in booking.attendees}
    email = asked.get("attendeeEmail")
    if email and email.casefold() not in people:
        return False
    if asked.get("bookingUid") not in {None, booking.uid}:
        return False
    event_type = asked.get("eventTypeId")
    return event_type is None or int(event_type) == booking.event_type_id


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "subscriberUrl": webhook.url,
        "triggers": webhook.triggers,
        "active": webhook.active,
        "secret": webhook.secret,
        "payloadTemplate": webhook.template,
    }


def _is_private(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname in {None, "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(parts.hostname)).is_private
    except ValueError:
        return False


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(400, f"{text} must be a valid ISO 8601 date string") from error
    if found.tzinfo is None:
        raise RefusedError(400, f"{text} must be in UTC")
    return found


async def _body(request: Request) -> dict[str, Any]:
    found = await request.json() if await request.body() else {}
    return dict(found)


async def refused(request: Request, error: Exception) -> Response:
    """The error shape of the real API."""
    if isinstance(error, RefusedError):
        return _error(request, error.status, error.message)
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _error(request, status, f"Cannot {request.method} /api{request.url.path}")


def add_errors(app: Starlette) -> None:
    """Have every error answered in that shape."""
    for kind in (RefusedError, HTTPException):
        app.add_exception_handler(kind, refused)
