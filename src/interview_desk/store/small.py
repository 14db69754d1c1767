"""Small things that only this computer remembers, encrypted like everything else."""

from interview_desk.store.engine import Engine
from interview_desk.store.meta import get_meta, set_meta


class StoredText:
    """One text under a name of its own (the `AlertMemory` port is one)."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = f"text:{name}"

    async def load(self) -> str | None:
        """What was saved last."""
        text: str | None = await self._engine.read(lambda c: get_meta(c, self._name))
        return text

    async def save(self, text: str) -> None:
        """Keep it over a restart."""
        await self._engine.write(lambda c, _: set_meta(c, self._name, value=text))


class StoredHosts:
    """The `AllowedHosts` port: hosts this person has seen and allowed."""

    _NAME = "allowed_hosts"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def all(self) -> frozenset[str]:
        """Every allowed host, lower case."""
        return frozenset(await self._engine.read(lambda c: get_meta(c, self._NAME, default=[])))

    async def add(self, host: str) -> None:
        """Allow one more."""
        await self._engine.write(
            lambda c, _: set_meta(
                c,
                self._NAME,
                value=sorted({*get_meta(c, self._NAME, default=[]), host.lower()}),
            )
        )
