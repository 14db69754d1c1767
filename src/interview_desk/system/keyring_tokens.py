"""The device's tokens in the keyring."""

from interview_desk.services.exchange import Tokens, tokens_from, tokens_to
from interview_desk.system.keyring_safe import KeyringSafe
from interview_desk.system.secrets import Safe


class KeyringTokens:
    """The `TokenKeeper` port in the keyring."""

    def __init__(self, profile: str, safe: Safe | None = None) -> None:
        self._name = f"device-tokens:{profile}"
        self._safe: Safe = safe or KeyringSafe()

    async def load(self) -> Tokens | None:
        """The tokens, or None where this desk is not paired."""
        kept = await self._safe.get(self._name)
        return None if kept is None else tokens_from(kept)

    async def keep(self, tokens: Tokens) -> None:
        """Keep the tokens; they are safe when this returns."""
        await self._safe.put(self._name, tokens_to(tokens))

    async def forget(self) -> None:
        """Remove the tokens."""
        await self._safe.remove(self._name)
