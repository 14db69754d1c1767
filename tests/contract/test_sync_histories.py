"""Random histories of several devices on one server: they converge, and nothing is lost."""

import asyncio
import json
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from typing_extensions import override

from interview_desk.domain.roles import Role
from interview_desk.wire import routes
from sync_server.app import app_on
from sync_server.infra.database import Database, Tx
from sync_server.infra.sqlite import SqliteDatabase
from sync_server.sync.authors import Author
from sync_server.sync.write import write_record
from tests.contract.model_desk import ModelDesk
from tests.helpers.memory import memory_folder
from tests.helpers.server import WORKSPACE_ID, SetClock, create_all, parts_on, test_vault
from tests.helpers.team import Key, Laptop, Team, new_id, team_on

HISTORIES = int(os.environ.get("INTERVIEW_DESK_HISTORIES", "10"))
INSIDERS = 2
EXTERNAL = 2
STARTUPS = [("startups", new_id()) for _ in range(2)]
INTERVIEWS = [("interviews", new_id())]
# Few places, so that people meet.
TEXTS: list[tuple[Key, str]] = [(STARTUPS[0], "name"), (INTERVIEWS[0], "title")]

insiders = st.integers(0, INSIDERS - 1)
anybody = st.integers(0, EXTERNAL)
sizes = st.sampled_from([1, 2, 500])


