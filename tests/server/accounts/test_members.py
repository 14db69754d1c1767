"""Taking people into the team."""

import asyncio

from sync_server.accounts.errors import MemberRefused
from sync_server.infra.parts import Parts
from sync_server.operations import catalogue
from sync_server.operations.commands import run_command

OLGA = {"email": "olga@example.org", "name": "Olga", "role": "owner"}
assert catalogue.__all__


async def test_who_is_taken_in_twice_at_once_is_there_once(parts: Parts) -> None:
    adding = (run_command(parts, "member.add", OLGA) for _ in range(6))
    came = await asyncio.gather(*adding, return_exceptions=True)
    assert sum(isinstance(one, MemberRefused) for one in came) == 5
    assert len(await run_command(parts, "member.list", {})) == 1
