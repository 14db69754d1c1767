"""How the SDK of Resend speaks HTTP for us: one connection, and failures that can be told apart."""

import time
from collections.abc import Mapping
from typing import Any

import httpx
from resend.http_client import HTTPClient
from typing_extensions import override

_TIMEOUT = 30.0


class NotReached(Exception):  # noqa: N818  - names what happened to the call
    """The call certainly did not arrive: there is no network, or nobody listens."""


class NoAnswer(Exception):  # noqa: N818  - names what happened to the call
    """The call may have arrived; its answer was lost or took too long."""


class PacedClient(HTTPClient):
    """Makes at most so many calls a second, fewer where the answers ask for it.

    Used by one thread at a time.
    """

    def __init__(self, *, per_second: float) -> None:
        self._client = httpx.Client(timeout=_TIMEOUT, follow_redirects=False)
        self._pause = 1.0 / per_second
        self._free_at = 0.0

    @override
    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        json: Any = None,
        files: dict[str, Any] | None = None,
        data: dict[str, str] | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One call; NotReached or NoAnswer when it does not come back."""
        del files, data
        time.sleep(max(0.0, self._free_at - time.monotonic()))
        has_body = method in {"post", "patch", "put"}
        try:
            answer = self._client.request(
                method.upper(), url, headers=dict(headers), json=json if has_body else None
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            raise NotReached from error
        except httpx.HTTPError as error:
            raise NoAnswer from error
        finally:
            self._free_at = time.monotonic() + self._pause
        self._heed(answer.headers)
        return answer.content, answer.status_code, dict(answer.headers)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _heed(self, headers: Mapping[str, str]) -> None:
        """Where no call is left, wait until there are some again; longer waits are the caller's."""
        left, reset = (
            number(headers.get("ratelimit-remaining")),
            number(headers.get("ratelimit-reset")),
        )
        if left is not None and left < 1 and reset is not None:
            self._free_at = max(self._free_at, time.monotonic() + min(reset, 5.0))


def number(text: str | None) -> float | None:
    """The number that a header holds, None where it holds none that counts."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None  # noqa: PLR2004  - far beyond any pause
