"""The team's server as this desk reaches it: HTTP calls and the live connection."""

from interview_desk.remote.http_api import HttpPairingApi, HttpSyncApi
from interview_desk.remote.invitations import HttpInvitations
from interview_desk.remote.live import LiveSocket
from interview_desk.remote.session import Session

__all__ = ["HttpInvitations", "HttpPairingApi", "HttpSyncApi", "LiveSocket", "Session"]
