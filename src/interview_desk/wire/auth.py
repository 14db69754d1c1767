"""Pairing a device with the team's server, and staying signed in."""

from pydantic import Field

from interview_desk.domain.roles import Role
from interview_desk.wire.model import Instant, WireModel


class PairRequest(WireModel):
    """A one-time code and the device that shows it; the nonce is random per installation."""

    code: str = Field(max_length=200)
    device_name: str = Field(max_length=200)
    install_nonce: str = Field(max_length=200)


class MemberInfo(WireModel):
    """Who the device belongs to."""

    id: str
    name: str
    email: str
    role: Role


class WorkspaceInfo(WireModel):
    """The team."""

    id: str
    name: str


class ProtocolRange(WireModel):
    """The protocol versions that the server speaks."""

    min: int
    max: int


class PairResponse(WireModel):
    """Everything a new device needs to begin."""

    device_id: str
    access_token: str
    refresh_token: str
    expires_at: Instant
    member: MemberInfo
    workspace: WorkspaceInfo
    epoch: str
    protocol: ProtocolRange


class RefreshRequest(WireModel):
    """The newest refresh token of this device."""

    refresh_token: str = Field(max_length=500)


class Tokens(WireModel):
    """The successors of the tokens that were shown."""

    access_token: str
    refresh_token: str
    expires_at: Instant


class ForkRequest(WireModel):
    """A restored or copied installation asks to count as a device of its own."""

    device_name: str | None = Field(default=None, max_length=200)
    install_nonce: str | None = Field(default=None, max_length=200)


class ForkResponse(WireModel):
    """The new device and its tokens; it pushes from n = 1."""

    device_id: str
    access_token: str
    refresh_token: str
    expires_at: Instant


class DeviceInfo(WireModel):
    """One paired device."""

    id: str
    name: str
    member_id: str
    paired_at: Instant
    last_seen_at: Instant | None = None
    revoked_at: Instant | None = None
    current: bool = False


class DeviceList(WireModel):
    """The devices the caller may see."""

    devices: list[DeviceInfo]


class PairingCodeRequest(WireModel):
    """Whom to invite: the own address for a second device, or anybody's for owner and admin."""

    email: str = Field(max_length=320)


class PairingCode(WireModel):
    """A one-time code and the link that carries it."""

    code: str
    expires_at: Instant
    server_url: str
    link: str | None = None
