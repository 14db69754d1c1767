"""A month at Cal.com and at a desk: who books, moves, cancels and is missed, on both sides."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from interview_desk.domain.instants import format_instant, parse_instant
from tests.faults.caller import Caller
from tests.helpers.fake_calcom.process import FakeCalcom
from tests.helpers.fake_calcom.world import (
    CONFIRMED,
    DISCOVERY,
    KEY,
    ROUND_ROBIN,
    SEATED,
    own_type,
)

_MONTH = timedelta(days=30)
# Absences are marked around the meeting, and Cal.com tells nobody when that was.
_NEAR = timedelta(hours=40)
_ON = {"accepted", "pending"}


class Month:
    """Random things that happen, again the same for the same `seed`."""

    def __init__(self, fake: FakeCalcom, desk: Caller, seed: int, *, hires: int = 0) -> None:
        self._fake = fake
        self._desk = desk
        self._random = random.Random(seed)  # noqa: S311  - a story, no secret
        self._guests = 0
        self._seated = {SEATED, *(own_type(SEATED, number + 1) for number in range(hires))}
        self._slots = {number: self._offered(number) for number in _event_types(hires)}
        # How often each thing was tried.
        self.acts: Counter[str] = Counter()

    def act(self) -> None:
        """Let one thing happen, here or there."""
        name = self._random.choice(_ACTS)
        self.acts[name] += 1
        getattr(self, name)()

    def guest_books(self) -> None:
        """Somebody books on Cal.com's page."""
        number = self._random.choice(list(self._slots))
        guest = self._guest()
        attendee = {"name": guest["name"], "email": guest["email"], "timeZone": guest["zone"]}
        self._there("create", eventTypeId=number, start=self._slot(number), attendee=attendee)

    def guest_moves(self) -> None:
        """A booking is moved on Cal.com's page."""
        booking = self._booking(seated=False)
        if booking:
            start = self._slot(booking["eventTypeId"])
            self._there("reschedule", uid=booking["uid"], start=start)

    def guest_cancels(self) -> None:
        """A booking, or one seat of it, is given up there."""
        booking = self._booking()
        if booking:
            seats = [one["seatUid"] for one in booking["attendees"] if "seatUid" in one]
            more = {"seatUid": self._random.choice(seats)} if seats else {}
            self._there("cancel", uid=booking["uid"], **more)

    def host_decides(self) -> None:
        """A host says yes or no there."""
        booking = self._booking(pending=True)
        if booking:
            self._there(self._random.choice(("confirm", "decline")), uid=booking["uid"])

    def host_marks(self) -> None:
        """A host marks there who was missing, or takes it back."""
        booking = self._booking(before=format_instant(datetime.now(UTC) + _NEAR))
        if booking and booking["attendees"]:
            absent = self._random.random() < 0.7
            marks = [{"email": one["email"], "absent": absent} for one in booking["attendees"]]
            self._there("mark_absent", uid=booking["uid"], attendees=marks)

    def desk_books(self) -> None:
        """Somebody books from a desk."""
        number = self._random.choice(list(self._slots))
        draft = self._desk.change("interviews", title="Talk", status="draft")
        self._ask(
            "create", draft, event_type_id=number, start=self._slot(number), guest=self._guest()
        )

    def desk_moves(self) -> None:
        """Somebody drags an interview to another time."""
        interview = self._interview(lambda one: one.get("event_type_id") not in self._seated)
        if interview:
            start = self._slot(self._desk.rows["interviews"][interview]["event_type_id"])
            self._ask("reschedule", interview, start=start, reason="Another time")

    def desk_cancels(self) -> None:
        """Somebody cancels an interview."""
        interview = self._interview()
        if interview:
            self._ask("cancel", interview, reason="Not needed")

    def desk_decides(self) -> None:
        """Somebody says yes or no to a booking that waits."""
        interview = self._interview(lambda one: one["status"] == "requested")
        if interview:
            self._ask(self._random.choice(("confirm", "decline")), interview)

    def desk_marks(self) -> None:
        """Somebody marks the host as missing, or takes it back."""
        interview = self._interview(_is_near)
        if interview:
            is_missing = self._random.random() < 0.6
            absent = {"host": True} if is_missing else {"host": False, "unmark": []}
            self._ask("mark_absent", interview, absent=absent)

    def _ask(self, kind: str, interview: str, **fields: Any) -> None:
        self._desk.change(
            "booking_requests", kind=kind, interview_id=interview, state="waiting", **fields
        )

    def _there(self, do: str, **body: Any) -> None:
        """What Cal.com refuses (a time that is taken by now) simply does not happen."""
        with suppress(httpx.HTTPStatusError):
            self._fake.act(do, **body)

    def _booking(self, **which: Any) -> dict[str, Any] | None:
        return self._fake.pick(self._random.randrange(2**31), **which)

    def _interview(self, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> str | None:
        self._desk.pull()
        found = [
            interview_id
            for interview_id, one in sorted(self._desk.rows.get("interviews", {}).items())
            if one.get("booking_uids") and one["status"] in {"scheduled", "requested"} and fits(one)
        ]
        return self._random.choice(found) if found else None

    def _slot(self, event_type: int) -> str:
        return self._random.choice(self._slots[event_type])

    def _offered(self, event_type: int) -> list[str]:
        now = datetime.now(UTC)
        asked = {
            "eventTypeId": str(event_type),
            "start": format_instant(now + timedelta(hours=1)),
            "end": format_instant(now + _MONTH),
        }
        headers = {"Authorization": f"Bearer {KEY}", "cal-api-version": "2024-09-04"}
        answer = httpx.get(f"{self._fake.url}/v2/slots", params=asked, headers=headers, timeout=30)
        return [slot["start"] for day in answer.json()["data"].values() for slot in day]

    def _guest(self) -> dict[str, str]:
        self._guests += 1
        name = f"Guest {self._guests}"
        return {"name": name, "email": f"g{self._guests}@example.org", "zone": "Europe/Paris"}


_OWN = (DISCOVERY, SEATED, CONFIRMED)
_ACTS = (
    *("guest_books",) * 5,
    *("desk_books",) * 3,
    *("guest_moves", "guest_cancels", "host_decides", "host_marks"),
    *("desk_moves", "desk_cancels", "desk_decides", "desk_marks"),
)


def _event_types(hires: int) -> list[int]:
    more = [own_type(kind, number + 1) for number in range(hires) for kind in _OWN]
    return [*_OWN, ROUND_ROBIN, *more]


def _is_near(one: dict[str, Any]) -> bool:
    return parse_instant(one["start"]) < datetime.now(UTC) + _NEAR


def truth(bookings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The interviews that these bookings are, by the newest of each chain."""
    by_uid = {one["uid"]: one for one in bookings}
    continued = {one["rescheduledFromUid"] for one in bookings if "rescheduledFromUid" in one}
    found = {}
    for newest in (one for one in bookings if one["uid"] not in continued):
        chain, one = [newest["uid"]], newest
        while "rescheduledFromUid" in one:
            one = by_uid[one["rescheduledFromUid"]]
            chain.insert(0, one["uid"])
        found[newest["uid"]] = {
            "booking_uids": chain,
            "status": _status(newest),
            "start": parse_instant(newest["start"]),
            "end": parse_instant(newest["end"]),
            "join_url": newest["location"],
            "event_type_id": newest["eventTypeId"],
            "hosts": [host["email"] for host in newest["hosts"]],
            "attendees": sorted((one["email"], one["absent"]) for one in newest["attendees"]),
        }
    return found


def _status(booking: dict[str, Any]) -> str:
    if booking["status"] not in _ON:
        return {"cancelled": "cancelled", "rejected": "declined"}[booking["status"]]
    attendees = booking["attendees"]
    if booking["absentHost"] or (attendees and all(one["absent"] for one in attendees)):
        return "no_show"
    return "scheduled" if booking["status"] == "accepted" else "requested"


def ours(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The exported interviews that are booked, in the same words."""
    return {
        row["booking_uids"][-1]: {
            "booking_uids": row["booking_uids"],
            "status": row["status"],
            "start": parse_instant(row["start"]),
            "end": parse_instant(row["end"]),
            "join_url": row["join_url"],
            "event_type_id": row["event_type_id"],
            "hosts": [host["email"] for host in row["hosts"]],
            "attendees": sorted((one["email"], one["no_show"]) for one in row["attendees"]),
        }
        for row in rows
        if row["booking_uids"]
    }
