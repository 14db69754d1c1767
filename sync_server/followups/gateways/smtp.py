"""Mail through a mail server of one's own."""

import asyncio
import smtplib
import ssl
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from sync_server.followups.gateways.eml import as_message
from sync_server.followups.letters import Letter, bare_address
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Outcome, Refused

_TIMEOUT = 30
_AGAIN = timedelta(minutes=5)
_FOR_GOOD = 500
_PORTS = {"smtp": 587, "smtps": 465}
_NO_ENCRYPTION = (
    "The mail server offers no encryption, so the password is not sent to it. Use smtps://, or "
    "have it offer STARTTLS."
)
_NOBODY_KNOWS = "The mail server went away while it took this mail. Look whether it has arrived."


class SmtpCarrier:
    """Hands letters to a mail server, which keeps no keys: what is unclear once stays so."""

    name = "smtp"
    repeats_for = timedelta(0)

    def __init__(self, url: SecretStr) -> None:
        self._url = url

    async def carry(self, letter: Letter) -> Outcome:
        """Hand the letter over."""
        return await asyncio.to_thread(self._hand_over, letter)

    async def look_up(self, letter: Letter, since: datetime) -> Outcome:
        """Nobody can be asked."""
        del letter, since
        return Lost(_NOBODY_KNOWS)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _hand_over(self, letter: Letter) -> Outcome:
        try:
            server = self._connected()
        except _InTheClear:
            return NotTaken(_NO_ENCRYPTION, _AGAIN)
        except (OSError, smtplib.SMTPException) as error:
            return NotTaken(f"The mail server cannot be used ({type(error).__name__}).", _AGAIN)
        try:
            server.send_message(
                as_message(letter), bare_address(letter.sender), [bare_address(letter.to)]
            )
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            return _refusal(error)
        except smtplib.SMTPNotSupportedError:
            return Refused("The mail server does not take an address with such signs.")
        except (OSError, smtplib.SMTPException):
            return Lost(_NOBODY_KNOWS)
        finally:
            server.close()
        return Accepted(str(as_message(letter)["Message-ID"]))

    def _connected(self) -> smtplib.SMTP:
        url = urlsplit(self._url.get_secret_value())
        port = url.port or _PORTS.get(url.scheme, _PORTS["smtp"])
        host = url.hostname or "localhost"
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
        try:
            if url.scheme != "smtps":
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=context)
            if url.username:
                _check_private(server, host)
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server


class _InTheClear(Exception):  # noqa: N818  - names what would happen
    """The password would travel where others can read it."""


def _check_private(server: smtplib.SMTP, host: str) -> None:
    if not isinstance(server.sock, ssl.SSLSocket) and not _is_here(host):
        raise _InTheClear


def _is_here(host: str) -> bool:
    """Whether what is said to this host stays on the computer."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refusal(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> Outcome:
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    else:
        code, said = error.smtp_code, error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    why = f"The mail server answers {code}: {' '.join(text.split())[:200]}"
    return Refused(why) if code >= _FOR_GOOD else NotTaken(why, _AGAIN)
