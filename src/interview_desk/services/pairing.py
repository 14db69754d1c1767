"""The first run: join a team by link or code, or start alone and join one later."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from interview_desk.domain.errors import DeskError
from interview_desk.domain.ids import new_id
from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.exchange import TokenKeeper
from interview_desk.services.identity import IdentityStore, PairingApiFor
from interview_desk.services.ports import Clock, Me, Records
from interview_desk.services.server_errors import (
    PairingLinkInvalidError,
    ServerUnreachableError,
    UnsafeAddressError,
)

_SCHEME = "interviewdesk"


class PairingLink(NamedTuple):
    """What a pairing link says."""

    server: str
    code: str
    pin: str | None


def read_link(text: str) -> PairingLink:
    """The parts of `interviewdesk://pair?server=..&code=..&pin=..`, its server a safe one."""
    try:
        link = urlsplit(text.strip())
        said = parse_qs(link.query)
    except ValueError as error:
        raise PairingLinkInvalidError from error
    server, code, pin = (said.get(name, [""])[0] for name in ("server", "code", "pin"))
    if link.scheme != _SCHEME or link.netloc != "pair" or not server or not code:
        raise PairingLinkInvalidError
    return PairingLink(safe_server(server), code, pin or None)


def safe_server(address: str) -> str:
    """The server's address in its plain form; http only leads to this very computer.

    What is typed without a scheme means https, and http where it is this very computer.
    """
    text = address.strip()
    if "://" not in text:
        text = f"{_scheme_of(text)}://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UnsafeAddressError from error
    allowed = parts.scheme == "https" or (parts.scheme == "http" and _is_this_computer(host or ""))
    if not host or not allowed or parts.username is not None or parts.query or parts.fragment:
        raise UnsafeAddressError
    netloc = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{netloc}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def _scheme_of(address: str) -> str:
    try:
        host = urlsplit(f"//{address}").hostname
    except ValueError:
        return "https"
    return "http" if _is_this_computer(host or "") else "https"


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class NobodyAnswersError(DeskError):
    """There is no server at the address that was given."""

    code = "nobody_answers"

    def __init__(self, server: str) -> None:
        super().__init__(
            f"No team's server answers at {server}. Check the address, and whether you are online."
        )


class PairingStore(IdentityStore, Records, Protocol):
    """The local database as the first run needs it."""


class Pairing:
    """Makes this desk somebody's; whatever was written before stays in the outbox."""

    def __init__(
        self,
        store: PairingStore,
        tokens: TokenKeeper,
        api_for: PairingApiFor,
        clock: Clock,
        *,
        device_name: str,
        randomness: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._api_for = api_for
        self._clock = clock
        self._device_name = device_name
        self._randomness = randomness

    async def pair_by_link(self, text: str) -> Me:
        """Join the team whose pairing link this is."""
        link = read_link(text)
        return await self._pair(link.server, link.code, link.pin)

    async def pair_by_code(self, server: str, code: str) -> Me:
        """Join the team at `server` with a code somebody read out."""
        return await self._pair(safe_server(server), code.strip(), None)

    async def start_alone(self, name: str) -> Me:
        """Use the desk without a team; joining one later keeps everything."""
        known = await self._store.me()
        if known is not None:
            return known
        member = new_id(self._clock.now(), self._randomness(10))
        me = Me(member, name, None, Role.OWNER, name, None, None)
        await self._store.become(me)
        fields = {"name": name, "role": Role.OWNER.value}
        await self._store.write([Edit("poblysh_team_members", member, fields)])
        return me

    async def _pair(self, server: str, code: str, pin: str | None) -> Me:
        api = self._api_for(server, pin)
        nonce = self._randomness(16).hex()
        try:
            paired = await api.pair(code, device_name=self._device_name, install_nonce=nonce)
        except ServerUnreachableError as silent:
            raise NobodyAnswersError(server) from silent
        me = Me(
            member_id=paired.member_id,
            name=paired.name,
            email=paired.email,
            role=Role(paired.role),
            workspace=paired.workspace,
            server=server,
            device_id=paired.device_id,
        )
        # The tokens first: a desk that knows its team but cannot speak to it would be stuck.
        await self._tokens.keep(paired.tokens)
        await self._store.become(me, epoch=paired.epoch, pin=pin)
        return me
