"""Small things that only this computer remembers, encrypted like everything else."""

import json
from collections.abc import Mapping

from interview_desk.domain.values import Json
from interview_desk.store.connection import Connection
from interview_desk.store.engine import Engine
from interview_desk.store.meta import DRAFT, TEXT, get_meta, set_meta
from interview_desk.store.news import News


class StoredText:
    """One text under a name of its own (the `AlertMemory` port is one)."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = f"{TEXT}{name}"

    async def load(self) -> str | None:
        """What was saved last."""
        text: str | None = await self._engine.read(lambda c: get_meta(c, self._name))
        return text

    async def save(self, text: str) -> None:
        """Keep it over a restart."""
        await self._engine.write(lambda c, _: set_meta(c, self._name, value=text))


class StoredDrafts:
    """The `Drafts` port: what was being written. What is erased takes its draft along."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def all(self) -> dict[str, Json]:
        """Each under its name."""
        return await self._engine.read(_drafts)

    async def keep(self, drafts: Mapping[str, Json]) -> None:
        """These and no others."""

        def work(connection: Connection, _: News) -> None:
            for name in _drafts(connection).keys() | drafts.keys():
                set_meta(connection, DRAFT + name, value=drafts.get(name))

        await self._engine.write(work)


def _drafts(connection: Connection) -> dict[str, Json]:
    found = connection.execute(
        "SELECT substr(name, ?), value FROM meta WHERE name GLOB ?", (len(DRAFT) + 1, f"{DRAFT}*")
    )
    return {name: json.loads(value) for name, value in found}


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
