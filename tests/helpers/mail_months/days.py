"""What happens to a team and its guests over months: interviews, changes of mind, stops."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from interview_desk.domain.instants import format_instant
from tests.helpers.fake_resend import FakeResend
from tests.helpers.mail import STEPS, YES, MailRoom
from tests.helpers.mail_months.oracle import WINDOW, ZONES, Course, Oracle, Person

START = datetime(2028, 2, 21, 8, tzinfo=UTC)  # a leap day and changes of clocks to come
PER_DAY = 40
_AWAY = "I am away"
_PURPOSES = ("to thank", "to ask")


class Days:
    """Makes things happen, in the server and in the oracle's truth alike."""

    def __init__(
        self,
        room: MailRoom,
        oracle: Oracle,
        chance: random.Random,
        resend: FakeResend,
        web: httpx.AsyncClient,
    ) -> None:
        self._room = room
        self._oracle = oracle
        self._chance = chance
        self._resend = resend
        self._web = web
        self._sequences: list[str] = []
        self._flag: str | None = None
        self._heard: set[str] = set()
        self._links: dict[str, str] = {}

    async def begin(self) -> None:
        """The sequences of the team."""
        for purpose in _PURPOSES:
            made = await self._room.sequence(
                name=f"A mail {purpose}", window=WINDOW, steps=_steps(), purpose=purpose
            )
            self._sequences.append(made)

    async def interview(self) -> None:
        """An interview has ended, and its guest is enrolled."""
        oracle, chance = self._oracle, self._chance
        address = f"guest{chance.randrange(len(oracle.courses) + 1)}@startup.example"
        person = oracle.people.get(address)
        if person is None:
            consent = chance.choices(("yes", "no", "unknown"), (8, 1, 1))[0]
            person = Person(address, chance.choice(sorted(ZONES)), consent)
            oracle.people[address] = person
        status = chance.choices(("held", "no_show"), (5, 1))[0]
        ended = timedelta(minutes=chance.randrange(600))
        interview = await self._room.interview(status=status, ended=ended)
        guest = await self._guest(person, interview)
        enrolment = await self._room.enrol(chance.choice(self._sequences), guest, interview)
        oracle.courses[enrolment] = Course(person, guest, interview)

    async def something(self) -> None:
        """One of the things that happen."""
        if not self._oracle.courses:
            return
        enrolment = self._chance.choice(list(self._oracle.courses))
        course = self._oracle.courses[enrolment]
        if self._chance.random() < 0.75:
            await self._by_person(course.person)
        else:
            await self._by_team(enrolment, course)

    async def _by_person(self, person: Person) -> None:
        match self._chance.choices(range(5), (5, 3, 2, 3, 2))[0]:
            case 0:
                person.zone = self._chance.choice(sorted(ZONES))
                await self._say(person, zone=person.zone)
            case 1:
                person.consent = self._chance.choice(("yes", "yes", "no"))
                consent = {**YES, "value": person.consent}
                await self._say(person, consent_contact_again=consent)
            case 2:
                await self._unsubscribe(person)
            case 3:
                self._write(person)
            case _:
                await self._book(person)

    def _write(self, person: Person) -> None:
        """They reply, or a machine does because they are away, which ends nothing."""
        is_away = self._chance.random() < 0.3
        headers = {"Auto-Submitted": "auto-replied"} if is_away else {}
        words = _AWAY if is_away else "Re: As promised"
        sender = f"Guest <{person.address}>"
        self._resend.tell("receive", **{"from": sender, "subject": words, "headers": headers})

    async def _by_team(self, enrolment: str, course: Course) -> None:
        match self._chance.choices(range(4), (2, 2, 2, 1))[0]:
            case 0:
                course.ended = course.ended or "it was stopped by hand"
                await self._room.put("enrolments", enrolment, state="stopped", reason="by_hand")
            case 1:
                await self._pause(enrolment, course)
            case 2:
                changed = self._chance.choice(self._sequences)
                await self._room.put("sequences", changed, steps=_steps(self._chance.random()))
            case _:
                await self.switch(on=False)

    async def switch(self, *, on: bool) -> None:
        """Somebody turns all mail on or off."""
        self._oracle.is_on = on
        self._flag = await self._room.put("flags", self._flag, key="follow_up", on=on)

    def heard(self, news: Mapping[str, Any]) -> None:
        """The server has taken what the provider told; what was told before changes nothing."""
        if news["id"] in self._heard:
            return
        self._heard.add(str(news["id"]))
        data = news["data"]
        match news["type"]:
            case "email.received" if data["subject"] != _AWAY:
                address = str(data["from"]).partition("<")[2].rstrip(">")
                self._oracle.end_all(address, "the guest had replied")
            case "email.bounced" | "email.complained":
                self._oracle.people[data["to"][0]].barred = True
            case _:
                pass

    def taken(self, mail: Mapping[str, Any]) -> None:
        """The provider has taken a mail: its guest may unsubscribe from now on."""
        self._links[mail["to"][0]] = mail["headers"]["List-Unsubscribe"].strip("<>")

    async def _guest(self, person: Person, interview: str) -> str:
        consent = {**YES, "value": person.consent}
        return await self._room.guest(
            interview, email=person.address, zone=person.zone, consent_contact_again=consent
        )

    async def _say(self, person: Person, **fields: Any) -> None:
        for course in self._oracle.courses_of(person.address):
            await self._room.put("interview_guests", course.guest, **fields)

    async def _unsubscribe(self, person: Person) -> None:
        link = self._links.get(person.address)
        if link is not None:
            answer = await self._web.post(urlsplit(link).path)
            answer.raise_for_status()
            person.barred, person.consent = True, "no"

    async def _pause(self, enrolment: str, course: Course) -> None:
        state = await self._room.state_of(enrolment)
        if state == "active":
            until = self._room.parts.clock.now() + timedelta(hours=self._chance.randrange(200))
            course.paused_until = until
            fields = {"state": "paused", "paused_until": format_instant(until)}
            await self._room.put("enrolments", enrolment, **fields)

    async def _book(self, person: Person) -> None:
        """They book another interview, which ends everything that has been begun."""
        now = self._room.parts.clock.now()
        begins = now + timedelta(days=400)
        interview = await self._room.interview(
            status="scheduled",
            start=format_instant(begins),
            end=format_instant(begins + timedelta(hours=1)),
        )
        await self._guest(person, interview)
        self._oracle.end_all(person.address, "the guest had booked another interview")


def _steps(word: float = 0.0) -> list[dict[str, Any]]:
    texts = {"en": {"subject": f"As promised {word}", "text": "Here it is."}}
    nudge = {
        "key": "nudge",
        "title": "Nudge",
        "delay": {"amount": 4, "unit": "working_days", "after": "previous"},
        "approval": False,
        "texts": {"usual": texts},
    }
    return [STEPS[0], {**STEPS[1], "texts": {"usual": texts}}, nudge]
