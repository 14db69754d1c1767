"""A mail as it is handed to whoever carries it: frozen, so that it can be repeated exactly."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person. `key` names its effect: carried out once, however often tried."""

    key: str
    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def spelled(self) -> str:
        """The same as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_letter(text: str) -> Letter:
    """The letter that `text` spells."""
    return Letter(**json.loads(text))


def unsubscribe_headers(link: str | None, sender: str) -> dict[str, str]:
    """The headers by which a mail program offers to unsubscribe.

    One click (RFC 8058) needs an address of ours that the guest's provider can reach.
    """
    if link is None:
        return {"List-Unsubscribe": f"<mailto:{bare_address(sender)}?subject=stop>"}
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def bare_address(sender: str) -> str:
    """`ada@example.org` of `Ada <ada@example.org>`."""
    found = re.search(r"<([^<>]+)>\s*$", sender)
    return found[1] if found else sender.strip()
