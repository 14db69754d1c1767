"""A link to a meeting that somebody may join."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from interview_desk.domain.links.address import address_of
from interview_desk.domain.links.catalogue import SERVICES
from interview_desk.domain.links.native import native_link

_NUMBER_IN = {
    "zoom": re.compile(
        r"/(?:[jws]|wc/join)/([0-9]{9,11})(?![^/?#])|/wc/([0-9]{9,11})/(?:join|start)"
        r"|/join/?\?(?:[^#]*&)?confno=([0-9]{9,11})(?![^&#])"
    ),
    "microsoft-teams": re.compile("/meet/([0-9]{10,15})"),
    "webex": re.compile(r"/(?:webappng|wbxmjs)/(?:[^?#]*/)?meeting/[a-z]+/([0-9]{9,12})(?![^/?#])"),
}
_PASSCODE_IN = {
    "zoom": re.compile(r"[?&]pwd=([^&#]+)"),
    "microsoft-teams": re.compile(r"/meet/[^#]*[?&]p=([^&#]+)"),
    "webex": re.compile(r"[?&](?:pwd|PW|pw)=([^&#]+)"),
}
# What lets a guest in without asking: on any of the services, and on some of them.
_KEY = re.compile("[?&](?:pwd|pw|passcode|password|roomKey|wpk)=[^&#]")
_KEY_BEHIND = re.compile(r"#pwd-.|/rooms/[^?#]*(?:\?[^#]*)?#.")
_KEY_OF = {
    "microsoft-teams": re.compile("[?&]p=[^&#]"),
    "daily": re.compile("[?&]t=[^&#]"),
    "riverside": re.compile("[?&]t=[^&#]"),
}
# Where the page is the same for every meeting, and a parameter tells them apart.
_TELLING = re.compile("[?&](?:MTID|key|room_token|session|short|group|url|phone)=[^&#]+")
_WITH_KEY_IN_PATH = re.compile(r"(/[0-9]+)/[^/?#]+")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {service.slug: service.name for service in SERVICES}


def service_name(slug: str) -> str:
    """Give the name people know a service by; the slug itself for one that we do not know."""
    return _names().get(slug, slug)


@dataclass(frozen=True, slots=True)
class MeetingLink:
    """A checked https link to a meeting, and whose it is."""

    service: str
    url: str

    @property
    def name(self) -> str:
        """The service's name for people."""
        return service_name(self.service)

    @property
    def host(self) -> str:
        """The host, to be shown before a link of nobody's service is opened."""
        address = address_of(self.url)
        return address.host if address else ""

    @property
    def native(self) -> str | None:
        """The link that opens the service's own program, where one is verified."""
        return native_link(self.service, self.url)

    @property
    def has_passcode(self) -> bool:
        """Whether the link itself lets a guest in, which makes it the better of two."""
        if self.service == "bluejeans":
            return bool(_WITH_KEY_IN_PATH.search(self.url))
        if special := _KEY_OF.get(self.service):
            return special.search(self.url) is not None
        if "#" in self.url and _KEY_BEHIND.search(self.url):
            return True
        return "=" in self.url and _KEY.search(self.url) is not None

    @property
    def meeting(self) -> tuple[str, str]:
        """The same for two links to one meeting."""
        return self.service, meeting_id(self) or self._page()

    def _page(self) -> str:
        address, _, fragment = self.url.partition("#")
        page = address.partition("?")[0].rstrip("/")
        if self.service == "bluejeans":
            page = _WITH_KEY_IN_PATH.sub(r"\1", page)
        # On these the page is the same for everybody and the room stands behind the sign.
        if self.service in {"element-call", "roam", "vowel", "facetime", "signal"}:
            return f"{page}#{fragment.partition('?')[0]}"
        return page + "".join(sorted(_TELLING.findall(address)))


def meeting_id(link: MeetingLink) -> str | None:
    """Give the number to type on a phone or another computer, where the link carries it."""
    reader = _NUMBER_IN.get(link.service)
    found = reader.search(link.url) if reader else None
    return next(filter(None, found.groups())) if found else None


def passcode(link: MeetingLink) -> str | None:
    """Give the passcode in the link, for copying beside the number."""
    reader = _PASSCODE_IN.get(link.service)
    found = reader.search(link.url) if reader else None
    return unquote(found[1]) if found else None
