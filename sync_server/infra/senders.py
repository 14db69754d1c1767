"""Where a request really comes from."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from fastapi.requests import HTTPConnection

from sync_server.settings import Network

# Some proxies write the sender's port too: 192.0.2.1:4711 and [2001:db8::1]:4711.
_WITH_PORT = re.compile(r"(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?")
Address = IPv4Address | IPv6Address


def sender_of(connection: HTTPConnection, trusted: Sequence[Network]) -> Address | None:
    """The address of the sender, None where it has none (a local socket).

    X-Forwarded-For is read from the right and only as far as proxies we trust have written it:
    everything further left is the sender's own invention.
    """
    sender = _address(connection.client.host) if connection.client is not None else None
    lines = ",".join(connection.headers.getlist("x-forwarded-for"))
    said = [part.strip() for part in lines.split(",") if part.strip()]
    while sender is not None and said and any(sender in network for network in trusted):
        further = _address(said.pop())
        if further is None:
            break
        sender = further
    return sender


def _address(text: str) -> Address | None:
    found = _WITH_PORT.fullmatch(text)
    try:
        address = ip_address((found[1] or found[2]) if found else text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
