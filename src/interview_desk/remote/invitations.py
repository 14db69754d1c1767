"""Asking the server for a one-time way in, for a colleague or for a second device."""

from interview_desk.remote.answers import read_answer
from interview_desk.remote.session import Session
from interview_desk.services.team import Invitation
from interview_desk.wire import auth, routes


class HttpInvitations:
    """The `Invitations` port over a signed-in session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def create(self, email: str) -> Invitation:
        """A fresh one-time link for this address; DeskError with a sentence where refused."""
        response = await self._session.call("POST", routes.PAIRING_CODES, json={"email": email})
        answer = read_answer(response, auth.PairingCode)
        link = answer.link or _link(answer)
        return Invitation(link=link, code=answer.code, expires_at=answer.expires_at)


def _link(answer: auth.PairingCode) -> str:
    from urllib.parse import urlencode

    return f"interviewdesk://pair?{urlencode({'server': answer.server_url, 'code': answer.code})}"
