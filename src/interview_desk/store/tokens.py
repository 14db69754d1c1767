"""The device's tokens inside the encrypted database."""

from typing import TYPE_CHECKING

from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.part import Part

if TYPE_CHECKING:
    from interview_desk.services.exchange import Tokens


class StoredTokens(Part):
    """The `TokenKeeper` port where a passphrase, not a keyring, protects this desk."""

    async def load(self) -> "Tokens | None":
        """The tokens, or None where this desk is not paired."""
        from interview_desk.services.exchange import tokens_from

        kept = await self._engine.read(lambda connection: get_meta(connection, "tokens"))
        return None if kept is None else tokens_from(kept)

    async def keep(self, tokens: "Tokens") -> None:
        """Keep the tokens; they are safe when this returns."""
        from interview_desk.services.exchange import tokens_to

        await self._set(tokens_to(tokens))

    async def forget(self) -> None:
        """Remove the tokens."""
        await self._set(None)

    async def _set(self, text: str | None) -> None:
        await self._engine.write(lambda connection, _: set_meta(connection, "tokens", value=text))
