"""Which computer a request really comes from, and whether it may send webhooks."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_Network = IPv4Network | IPv6Network
_Address = IPv4Address | IPv6Address


def sender(
    peer: str | None, forwarded: Sequence[str], trusted: Sequence[_Network]
) -> _Address | None:
    """The nearest address that no trusted proxy vouches for; None where it cannot be told.

    `forwarded` are the X-Forwarded-For headers in order. They are read right to left, because
    everything left of the last trusted proxy was written by the client itself.
    """
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    address = _address(peer)
    while hops and address is not None and _is_in(address, trusted):
        address = _address(hops.pop())
    return address


def may_send(address: _Address | None, allowed: Sequence[_Network]) -> bool:
    """Whether `address` is in one of the networks, where the operator named any."""
    return not allowed or (address is not None and _is_in(address, allowed))


def _address(written: str | None) -> _Address | None:
    try:
        address = ip_address((written or "").strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: _Address, networks: Sequence[_Network]) -> bool:
    return any(address.version == net.version and address in net for net in networks)
