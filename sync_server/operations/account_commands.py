"""Members and pairing codes, for the operator."""

import os
from typing import Any

from interview_desk.domain.ids import new_id
from interview_desk.domain.roles import Role
from interview_desk.wire.auth import MemberInfo
from sync_server.accounts import members, repository
from sync_server.accounts.codes import CODE_BYTES
from sync_server.accounts.service import Doorway, make_code
from sync_server.infra.database import Tx
from sync_server.infra.parts import Parts
from sync_server.operations.commands import CommandFailed, Json, command

_ID_BYTES = 10


@command("member.add")
async def add_member(parts: Parts, args: dict[str, Any]) -> Json:
    """Take somebody into the team."""
    role, randomness = _role(args["role"]), os.urandom(_ID_BYTES)

    def work(tx: Tx) -> MemberInfo:
        return members.add_member(
            tx,
            workspace_id=repository.team(tx).id,
            member_id=new_id(tx.now, randomness),
            email=args["email"],
            name=args["name"],
            role=role,
        )

    member = await parts.database.write(work)
    return member.model_dump(mode="json")


@command("member.list")
async def list_members(parts: Parts, args: dict[str, Any]) -> Json:
    """Everybody in the team."""
    del args
    found = await parts.database.read(lambda tx: members.list_members(tx, repository.team(tx).id))
    return [member.model_dump(mode="json") for member in found]


@command("pair")
async def pair(parts: Parts, args: dict[str, Any]) -> Json:
    """A one-time pairing code for a member."""
    randomness = os.urandom(CODE_BYTES)
    doorway = Doorway(parts.server_url, parts.certificate_pin)
    code = await parts.database.write(
        lambda tx: make_code(tx, email=args["email"], randomness=randomness, doorway=doorway)
    )
    return code.model_dump(mode="json")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise CommandFailed(f"There is no role {text}.") from None
