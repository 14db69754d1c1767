"""A real server with a team, and desks that are paired with it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from interview_desk.domain.roles import Role
from interview_desk.remote import HttpPairingApi, HttpSyncApi, LiveSocket, Session
from interview_desk.services.pairing import Pairing
from interview_desk.services.ports import Me
from interview_desk.store import LocalStore
from interview_desk.wire import routes
from tests.helpers.desk import StoppedClock, counted_bytes
from tests.helpers.server import ServerProcess

Answer = dict[str, Any]

EMAIL = "ann@example.org"


class Team:
    """A running server with one owner."""

    def __init__(self, process: ServerProcess) -> None:
        self.process = process
        self._added: set[str] = set()
        self._owner: str | None = None

    @property
    def url(self) -> str:
        return self.process.url

    def code(self, email: str = EMAIL, role: Role = Role.OWNER) -> str:
        """A pairing code for a member, who is added first where needed."""
        if email not in self._added:
            self._added.add(email)
            name = email.partition("@")[0].title()
            self._run("member", "add", "--email", email, "--name", name, "--role", role.value)
        return str(self._asked("POST", routes.PAIRING_CODES, {"email": email})["code"])

    def first_code(self, email: str = EMAIL) -> str:
        """A pairing code as the server's operator makes it, without any call over the network."""
        self._added.add(email)
        self._run("member", "add", "--email", email, "--name", "Ann", "--role", "owner")
        code: str = json.loads(self._run("pair", "--email", email, "--json"))["code"]
        return code

    def revoke(self, device_id: str) -> None:
        """Sign a device out, as its owner does from the Team page."""
        self._asked("DELETE", routes.device(device_id))

    def _asked(self, method: str, path: str, body: object = None) -> Answer:
        if self._owner is None:
            self._owner = self._paired_owner()
        with httpx.Client(base_url=self.url, trust_env=False) as client:
            headers = {"Authorization": f"Bearer {self._owner}"}
            response = client.request(method, path, json=body, headers=headers)
        assert response.is_success, response.text
        return response.json() if response.content else {}

    def _paired_owner(self) -> str:
        body = {
            "code": self.first_code("own@example.org"),
            "device_name": "test",
            "install_nonce": "test",
        }
        with httpx.Client(base_url=self.url, trust_env=False) as client:
            response = client.post(routes.PAIR, json=body)
        assert response.is_success, response.text
        return str(response.json()["access_token"])

    def _run(self, *arguments: str) -> str:
        done = self.process.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass
class RemoteDesk:
    """A desk with its database and its way to the server."""

    store: LocalStore
    session: Session
    api: HttpSyncApi
    live: LiveSocket
    me: Me


class Desks:
    """Pairs desks through the real server."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._opened: list[RemoteDesk] = []

    async def pair(
        self, server: str, code: str, *, name: str = "one", pin: str | None = None
    ) -> RemoteDesk:
        """A new desk of its own directory, paired with the server."""
        store = await LocalStore.open(self._directory / name / "desk.db", bytes(32))
        me = await _pairing(store).pair_by_link(_link(server, code, pin))
        session = Session(server, store.tokens, pin=pin)
        desk = RemoteDesk(store, session, HttpSyncApi(session), LiveSocket(session), me)
        self._opened.append(desk)
        return desk

    async def pair_two(self, team: "Team", role: Role) -> tuple[RemoteDesk, RemoteDesk]:
        """The desks of the owner and of Ben, who has this `role`."""
        one = await self.pair(team.url, team.code(), name="one")
        return one, await self.pair(team.url, team.code("ben@example.org", role), name="two")

    async def pair_again(self, desk: RemoteDesk, server: str, code: str) -> None:
        """The same desk as a new device."""
        desk.me = await _pairing(desk.store).pair_by_link(_link(server, code, None))

    async def open_again(self, desk: RemoteDesk, home: Path) -> RemoteDesk:
        """The desk whose database lies at `home` now, after the old one was closed."""
        await desk.session.close()
        store = await LocalStore.open(home / "desk.db", bytes(32))
        session = Session(desk.session.server, store.tokens)
        again = RemoteDesk(store, session, HttpSyncApi(session), LiveSocket(session), desk.me)
        self._opened.append(again)
        return again

    async def close(self) -> None:
        for desk in self._opened:
            await desk.session.close()
            await desk.store.close()


def _pairing(store: LocalStore) -> Pairing:
    return Pairing(
        store,
        store.tokens,
        lambda address, pin: HttpPairingApi(Session(address, store.tokens, pin=pin)),
        StoppedClock(),
        device_name="laptop",
        randomness=counted_bytes(),
    )


def _link(server: str, code: str, pin: str | None) -> str:
    said = {"server": server, "code": code} | ({"pin": pin} if pin else {})
    return f"interviewdesk://pair?{urlencode(said)}"
