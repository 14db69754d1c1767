"""From anything that may hold a meeting link to the link itself."""

from collections.abc import Iterable, Iterator

from interview_desk.domain.links.address import Address, address_of, is_sound
from interview_desk.domain.links.booking import booking_fields
from interview_desk.domain.links.calendar_text import calendar_fields
from interview_desk.domain.links.catalogue import GENERIC, Service
from interview_desk.domain.links.fields import Field, Place
from interview_desk.domain.links.forms import forms_of
from interview_desk.domain.links.hosts import Owner, owner_of
from interview_desk.domain.links.markup import is_markup, seen_text
from interview_desk.domain.links.meeting_link import MeetingLink
from interview_desk.domain.links.native import web_form
from interview_desk.domain.links.places import is_companion_page, own_service
from interview_desk.domain.links.tokens import (
    SENTENCE_END,
    clipped,
    may_hold_address,
    odd_addresses,
    plain_addresses,
    without_entities,
)
from interview_desk.domain.links.unwrap import unwrapped

_CAL_VIDEO = forms_of(("/video/{room}",))


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
    start = text.lstrip("\ufeff \t\r\n")
    first = start[:1]
    if first == "{" and (fields := booking_fields(start)) is not None:
        return fields
    if first in "bB" and start[:6].upper() == "BEGIN:":
        return calendar_fields(start)
    return (Field(text),)


def _links_in(field: Field) -> Iterator[MeetingLink]:
    text = whole = _as_read(field.text)
    for before, scheme, written, page in plain_addresses(text):
        if "/" in before and may_hold_address(before):
            yield from _odd_links(before, field, whole=whole)
        if not scheme:
            return
        host, rest = written.lower(), page.rstrip(SENTENCE_END)
        if owner := owner_of(host):
            service = owner.service_of(rest)
            if service and _counts(service, field.place) and is_sound(host, rest):
                yield MeetingLink(service.slug, f"https://{host}{rest}")
        elif is_sound(host, rest):
            address = Address(scheme, host, "", rest)
            if link := _link_elsewhere(address, field, whole=whole):
                yield link
        # Only the first address may be all there is.
        whole = ""


def _as_read(text: str) -> str:
    if "<" in text and is_markup(text):
        return seen_text(text)
    return without_entities(text) if "&" in text else text


def _odd_links(text: str, field: Field, *, whole: str) -> Iterator[MeetingLink]:
    for address in odd_addresses(text):
        if isinstance(address, str):
            link = _link_of_native(address)
        elif owner := owner_of(address.host):
            link = _link_of_service(owner, address, field.place)
        else:
            link = _link_elsewhere(address, field, whole=whole)
        if link:
            yield link
        whole = ""


def _link_elsewhere(written: Address, field: Field, *, whole: str) -> MeetingLink | None:
    """Recognise what is on no service's host as written; `whole` is the text it may be all of."""
    # A host without a scheme is believed only where the catalogue names it.
    address = unwrapped(written) if written.scheme else None
    if address is None:
        return None
    if address is not written and (owner := owner_of(address.host)):
        return _link_of_service(owner, address, field.place)
    if address.scheme != "https":
        return None
    is_whole = field.place is not Place.TEXT and written == address_of(clipped(whole.strip()))
    return _link_of_nobody(address, field, is_whole=is_whole)


def _link_of_native(native: str) -> MeetingLink | None:
    service, address = web_form(native) or ("", None)
    if address is None:
        return None
    owner = owner_of(address.host)
    link = _link_of_service(owner, address, Place.TEXT) if owner else _link_of_own(address)
    return link if link and link.service == service else None


def _link_of_service(owner: Owner, address: Address, place: Place) -> MeetingLink | None:
    service = owner.service_of(address.rest)
    if service and _counts(service, place):
        return MeetingLink(service.slug, address.url)
    return None


def _counts(service: Service, place: Place) -> bool:
    return not service.messenger or place is Place.LOCATION


def _link_of_nobody(address: Address, field: Field, *, is_whole: bool) -> MeetingLink | None:
    """Recognise what is on nobody's host: a team's own server, or anything at all."""
    if field.booker_host and field.booker_host == address.netloc:
        is_call = _CAL_VIDEO.fit(address.rest)
        return MeetingLink("cal-video", address.url) if is_call else None
    if own := _link_of_own(address):
        return own
    if is_whole and not is_companion_page(address):
        return MeetingLink(GENERIC, address.url)
    return None


def _link_of_own(address: Address) -> MeetingLink | None:
    slug = own_service(address)
    return MeetingLink(slug, address.url) if slug else None