class Histories(RuleBasedStateMachine):
    """Two interviewers and an external member, who edit, lose answers and lose sight."""

    # One application for all histories; each tells it anew whose parts it serves.
    app: FastAPI | None = None

    def __init__(self) -> None:
        super().__init__()
        self.values = count(1)
        self.assigned: dict[str, str] = {}
        self.runner: asyncio.Runner
        self.database: Database
        self.team: Team
        self.desks: list[ModelDesk]

    @initialize()
    def a_team_begins(self) -> None:
        self.runner = asyncio.Runner()
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        clock = SetClock()
        folder = Path(tempfile.mkdtemp(prefix="desk-histories-", dir=memory_folder()))
        self.database = SqliteDatabase(folder / "desk.db", vault=test_vault(), clock=clock)
        await self.database.write(create_all)
        parts = parts_on(self.database, clock, data_dir=folder)
        Histories.app = Histories.app or app_on(parts)
        self.team = team_on(parts, Histories.app)
        self.folder = folder
        laptops: list[Laptop] = [await self.team.member(name) for name in ("Ada", "Ben")]
        laptops.append(await self.team.member("Eve", Role.EXTERNAL))
        self.desks = [ModelDesk(laptop) for laptop in laptops]

    @rule(who=insiders, where=st.sampled_from(TEXTS))
    def types_a_text(self, who: int, where: tuple[Key, str]) -> None:
        key, name = where
        self.desks[who].edit(key, name, f"value {next(self.values)}")

    @rule(who=insiders, key=st.sampled_from(STARTUPS))
    def adds_a_tag(self, who: int, key: Key) -> None:
        self.desks[who].edit(key, "tags", f"tag {next(self.values)}")

    @rule(who=insiders, key=st.sampled_from(STARTUPS))
    def deletes(self, who: int, key: Key) -> None:
        if self.desks[who].shown(key) is not None:
            self.desks[who].delete(key)

    @rule(interview=st.sampled_from(INTERVIEWS), startup=st.sampled_from(STARTUPS))
    def an_interview_is_about_a_startup(self, interview: Key, startup: Key) -> None:
        self._server_writes(interview, startup_id=startup[1])

    @rule(interview=st.sampled_from(INTERVIEWS))
    def the_external_member_is_assigned_or_not_any_more(self, interview: Key) -> None:
        _, interview_id = interview
        if interview_id in self.assigned:
            assignment = self.assigned.pop(interview_id)
            self._server_writes(("interview_assignments", assignment), delete=True)
            return
        self.assigned[interview_id] = new_id()
        self._server_writes(
            ("interview_assignments", self.assigned[interview_id]),
            interview_id=interview_id,
            member_id=self.desks[EXTERNAL].laptop.member_id,
            role="note_taker",
            state="accepted",
        )

    def _server_writes(self, key: Key, *, delete: bool = False, **fields: Any) -> None:
        def work(tx: Tx) -> None:
            entity, record_id = key
            write_record(
                tx,
                workspace_id=WORKSPACE_ID,
                entity=entity,
                id=record_id,
                fields=fields,
                delete=delete,
                author=Author("server"),
            )

        self.runner.run(self.team.parts.database.write(work))

    @rule(who=insiders, size=sizes, lost_answer=st.booleans())
    def pushes(self, who: int, size: int, *, lost_answer: bool) -> None:
        self.runner.run(self.desks[who].push(size=size, lost_answer=lost_answer))

    @rule(who=anybody, limit=sizes, repeat_page=st.booleans())
    def pulls(self, who: int, limit: int, *, repeat_page: bool) -> None:
        self.runner.run(self.desks[who].pull(limit=limit, repeat_page=repeat_page))

    @precondition(lambda self: hasattr(self, "desks"))
    @invariant()
    def an_external_member_holds_only_what_is_listed(self) -> None:
        for (entity, _), row in self.desks[EXTERNAL].laptop.rows.items():
            assert entity in {
                "interviews",
                "startups",
                "interview_assignments",
                "poblysh_team_members",
                "conflicts",
            }
            if entity == "startups":
                assert set(row["fields"]) <= {"name"}

    @override
    def teardown(self) -> None:
        if not hasattr(self, "desks"):
            return
        try:
            self.runner.run(self._settle_and_check())
        finally:
            self.runner.run(self._end())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def _end(self) -> None:
        await self.team.client.aclose()
        await self.database.close()

    async def _settle_and_check(self) -> None:
        for desk in self.desks:
            await desk.push()
        for desk in self.desks:
            await desk.pull(limit=3)
        await self._check_convergence()
        changes = await self._history(*STARTUPS, *INTERVIEWS)
        # Who has typed on since has replaced what they had said against the same value.
        conflicts = [("conflicts", key) for key in self.desks[0].laptop.sees("conflicts")]
        told = await self._history(*conflicts)
        lost = [change["to"] for _, change in told if change["field"] == "lost"]
        self._check_nothing_lost(changes, lost)
        self._check_nothing_overwritten_unseen(changes)

    async def _check_convergence(self) -> None:
        """All copies are what a new copy would be, and the two insiders' are the same."""
        for desk in self.desks:
            assert desk.laptop.rows == await desk.fresh_rows()
        assert self.desks[0].laptop.rows == self.desks[1].laptop.rows
        given = {key[1] for key in self.desks[EXTERNAL].laptop.rows if key[0] == "interviews"}
        assert given <= set(self.assigned)

    async def _history(self, *keys: Key) -> list[tuple[Key, dict[str, Any]]]:
        changes = []
        ada = self.desks[0].laptop
        for key in keys:
            params: dict[str, Any] = {"entity": key[0], "id": key[1], "limit": 1000}
            answer = await ada.call("GET", routes.HISTORY, params=params)
            if answer.status_code == 200:
                changes += [(key, change) for change in answer.json()["changes"]]
        return changes

    def _check_nothing_lost(
        self, changes: list[tuple[Key, dict[str, Any]]], lost: list[Any]
    ) -> None:
        """Every value is in the history or was kept as a conflict, and took effect once."""
        taken = [change["to"] for _, change in changes]
        for desk in self.desks:
            assert desk.rejected == []
            for value, (_, name) in desk.typed.items():
                if name == "tags":
                    assert any(f'"{value}"' in json.dumps(tags) for tags in taken)
                else:
                    assert (taken + lost).count(value) == 1

    def _check_nothing_overwritten_unseen(self, changes: list[tuple[Key, dict[str, Any]]]) -> None:
        """Whoever replaced another's text had it before their eyes."""
        for desk in self.desks:
            for _, change in changes:
                value, replaced = change["to"], change["from"]
                if change["field"] not in {"name", "title"} or value not in desk.typed:
                    continue
                own = replaced in desk.typed
                assert replaced is None or own or replaced == desk.saw[value]


Histories.TestCase.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# A long run may take its time.
TestHistories = pytest.mark.timeout(60 + 10 * HISTORIES)(Histories.TestCase)
