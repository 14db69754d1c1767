"""The only place that opens a link."""

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from interview_desk.domain.links import MeetingLink, refusal
from interview_desk.services.joining import Opened, Refused

Launch = Callable[[QUrl], bool]

# What `native_link` may make; anything else never reaches the system.
_PROGRAMS = frozenset({"zoommtg", "msteams", "jitsi-meet", "slack", "rcvdt"})


class SafeOpener:
    """Opens meetings on hosts of known services, and on hosts a person has allowed.

    It checks again what others have checked before: a link is opened by the system's own means,
    where `javascript:`, `file:` and a program's own scheme can do harm.
    """

    def __init__(self, launch: Launch = QDesktopServices.openUrl) -> None:
        self._launch = launch

    def open_link(
        self, link: MeetingLink, *, native: bool, allowed: frozenset[str]
    ) -> Opened | Refused:
        """Open the meeting's page, or its program where `native`; the page if that fails."""
        reason = refusal(link.url, allowed)
        if reason:
            return Refused(reason)
        page = QUrl(link.url, QUrl.ParsingMode.StrictMode)
        if not _is_safe_page(page, link.host):
            return Refused("This link is not written as web addresses are.")
        program = _program(link) if native else None
        if program and self._launch(program):
            return Opened(_text(program), link.host, fallback=link.url)
        if self._launch(page):
            return Opened(link.url, link.host)
        return Refused("Nothing on this computer opens web links. Copy the link instead.")


def _is_safe_page(url: QUrl, host: str) -> bool:
    return (
        url.isValid()
        and url.scheme() == "https"
        and not url.userInfo()
        # Two readers of one address that disagree about its host are how look-alikes get through.
        and url.host().lower() == host.partition(":")[0]
    )


def _program(link: MeetingLink) -> QUrl | None:
    native = link.native
    if native is None:
        return None
    url = QUrl(native, QUrl.ParsingMode.StrictMode)
    return url if url.isValid() and url.scheme() in _PROGRAMS else None


def _text(url: QUrl) -> str:
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
