"""`/control`: what a test does to this Cal.com, and what it may see of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.helpers.fake_calcom.absences import Absences
from tests.helpers.fake_calcom.acting import Bookings
from tests.helpers.fake_calcom.deliveries import Deliveries
from tests.helpers.fake_calcom.demo import play
from tests.helpers.fake_calcom.faults import Fault, Faults
from tests.helpers.fake_calcom.limits import Guard
from tests.helpers.fake_calcom.telling import as_answer, moment
from tests.helpers.fake_calcom.world import KEY, Booking, World

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_THE_WORLD = frozenset(
    {
        "organization",
        "is_hosted",
        "out_of_office",
        "knows_own_absences",
        "leads_team",
        "triggers",
        "knows_delays",
        "keeps_templates",
        "private",
    }
)


class Door:
    """Everything behind `/control`; no key, no version, no limit."""

    def __init__(self, world: World, guard: Guard, faults: Faults, deliveries: Deliveries) -> None:
        self._world = world
        self._guard = guard
        self._faults = faults
        self._deliveries = deliveries
        self._bookings = Bookings(world, deliveries.tell)
        self._absences = Absences(world, deliveries)
        self.files: dict[str, str] = {}

    def routes(self) -> list[Route]:
        """The routes of the door."""
        return [
            Route("/control/set", self.set, methods=["POST"]),
            Route("/control/fault", self.fault, methods=["POST"]),
            Route("/control/act", self.act, methods=["POST"]),
            Route("/control/deliver", self.deliver, methods=["POST"]),
            Route("/control/ping", self.ping, methods=["POST"]),
            Route("/control/bookings", self.bookings),
            Route("/control/pick", self.pick, methods=["POST"]),
            Route("/control/progress", self.progress),
            Route("/control/booked-with", self.booked_with),
            Route("/control/webhooks", self.webhooks),
            Route("/control/numbers", self.numbers),
            Route("/files/{name}", self.file),
        ]

    async def set(self, request: Request) -> Response:
        """How this Cal.com is: see the names below."""
        for name, value in dict(await request.json()).items():
            owner = self._owner(name)
            if owner is not None:
                setattr(owner, name, value)
            else:
                self._set(name, value)
        return JSONResponse({})

    def _owner(self, name: str) -> Any:
        """Whose plain attribute this is."""
        if name in {"limit", "block_seconds", "says"}:
            return self._guard
        if name in {"lost_share", "doubled_share", "held", "tells_first"}:
            return self._deliveries
        if name in _OF_THE_WORLD:
            return self._world
        return self if name == "files" else None

    def _set(self, name: str, value: Any) -> None:
        world = self._world
        setters: dict[str, Callable[[], object]] = {
            "used_by_others": lambda: self._guard.use_up(KEY, int(value)),
            "error_share": lambda: setattr(self._faults, "share", value),
            "now": lambda: world.clock.set(datetime.fromisoformat(value)),
            "skew_seconds": lambda: setattr(world.clock, "skew", timedelta(seconds=value)),
            "keys": lambda: setattr(world, "keys", dict.fromkeys(value, 5)),
            "asks_first": lambda: setattr(
                world.event_types[int(value)], "needs_confirmation", True
            ),
            "demo": lambda: play(world, datetime.fromisoformat(value)),
            "zoneless": lambda: world.users.update({value: replace(world.users[value], zone="")}),
            "forgotten": lambda: world.bookings.pop(value),
            "rebooked": lambda: self._bookings.book_again(value),
            "hires": lambda: world.hire(int(value)),
            "new_team_event_type": lambda: world.offer_more(int(value)),
            "removed_event_type": lambda: setattr(world.event_types[int(value)], "removed", True),
        }
        setters[name]()

    async def fault(self, request: Request) -> Response:
        """Have something go wrong with the next calls that fit."""
        self._faults.planned.append(Fault(**await request.json()))
        return JSONResponse({})

    async def act(self, request: Request) -> Response:
        """What somebody does in Cal.com's own pages: {do, uid?, ...body}."""
        body = dict(await request.json())
        done = self._done(body.pop("do"), body.pop("uid", ""), body)
        return JSONResponse([as_answer(self._world, one) for one in done])

    def _done(self, do: str, uid: str, body: dict[str, Any]) -> list[Booking]:
        bookings = self._bookings
        if do == "away":
            self._absences.go(body)
            return []
        if do == "back":
            self._absences.come_back(body["uuid"])
            return []
        if do == "record":
            found = bookings.find(uid)
            found.recordings, found.transcripts = body["recordings"], body["transcripts"]
            return [found]
        several: dict[str, Callable[[], list[Booking]]] = {
            "create": lambda: bookings.create(body),
            "cancel": lambda: bookings.cancel(uid, body),
        }
        if do in several:
            return several[do]()
        one: dict[str, Callable[[], Booking]] = {
            "reschedule": lambda: bookings.reschedule(uid, body),
            "confirm": lambda: bookings.decide(uid, accept=True),
            "decline": lambda: bookings.decide(uid, accept=False),
            "mark_absent": lambda: bookings.mark_absent(uid, body),
            "reassign": lambda: bookings.reassign(uid, body.get("user_id")),
            "begin": lambda: bookings.begin(uid),
        }
        return [one[do]()]

    async def deliver(self, request: Request) -> Response:
        """Send what waits; {shuffled?, limit?}."""
        return JSONResponse({"sent": await self._deliveries.deliver(**await request.json())})

    async def ping(self, request: Request) -> Response:
        """Press `Ping test` on each webhook."""
        for webhook in self._world.webhooks.values():
            self._deliveries.ping(webhook)
        return JSONResponse({})

    async def bookings(self, request: Request) -> Response:
        """The truth."""
        return JSONResponse([as_answer(self._world, one) for one in self._world.bookings.values()])

    async def pick(self, request: Request) -> Response:
        """One that is on, by any `number`: {number, pending?, seated?, before?}."""
        asked = dict(await request.json())
        found = [one for one in self._world.bookings.values() if self._is_meant(one, asked)]
        told = as_answer(self._world, found[asked["number"] % len(found)]) if found else None
        return JSONResponse(told)

    def _is_meant(self, booking: Booking, asked: dict[str, Any]) -> bool:
        if not booking.is_on or (asked.get("pending") and booking.status != "pending"):
            return False
        seats = self._world.event_types[booking.event_type_id].seats
        if asked.get("seated") is False and seats is not None:
            return False
        before = asked.get("before")
        return before is None or booking.start < datetime.fromisoformat(before)

    async def booked_with(self, request: Request) -> Response:
        """What each call that booked something said of itself: its metadata."""
        return JSONResponse(self._world.booked_with)

    async def progress(self, request: Request) -> Response:
        """How many bookings there are, and how many events wait."""
        waiting = len(self._deliveries.waiting)
        return JSONResponse({"bookings": len(self._world.bookings), "waiting": waiting})

    async def webhooks(self, request: Request) -> Response:
        """All subscriptions, wherever."""
        return JSONResponse([vars(one) for one in self._world.webhooks.values()])

    async def numbers(self, request: Request) -> Response:
        """How fast calls came, what went wrong, what was sent."""
        done = self._deliveries.done
        return JSONResponse(
            {
                "now": moment(self._world.clock.now()),
                "calls": len(self._guard.calls),
                "most_in_a_minute": self._guard.most_in(60),
                "most_in_two_seconds": self._guard.most_in(2),
                "refused": self._guard.refused,
                "faults": self._faults.happened,
                "held": len(self._world.reservations),
                "waiting": len(self._deliveries.waiting),
                "lost": self._deliveries.lost,
                "doubled": self._deliveries.doubled,
                "delivered": [{"trigger": one.trigger, "status": one.status} for one in done],
            }
        )

    async def file(self, request: Request) -> Response:
        """A recording or transcript behind a link that anybody can open."""
        found = self.files.get(request.path_params["name"])
        return Response(status_code=404) if found is None else Response(found)
