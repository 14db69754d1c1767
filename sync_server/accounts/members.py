"""The people of the team, as their accounts need them."""

from interview_desk.domain.members import is_address
from interview_desk.domain.roles import Role
from interview_desk.wire.auth import MemberInfo
from sync_server.accounts.errors import MemberRefused
from sync_server.infra.database import Tx
from sync_server.sync.authors import Author
from sync_server.sync.counter import lock
from sync_server.sync.read import StoredRecord, find_by_email, read_record, records_of_kind
from sync_server.sync.write import write_record

_MEMBERS = "poblysh_team_members"


def add_member(
    tx: Tx, *, workspace_id: str, member_id: str, email: str, name: str, role: Role
) -> MemberInfo:
    """Take somebody into the team; MemberRefused when they are in it or cannot be written to."""
    email, name = email.strip(), name.strip()
    if not is_address(email):
        raise MemberRefused("That is not an e-mail address.")
    if not name:
        raise MemberRefused("A member needs a name.")
    # Two who take in the same person at once would each find nobody.
    lock(tx, workspace_id)
    if find_member(tx, workspace_id=workspace_id, email=email) is not None:
        raise MemberRefused(f"{email} is in the team already.")
    write_record(
        tx,
        workspace_id=workspace_id,
        entity=_MEMBERS,
        id=member_id,
        fields={"name": name, "email": email, "role": role.value},
        author=Author("server"),
    )
    return MemberInfo(id=member_id, name=name, email=email, role=role)


def find_member(tx: Tx, *, workspace_id: str, email: str) -> MemberInfo | None:
    """The member with this address."""
    found = find_by_email(tx, workspace_id, email, entity=_MEMBERS)
    return _info(found[0]) if found else None


def read_member(tx: Tx, *, workspace_id: str, member_id: str) -> MemberInfo | None:
    """The member with this id, unless they have left."""
    found = read_record(tx, workspace_id, _MEMBERS, member_id)
    return None if found is None or found.deleted else _info(found)


def list_members(tx: Tx, workspace_id: str) -> list[MemberInfo]:
    """Everybody in the team, in the order they came."""
    return [_info(record) for record in records_of_kind(tx, workspace_id, _MEMBERS)]


def _info(record: StoredRecord) -> MemberInfo:
    return MemberInfo(
        id=record.id,
        name=str(record.fields.get("name") or ""),
        email=str(record.fields.get("email") or ""),
        role=Role(str(record.fields.get("role") or Role.OBSERVER)),
    )
