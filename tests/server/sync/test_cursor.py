"""Cursors: good as this server wrote them, for whom it wrote them, and in no other way."""

import base64
import json
import string
from dataclasses import replace
from typing import Any

import pytest

from interview_desk.wire import routes
from sync_server.auth.repository import token_digest
from sync_server.auth.service import Caller, caller_of
from sync_server.infra.database import Tx
from sync_server.sync.counter import position
from sync_server.sync.feed.cursor import decode, encode
from sync_server.sync.problems import ResyncRequired
from tests.helpers.server import EPOCH, WORKSPACE_ID
from tests.helpers.team import Laptop, Team, new_id

LETTERS = string.ascii_letters + string.digits + "-_"


def spelled(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


STRANGE = [
    "",
    "%",
    "====",
    "A",
    "\u00fc",
    "bm90IGpzb24",
    "W10",
    spelled(EPOCH, "team:nobody", 0, "", "", 0),
    spelled([[[]]]),
    "A" * 4000,
]


async def is_refused(laptop: Laptop, path: str, cursor: str) -> bool:
    answer = await laptop.call(
        "GET", path, params={"cursor": cursor, "after": f"startups/{new_id()}"}
    )
    return (answer.status_code, answer.json()["code"]) == (410, "resync_required")


@pytest.mark.parametrize("cursor", STRANGE, ids=range(len(STRANGE)))
async def test_a_cursor_that_is_none_asks_for_a_new_beginning(team: Team, cursor: str) -> None:
    ada = await team.member("Ada")
    assert await is_refused(ada, routes.PULL, cursor)
    if cursor:
        assert await is_refused(ada, routes.SNAPSHOT, cursor)
    else:
        # Nothing is the same as no cursor: the copy begins.
        assert (await ada.call("GET", routes.SNAPSHOT, params={"cursor": ""})).status_code == 200


def taken(tx: Tx, caller: Caller, cursors: list[str]) -> list[str]:
    """Those of `cursors` that are good."""
    now, good = position(tx, caller.workspace_id), []
    for cursor in cursors:
        try:
            decode(tx, cursor, caller, now)
        except ResyncRequired:
            continue
        good.append(cursor)
    return good


def known(tx: Tx, laptop: Laptop) -> Caller:
    caller, _ = caller_of(tx, token_digest(laptop.token))
    return caller


async def test_a_cursor_of_which_one_sign_was_damaged_passes_over_no_row(team: Team) -> None:
    ada = await team.member("Ada")
    cursor = (await ada.page())["cursor"]
    damaged = [
        cursor[:at] + letter + cursor[at + 1 :]
        for at in range(len(cursor))
        for letter in LETTERS
        if letter != cursor[at]
    ]
    work = lambda tx: taken(tx, known(tx, ada), [cursor, *damaged])  # noqa: E731  - used once
    assert await team.parts.database.read(work) == [cursor]
    assert await is_refused(ada, routes.PULL, damaged[len(damaged) // 2])


async def test_a_cursor_is_good_for_who_was_given_it(team: Team) -> None:
    ada, ben = await team.member("Ada"), await team.member("Ben")
    cursor = (await ada.page())["cursor"]
    for path in (routes.PULL, routes.SNAPSHOT):
        assert await is_refused(ben, path, cursor)


async def test_a_cursor_from_the_future_is_none_of_ours(team: Team) -> None:
    ada = await team.member("Ada")
    cursor = (await ada.page())["cursor"]

    def far_ahead(tx: Tx) -> str:
        caller, now = known(tx, ada), position(tx, WORKSPACE_ID)
        place = decode(tx, cursor, caller, now)
        return encode(tx, replace(place, ver=place.ver + 10**6), caller, now)

    ahead = await team.parts.database.read(far_ahead)
    for path in (routes.PULL, routes.SNAPSHOT):
        assert await is_refused(ada, path, ahead)
