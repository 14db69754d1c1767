"""Whether a body comes from Cal.com: by the configured secrets, or by those that Connect made."""

from functools import partial

from sync_server.calcom.connection.doors import secrets_of
from sync_server.calcom.signature import Signatures
from sync_server.infra.parts import Parts


class Acceptance:
    """Knows the configured secrets by heart, and asks for those of Connect each time.

    They change while the server runs, on another server of the team too, and from then on nothing
    that is signed with an ended one may come in.
    """

    def __init__(self, parts: Parts) -> None:
        self._database = parts.database
        self._configured = Signatures(parts.settings.calcom_webhook_secrets)

    async def fits(self, body: bytes, signature: bytes | None, *, endpoint: str) -> bool:
        """Whether `signature` fits at this address; DatabaseUnavailable where nobody can say."""
        if signature is None:
            return False
        if self._configured.fit(body, signature):
            return True
        secrets = await self._database.glance(partial(secrets_of, endpoint=endpoint))
        return Signatures(secrets).fit(body, signature)
