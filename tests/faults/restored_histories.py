"""Random histories in which a backup of the server or an old copy of a desk comes back."""

from pathlib import Path

import sqlalchemy as sa
from hypothesis.stateful import rule
from typing_extensions import override

from interview_desk.services.server_errors import NotPairedError
from sync_server.infra.database import Tx
from sync_server.models.workspace import workspace
from sync_server.operations.backups import read_backup, write_backup
from tests.faults.desk import FaultDesk
from tests.faults.histories import Histories, anybody


def _epoch(tx: Tx) -> str:
    return str(tx.connection.execute(sa.select(workspace.c.epoch)).scalar_one())


class RestoredHistories(Histories):
    """The same, where the server's backup or an old copy of a desk is put back now and then."""

    @rule()
    def backs_up(self) -> None:
        self._run(self._backs_up())

    async def _backs_up(self) -> None:
        await self.real_database.read(lambda tx: write_backup(tx, self._backup))
        self.backed_up_assignment = self.assignment

    @rule()
    def restores_the_backup(self) -> None:
        self._run(self._restores())

    async def _restores(self) -> None:
        if not self._backup.exists():
            return
        await self.real_database.write(lambda tx: read_backup(tx, self._backup))
        self.was_restored = True
        self.unprotected |= self.forgotten
        self.assignment = self.backed_up_assignment

    @override
    async def _settle(self, desk: FaultDesk) -> None:
        try:
            await super()._settle(desk)
        except NotPairedError:
            # It became another device after the backup: its person joins the team again.
            laptop = await self.team.laptop(desk.laptop.member_id)
            await desk.pair(laptop, epoch=await self.real_database.read(_epoch))
            await super()._settle(desk)

    @property
    def _backup(self) -> Path:
        return self.folder / "backup"

    @rule(who=anybody)
    def keeps_a_copy_of_a_desk(self, who: int) -> None:
        self.desks[who].keep_copy()

    @rule(who=anybody)
    def puts_the_copy_of_a_desk_back(self, who: int) -> None:
        self._run(self._puts_back(who))

    async def _puts_back(self, who: int) -> None:
        desk = self.desks[who]
        if desk.has_copy:
            # What never left the disk that is replaced is lost with it; everything else is not.
            await self._settle(desk)
            self.was_restored = True
            await desk.put_copy_back()
            said = (*self.said.values.items(), *self.said.words.items())
            self.forgotten |= {text for text, (author, *_) in said if author == who}
