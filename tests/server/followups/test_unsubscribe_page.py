"""The unsubscribe page as guests meet it: our real server, a link from a mail, a real browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from sync_server.followups import repository
from sync_server.operations.opening import opened
from sync_server.settings import Settings
from tests.helpers.chromium import Chromium
from tests.helpers.mail import MailRoom, post_office
from tests.helpers.server import ServerProcess

pytestmark = pytest.mark.timeout(180)

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def chromium(tmp_path: Path) -> Chromium:
    return Chromium(tmp_path)


@asynccontextmanager
async def room_in(data_dir: Path) -> AsyncIterator[MailRoom]:
    """The mail room of the server that has its data there and does not run now."""
    async with opened(Settings(data_dir=data_dir)) as parts:
        workspace_id, _ = await parts.database.read(repository.the_workspace)
        yield MailRoom(parts, post_office(), workspace_id=workspace_id)


async def path_in_mail(data_dir: Path) -> str:
    """The path of the link in a mail that has left."""
    async with room_in(data_dir) as room:
        sequence, interview = await room.sequence(), await room.interview(ended=timedelta(hours=3))
        await room.enrol(sequence, await room.guest(interview), interview)
        await room.work()
        (letter,) = room.carrier.letters.values()
        assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        return letter.headers["List-Unsubscribe"].strip("<>").removeprefix("https://desk.example")


async def stopped_because(data_dir: Path) -> object:
    async with room_in(data_dir) as room:
        return (await room.enrolment()).fields.get("reason")


async def test_a_guest_reads_what_happens_and_gets_no_more_mail(
    chromium: Chromium, tmp_path: Path
) -> None:
    data_dir = tmp_path / "server"
    path = await path_in_mail(data_dir)
    server = ServerProcess(data_dir).start()
    try:
        english, picture = chromium.show(server.url + path)
        german, _ = chromium.show(server.url + path, language="de")
        async with httpx.AsyncClient(base_url=server.url) as provider:
            policy = (await provider.get(path)).headers["Content-Security-Policy"]
    finally:
        server.stop()
    assert "Once you press the button, this team will not write to you again." in english
    assert "schreibt Ihnen dieses Team nicht mehr." in german
    for page in (english, german):
        assert not re.search("mara|lindt|startup|@", page, re.IGNORECASE)
        # No program runs in it, of ours or of anybody's: the button is the browser's own.
        assert not re.search(r"<script|\son\w+=|javascript:", page, re.IGNORECASE)
        assert re.search(r'<form method="post"><button type="submit">[^<]+</button></form>', page)
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert picture.read_bytes().startswith(PNG)
    # Nobody has pressed anything yet.
    assert await stopped_because(data_dir) is None


async def test_one_click_in_a_mail_program_is_enough(tmp_path: Path) -> None:
    data_dir = tmp_path / "server"
    path = await path_in_mail(data_dir)
    server = ServerProcess(data_dir).start()
    try:
        async with httpx.AsyncClient(base_url=server.url) as provider:
            # As RFC 8058 has it: this body, no cookie, no sign-in, no redirection.
            done = await provider.post(path, data={"List-Unsubscribe": "One-Click"})
    finally:
        server.stop()
    assert (done.status_code, "will not write to you again" in done.text) == (200, True)
    assert await stopped_because(data_dir) == "unsubscribed"
