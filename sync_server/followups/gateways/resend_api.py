"""Mail through Resend, by its own SDK, in a thread."""

import asyncio
import re
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import resend
from pydantic import SecretStr
from resend.exceptions import ResendError

from sync_server.followups.gateways.carrier import Reply, Suppressed
from sync_server.followups.gateways.resend_http import NotReached, PacedClient, number
from sync_server.followups.letters import Letter, bare_address
from sync_server.followups.outcomes import Accepted, Lost, NotTaken, Outcome, Refused, Unclear

T = TypeVar("T")

# The SDK knows one account per process, in variables of its module.
_ONE_AT_A_TIME = threading.Lock()
_SOON = timedelta(seconds=30)
_LATER = timedelta(minutes=5)
_TOMORROW = timedelta(hours=6)
_CONFLICT, _TOO_MANY, _BROKEN = 409, 429, 500
# What only the operator can mend; the mails wait for it.
_OPERATORS = {
    *("missing_api_key", "invalid_api_key", "restricted_api_key"),
    "invalid_from_address",
}
_OPERATORS_STATUS = {401, 403}
# Where the base URL leads is something, but nothing that takes mail.
_NOT_RESEND = {300, 301, 302, 303, 307, 308, 404, 405}
_TIMED_OUT = 408
_QUOTAS = {"daily_quota_exceeded", "monthly_quota_exceeded"}
_PAGE, _PAGES = 100, 20
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


class ResendCarrier:
    """One account at Resend. The same key within its 24 hours is one mail, however often sent."""

    name = "resend"
    # With an hour to spare before the provider forgets a key.
    repeats_for = timedelta(hours=23)

    def __init__(self, api_key: SecretStr, base_url: str, *, per_second: float) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._client = PacedClient(per_second=per_second)

    async def carry(self, letter: Letter) -> Outcome:
        """Hand the letter over under the key of its effect."""
        return await self._outcome(lambda: self._send(letter))

    async def look_up(self, letter: Letter, since: datetime) -> Outcome:
        """Look for the letter among what was sent since then; nothing is sent."""
        return await self._outcome(lambda: self._found(letter, since), _of_question)

    async def state_of(self, provider_id: str) -> str | None:
        """Resend's word for where a mail stands."""
        found = await self._asked(lambda: resend.Emails.get(provider_id))
        state = found.get("last_event") if found else None
        return state if isinstance(state, str) else None

    async def replies(self) -> Sequence[Reply]:
        """The newest mails that came in at Resend."""
        found = await self._asked(lambda: resend.EmailsReceiving.list({"limit": _PAGE}))
        return [
            Reply(str(one["id"]), bare_address(str(one.get("from") or "")))
            for one in (found or {}).get("data") or ()
            if one.get("id")
        ]

    async def headers_of(self, received_id: str) -> object:
        """The headers of a mail that came in at Resend, which its lists and its news leave out."""
        found = await self._asked(lambda: resend.EmailsReceiving.get(received_id))
        return (found or {}).get("headers")

    async def suppressed(self) -> Sequence[Suppressed]:
        """The newest addresses that Resend does not write to."""
        found = await self._asked(lambda: resend.Suppressions.list({"limit": _PAGE}))
        return [
            Suppressed(str(one["email"]), str(one.get("origin") or ""))
            for one in (found or {}).get("data") or ()
            if one.get("email")
        ]

    async def suppress(self, address: str) -> bool:
        """Have Resend never write to this address."""
        return await self._asked(lambda: resend.Suppressions.add({"email": address})) is not None

    def close(self) -> None:
        """Let go of the connection to Resend."""
        self._client.close()

    def _send(self, letter: Letter) -> Outcome:
        params: resend.Emails.SendParams = {
            "from": letter.sender,
            "to": [letter.to],
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "tags": [{"name": "message", "value": _UNSAFE.sub("-", letter.message_id)}],
        }
        if letter.headers:
            params["headers"] = dict(letter.headers)
        if letter.reply_to:
            params["reply_to"] = [letter.reply_to]
        sent = resend.Emails.send(params, {"idempotency_key": letter.key})
        return Accepted(str(sent["id"]))

    def _found(self, letter: Letter, since: datetime) -> Outcome:
        after: str | None = None
        for _ in range(_PAGES):
            asked: Any = {"limit": _PAGE, **({"after": after} if after else {})}
            page: Any = resend.Emails.list(asked)
            rows = page.get("data") or []
            for row in rows:
                if _is_it(row, letter, since):
                    return Accepted(str(row["id"]))
            if not page.get("has_more") or not rows or _created(rows[-1]) < since:
                break
            after = str(rows[-1]["id"])
        return Lost("Resend does not know whether this mail has left. Look whether it arrived.")

    async def _outcome(
        self, call: Callable[[], Outcome], of_error: Callable[[ResendError], Outcome] | None = None
    ) -> Outcome:
        try:
            return await asyncio.to_thread(self._as_us, call)
        except ResendError as error:
            return (of_error or _outcome_of)(error)
        except (KeyError, TypeError, ValueError):
            return Unclear("Resend gave an answer that cannot be read.", _SOON)

    async def _asked(self, call: Callable[[], Any]) -> Any:
        """An answer, or None where there is none now."""
        try:
            return await asyncio.to_thread(self._as_us, call)
        except ResendError:
            return None

    def _as_us(self, call: Callable[[], T]) -> T:
        with _ONE_AT_A_TIME:
            resend.api_key = self._api_key.get_secret_value()
            resend.api_url = self._base_url
            resend.default_http_client = self._client
            return call()


