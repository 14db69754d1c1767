"""Who a payload names: hosts and guests, in each of Cal.com's spellings."""

from collections.abc import Iterator, Mapping
from typing import Any

from interview_desk.domain.bookings import Host, Person
from sync_server.calcom.shapes import flag, items, mapping, text


def hosts(body: Mapping[str, Any]) -> tuple[Host, ...]:
    """Our side, the organizer first, each once."""
    found: dict[str, Host] = {}
    for host in _hosts(body):
        key = (host.email or host.name or "").casefold()
        if key:
            found.setdefault(key, host)
    return tuple(found.values())


def _hosts(body: Mapping[str, Any]) -> Iterator[Host]:
    organizer = mapping(body.get("organizer"))
    yield Host(text(organizer.get("name")), text(organizer.get("email")))
    user = mapping(body.get("user"))
    email = text(body.get("userPrimaryEmail")) or text(user.get("email"))
    yield Host(text(user.get("name")), email)
    for member in items(mapping(body.get("team")).get("members")):
        named = mapping(member)
        yield Host(text(named.get("name")), text(named.get("email")))


def organizer_zone(body: Mapping[str, Any]) -> str | None:
    """The zone in which our side agreed on the time."""
    for side in ("organizer", "user"):
        zone = text(mapping(body.get(side)).get("timeZone"))
        if zone:
            return zone
    return None


def guests(body: Mapping[str, Any]) -> tuple[Person, ...]:
    """The guests that the event names; from the answers of the form where there is no list."""
    seat = text(body.get("attendeeSeatId"))
    listed = items(body.get("attendees"))
    named = [_guest(mapping(entry), seat if len(listed) == 1 else None) for entry in listed]
    people = tuple(person for person in named if person.key)
    return people or tuple(_answering(mapping(body.get("responses"))))


def missing(body: Mapping[str, Any]) -> frozenset[str]:
    """The addresses of those who, by a newer event, did not join the call."""
    found = set()
    for entry in items(body.get("guests")):
        email = text(entry) or text(mapping(entry).get("email"))
        if email:
            found.add(email.strip().casefold())
    return frozenset(found)


def has_seats(body: Mapping[str, Any]) -> bool:
    """Whether the event shows that guests book single seats, in either form."""
    if body.get("seatsPerTimeSlot") or text(body.get("attendeeSeatId")):
        return True
    return any(mapping(entry).get("bookingSeat") for entry in items(body.get("attendees")))


def _guest(entry: Mapping[str, Any], seat: str | None) -> Person:
    language = mapping(entry.get("language")).get("locale") or entry.get("locale")
    own = mapping(entry.get("bookingSeat"))
    return Person(
        name=_name(entry.get("name")),
        email=text(entry.get("email")),
        zone=text(entry.get("timeZone")),
        language=text(language),
        phone=text(entry.get("phoneNumber")),
        absent=flag(entry.get("noShow")),
        seat=text(own.get("referenceUid")) or text(entry.get("bookingSeat")) or seat,
    )


def _answering(responses: Mapping[str, Any]) -> Iterator[Person]:
    name, email = _answer(responses, "name"), text(_answer(responses, "email"))
    if email or _name(name):
        phone = text(_answer(responses, "attendeePhoneNumber"))
        yield Person(name=_name(name), email=email, phone=phone)
    for guest in items(_answer(responses, "guests")):
        if text(guest):
            yield Person(email=text(guest))


def _answer(responses: Mapping[str, Any], field: str) -> Any:
    answer = responses.get(field)
    return answer.get("value") if isinstance(answer, Mapping) else answer


def _name(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return text(value)
    parts = (text(value.get("firstName")), text(value.get("lastName")))
    return " ".join(part for part in parts if part) or None
