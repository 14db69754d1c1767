"""A device that speaks the protocol over HTTP with a server that comes and goes."""

import json
import time
import uuid
from typing import Any

import httpx

from interview_desk.wire import routes
from tests.helpers.server import ServerProcess

# So long a server may be gone before it counts as gone for good.
_PATIENCE_SECONDS = 60.0


class Caller:
    """One member's device: what it changes is sent until it was taken; what it pulls is kept."""

    def __init__(self, server: ServerProcess, email: str = "ann@example.org") -> None:
        self._server = server
        self._client = httpx.Client(trust_env=False, timeout=20)
        server.run("member", "add", "--email", email, "--name", "Ann", "--role", "owner")
        code = json.loads(server.run("pair", "--email", email, "--json").stdout)["code"]
        told = {"code": code, "device_name": "test", "install_nonce": uuid.uuid4().hex}
        paired = self._client.post(server.url + routes.PAIR, json=told).json()
        self._device, self._epoch = paired["device_id"], paired["epoch"]
        self._tokens = (paired["access_token"], paired["refresh_token"])
        self._n = 0
        self._cursor: str | None = None
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}
        self._versions: dict[tuple[str, str], dict[str, int]] = {}

    def change(self, entity: str, record_id: str = "", **fields: Any) -> str:
        """Make or change a record; its id."""
        record_id = record_id or str(uuid.uuid4())
        self._n += 1
        base = self._versions.get((entity, record_id), {})
        mutation = {"n": self._n, "op": "put", "entity": entity, "id": record_id}
        body = {
            "device": self._device,
            "epoch": self._epoch,
            "mutations": [{**mutation, "fields": fields, "base": base}],
        }
        answer = self._call("POST", routes.PUSH, json=body)
        assert answer["results"][0]["status"] == "ok", answer
        return record_id

    def pull(self) -> None:
        """Take all that is new."""
        more = True
        while more:
            cursor = {} if self._cursor is None else {"cursor": self._cursor}
            page = self._call("GET", routes.PULL, params=cursor)
            for row in page["rows"]:
                if not row.get("gone"):
                    self._keep(row)
            self._cursor, more = page["cursor"], page["more"]

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _keep(self, row: dict[str, Any]) -> None:
        rows = self.rows.setdefault(row["entity"], {})
        rows.pop(row["id"], None)
        if not row["deleted"]:
            rows[row["id"]] = row["fields"]
        self._versions[row["entity"], row["id"]] = row["field_versions"]

    def _call(self, method: str, path: str, **options: Any) -> Any:
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                answer = self._asked(method, path, **options)
                if answer.status_code == 401:
                    self._refresh()
                    continue
            except httpx.TransportError:
                assert time.monotonic() < until, "the server is gone"
                continue
            assert answer.is_success, answer.text
            return answer.json()

    def _asked(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[0]}"}
        return self._client.request(method, self._server.url + path, headers=headers, **options)

    def _refresh(self) -> None:
        told = {"refresh_token": self._tokens[1]}
        fresh = self._client.post(self._server.url + routes.REFRESH, json=told).json()
        self._tokens = (fresh["access_token"], fresh["refresh_token"])