def _is_it(row: Any, letter: Letter, since: datetime) -> bool:
    to = [bare_address(str(one)).casefold() for one in row.get("to") or ()]
    if letter.to.casefold() not in to or row.get("subject") != letter.subject:
        return False
    # A little earlier counts too: the provider's clock is not ours.
    return _created(row) >= since - timedelta(minutes=5)


def _created(row: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(row.get("created_at")))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _outcome_of(error: ResendError) -> Outcome:
    """What an error means for the mail: taken, not taken, or nobody knows."""
    code, kind = int(error.code), error.error_type
    if kind == "HttpClientError":
        # The SDK calls everything that kept it from an answer 500.
        if isinstance(error.__context__, NotReached):
            return NotTaken("Resend cannot be reached.", _SOON)
        return Unclear("Resend did not answer.", _SOON)
    if code == _CONFLICT:
        return _of_conflict(kind)
    if code == _TOO_MANY:
        return NotTaken(_too_many_words(kind), _pause(error))
    if code >= _BROKEN or code == _TIMED_OUT:
        return Unclear("Resend has a problem of its own.", _SOON)
    return _of_refusal(error, code, kind)


def _of_conflict(kind: str) -> Outcome:
    if kind == "concurrent_idempotent_requests":
        return Unclear("Resend is still at work on this mail.", _SOON)
    return Lost("Resend has got another mail under this name. Look whether it has arrived.")


def _of_question(error: ResendError) -> Outcome:
    """What it means that Resend does not say what became of a mail."""
    code = int(error.code)
    if code in {_TIMED_OUT, _TOO_MANY} or code >= _BROKEN:
        return _outcome_of(error)
    # A key that may only send, for one.
    return Lost("Resend does not tell this server what became of it. Look whether it arrived.")


def _of_refusal(error: ResendError, code: int, kind: str) -> Outcome:
    if kind in _OPERATORS or code in _OPERATORS_STATUS:
        why = f"Resend does not accept this server's key or sender: {_said(error)}"
        return NotTaken(why, _LATER)
    if code in _NOT_RESEND:
        why = f"Nothing takes mail where this server looks for Resend: {_said(error)}"
        return NotTaken(why, _LATER)
    return Refused(f"Resend refuses this mail: {_said(error)}")


def _pause(error: ResendError) -> timedelta:
    headers = {name.lower(): value for name, value in error.headers.items()}
    asked = number(headers.get("retry-after"))
    if asked is None:
        asked = number(headers.get("ratelimit-reset"))
    if asked is not None:
        return timedelta(seconds=min(max(asked, 1.0), 86_400))
    return _TOMORROW if error.error_type in _QUOTAS else timedelta(minutes=1)


def _too_many_words(kind: str) -> str:
    if kind in _QUOTAS:
        return "The quota at Resend is used up."
    return "Resend asks to send more slowly."


def _said(error: ResendError) -> str:
    return " ".join(str(error.message).split())[:200]
