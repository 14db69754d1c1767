"""The switches of the team: what is on, and who may turn it."""

from typing import NamedTuple

from interview_desk.domain.errors import DeskError
from interview_desk.domain.flags import Flag, is_on
from interview_desk.domain.ids import flag_id
from interview_desk.domain.records import Edit
from interview_desk.services.ports import Me, Records

_FLAGS = "flags"


class MayNotSwitch(DeskError):  # noqa: N818  - reads as the sentence it shows
    """Only owners and admins turn parts of the desk on or off."""

    code = "may_not_switch"

    def __init__(self) -> None:
        super().__init__("Only an owner or admin can turn this on or off.")


class Switch(NamedTuple):
    """One flag as it stands, with the reason that was given when it was turned."""

    flag: Flag
    on: bool
    note: str


class FlagService:
    """Reads the flags and turns them through the outbox."""

    def __init__(self, records: Records, *, me: Me) -> None:
        self._records = records
        self._me = me

    @property
    def may_switch(self) -> bool:
        """Whether I can turn them."""
        return self._me.role.runs_the_team

    async def switches(self) -> list[Switch]:
        """All of them, in the order of the catalogue."""
        records = [one.fields for one in await self._records.all_of(_FLAGS)]
        notes = {str(one.get("key")): str(one.get("note") or "") for one in records}
        return [Switch(flag, is_on(flag, records), notes.get(flag, "")) for flag in Flag]

    async def is_on(self, flag: Flag) -> bool:
        """Whether this one is on."""
        return is_on(flag, [one.fields for one in await self._records.all_of(_FLAGS)])

    async def turn(self, flag: Flag, *, on: bool, note: str = "") -> None:
        """Turn it for the whole team; MayNotSwitch for whoever does not run it."""
        if not self.may_switch:
            raise MayNotSwitch
        own = flag_id(flag)
        # Where two records speak of one flag, the one that says off holds: all have to agree.
        others = [
            Edit(_FLAGS, one.id, {"on": on})
            for one in await self._records.all_of(_FLAGS)
            if one.fields.get("key") == flag and one.id != own
        ]
        edit = Edit(_FLAGS, own, {"key": flag, "on": on, "note": note.strip()})
        await self._records.write([edit, *others])
