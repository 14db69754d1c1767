"""From anything that may hold a meeting link to the link itself."""

from collections.abc import Iterable, Iterator

from interview_desk.domain.links.address import Address, address_of
from interview_desk.domain.links.booking import booking_fields
from interview_desk.domain.links.calendar_text import calendar_fields
from interview_desk.domain.links.catalogue import GENERIC
from interview_desk.domain.links.fields import Field, Place
from interview_desk.domain.links.forms import fits
from interview_desk.domain.links.markup import is_markup, seen_text
from interview_desk.domain.links.meeting_link import MeetingLink
from interview_desk.domain.links.native import web_form
from interview_desk.domain.links.places import is_companion_page, own_service, owner_of
from interview_desk.domain.links.tokens import Token, Written, clipped, tokens, without_entities
from interview_desk.domain.links.unwrap import unwrapped


def find_link(text: str) -> MeetingLink | None:
    """Find the one link to join with in a text, HTML, a calendar text or a booking in JSON."""
    for field in _fields_of(text):
        if link := _best(_links_in(field)):
            return link
    return None


def find_links(text: str) -> list[MeetingLink]:
    """Find every meeting that is named, the likeliest first, for a person to choose."""
    best: dict[tuple[str, str], MeetingLink] = {}
    for field in _fields_of(text):
        here: dict[tuple[str, str], MeetingLink] = {}
        for link in _links_in(field):
            _keep_better(here, link)
        for meeting, link in here.items():
            best.setdefault(meeting, link)
    return list(best.values())


def link_of_location(value: str) -> MeetingLink | None:
    """Find the link in a booking's place, where a link to anywhere or a messenger counts too."""
    return _best(_links_in(Field(value, Place.LOCATION)))


def _keep_better(kept: dict[tuple[str, str], MeetingLink], link: MeetingLink) -> None:
    known = kept.setdefault(link.meeting, link)
    if link.has_passcode and not known.has_passcode:
        kept[link.meeting] = link


def _best(links: Iterator[MeetingLink]) -> MeetingLink | None:
    """The first link, or the same meeting's with the passcode."""
    first = next(links, None)
    if first is None or first.has_passcode:
        return first
    for link in links:
        if link.has_passcode and link.meeting == first.meeting:
            return link
    return first


def _fields_of(text: str) -> Iterable[Field]:
    if text[:1].isalpha() and text[:1] not in "Bb":
        return (Field(text),)
    start = text.lstrip("\ufeff \t\r\n")
    if start[:6].upper() == "BEGIN:":
        return calendar_fields(start)
    if start[:1] == "{" and (fields := booking_fields(start)) is not None:
        return fields
    return (Field(text),)


def _links_in(field: Field) -> Iterator[MeetingLink]:
    # Every address has a slash, written out or as a character reference.
    if "/" not in field.text and "&" not in field.text:
        return
    text = seen_text(field.text) if is_markup(field.text) else without_entities(field.text)
    for token in tokens(text):
        if link := _link_of(token, field, text):
            yield link


def _link_of(token: Token, field: Field, text: str) -> MeetingLink | None:
    if token.written is Written.NATIVE:
        return _link_of_native(token.text)
    written = address_of(token.text)
    # A host without a scheme is believed only where the catalogue names it.
    is_bare = token.written is Written.BARE
    address = written if is_bare or written is None else unwrapped(written)
    if address is None:
        return None
    if is_bare or owner_of(address.host):
        return _link_of_service(address, field.place)
    if address.scheme != "https":
        return None
    is_whole = field.place is not Place.TEXT and token.text == clipped(text.strip())
    return _link_of_nobody(address, field, is_whole=is_whole)


def _link_of_native(native: str) -> MeetingLink | None:
    service, address = web_form(native) or ("", None)
    link = address and (_link_of_service(address, Place.TEXT) or _link_of_own(address))
    return link if link and link.service == service else None


def _link_of_service(address: Address, place: Place) -> MeetingLink | None:
    owner = owner_of(address.host)
    service = owner.service_of(address.rest) if owner else None
    if service is None or (service.messenger and place is not Place.LOCATION):
        return None
    return MeetingLink(service.slug, address.url)


def _link_of_nobody(address: Address, field: Field, *, is_whole: bool) -> MeetingLink | None:
    """Recognise what is on nobody's host: a team's own server, or anything at all."""
    if field.booker_host and field.booker_host == address.netloc:
        is_call = fits("/video/{room}", address.rest)
        return MeetingLink("cal-video", address.url) if is_call else None
    if own := _link_of_own(address):
        return own
    if is_whole and not is_companion_page(address):
        return MeetingLink(GENERIC, address.url)
    return None


def _link_of_own(address: Address) -> MeetingLink | None:
    slug = own_service(address)
    return MeetingLink(slug, address.url) if slug else None
