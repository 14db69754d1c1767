"""Whether news really come from the provider: Standard Webhooks, under either set of names."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from pydantic import SecretStr

from interview_desk.wire.problems import Code
from sync_server.infra.problems import Problem

_TOLERANCE = timedelta(minutes=5)
_PREFIXES = ("svix-", "webhook-")
_LONGEST_ID = 120


class SignatureInvalid(Problem):
    """The news are not signed as they must be, or not lately."""

    status = HTTPStatus.UNAUTHORIZED
    code = Code.SIGNATURE_INVALID
    title = "The signature does not fit. Check the signing secret of the webhook at Resend."


def event_id(
    headers: Mapping[str, str], body: bytes, *, secret: SecretStr | None, now: datetime
) -> str:
    """The id of news that are signed with `secret` and not older than 5 minutes.

    The signature is an HMAC-SHA256 over `id.timestamp.body`. SignatureInvalid says what is wrong.
    """
    if secret is None:
        raise SignatureInvalid("This server has no signing secret for news from Resend.")
    prefix = next((one for one in _PREFIXES if f"{one}id" in headers), _PREFIXES[0])
    told, at, signed = (headers.get(f"{prefix}{part}", "") for part in _PARTS)
    if not told or len(told) > _LONGEST_ID or not told.isascii():
        raise SignatureInvalid("The news have no id.")
    _check_age(at, now)
    expected = hmac.digest(_key(secret), f"{told}.{at}.".encode() + body, "sha256")
    offered = [_bytes(one[3:]) for one in signed.split() if one.startswith("v1,")]
    if not any(hmac.compare_digest(expected, one) for one in offered):
        raise SignatureInvalid
    return told


_PARTS = ("id", "timestamp", "signature")


def _check_age(at: str, now: datetime) -> None:
    if not (at.isascii() and at.isdigit() and len(at) < 12):  # noqa: PLR2004  - beyond any date
        raise SignatureInvalid("The news do not say when they were sent.")
    age = now - datetime.fromtimestamp(int(at), UTC)
    if abs(age) > _TOLERANCE:
        raise SignatureInvalid("The news were sent too long ago, or a clock is wrong.")


def _key(secret: SecretStr) -> bytes:
    text = secret.get_secret_value().removeprefix("whsec_")
    return _bytes(text) or text.encode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
