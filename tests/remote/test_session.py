"""Signing in, staying signed in, and answers that are not our server's."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interview_desk.domain.errors import DeskError
from interview_desk.notes.document import NoteDocument
from interview_desk.remote import HttpInvitations, HttpPairingApi, HttpSyncApi, Session, session
from interview_desk.services import server_errors as errors
from interview_desk.services.exchange import Tokens
from interview_desk.services.whole_copy import CopyPlace
from interview_desk.wire import routes
from interview_desk.wire.notes import encode_update
from tests.helpers.fakes import MemoryTokens
from tests.helpers.problem_document import problem
from tests.helpers.remote import Desks, Team

Answer = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """An HTTP server that answers every request as told."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                method, path, _ = line.decode().split()
                headers: dict[str, str] = {}
                while (header := (await reader.readline()).decode().strip()) != "":
                    name, _, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, given, content = answer(method, path, headers, body)
                given |= {"content-length": str(len(content))}
                lines = [f"HTTP/1.1 {status} X", *(f"{k}: {v}" for k, v in given.items()), "", ""]
                writer.write("\r\n".join(lines).encode() + content)
                await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def tokens(access: str, refresh: str) -> dict[str, str]:
    return {
        "access_token": access,
        "refresh_token": refresh,
        "expires_at": "2026-11-22T12:00:00Z",
    }


@pytest.fixture
async def session_to() -> AsyncIterator[Callable[[str, MemoryTokens], Session]]:
    made: list[Session] = []

    def make(url: str, keeper: MemoryTokens) -> Session:
        made.append(Session(url, keeper))
        return made[-1]

    yield make
    for each in made:
        await each.close()


def kept(access: str = "old") -> MemoryTokens:
    # This computer's clock has no say in whether a token has expired.
    return MemoryTokens(Tokens(access, "refresh-1", LONG_AGO))


async def test_an_answer_that_drips_without_end_is_given_up(
    session_to, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LONGEST_CALL", 0.3)
    let_go = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        with suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        let_go.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        api = HttpSyncApi(session_to(f"http://{host}:{port}", kept()))
        with pytest.raises(errors.ServerUnreachableError):
            await api.pull(None, limit=1)
        await let_go.wait()


async def test_an_expired_token_is_renewed_once_and_kept_before_it_is_used(session_to) -> None:
    keeper = kept()
    seen: list[tuple[str, int]] = []

    def answer(method, path, headers, body):
        if path == "/v1/devices/refresh":
            assert json.loads(body) == {"refresh_token": "refresh-1"}
            seen.append(("refresh", len(keeper.kept)))
            return (
                200,
                {"content-type": "application/json"},
                json.dumps(tokens("new", "refresh-2")).encode(),
            )
        seen.append((headers["authorization"], len(keeper.kept)))
        if headers["authorization"] == "Bearer old":
            return problem(401, "unauthorized")
        return problem(410, "resync_required")

    async with answering(answer) as url:
        api = HttpSyncApi(session_to(url, keeper))
        pulls = [api.pull(None, limit=1) for _ in range(3)]
        results = await asyncio.gather(*pulls, return_exceptions=True)
    assert all(isinstance(result, errors.ResyncRequiredError) for result in results)
    assert [call for call, _ in seen].count("refresh") == 1
    assert [count for call, count in seen if call == "Bearer new"] == [1, 1, 1]
    assert keeper.tokens is not None
    assert keeper.tokens.refresh == "refresh-2"


@pytest.mark.parametrize("refused_at", ["/v1/sync/pull", "/v1/devices/refresh"])
async def test_a_device_that_was_signed_out_is_paused_and_may_be_paired_again(
    session_to, refused_at: str
) -> None:
    keeper = kept()

    def answer(method, path, headers, body):
        if headers.get("authorization") == "Bearer again":
            return problem(410, "resync_required")
        code = "device_revoked" if path.startswith(refused_at) else "unauthorized"
        return problem(401, code)

    async with answering(answer) as url:
        api = HttpSyncApi(session_to(url, keeper))
        with pytest.raises(errors.NotPairedError):
            await api.pull(None, limit=1)
        keeper.tokens = Tokens("again", "refresh-9", LONG_AGO)
        with pytest.raises(errors.ResyncRequiredError):
            await api.pull(None, limit=1)


async def test_a_desk_without_tokens_is_not_paired(session_to) -> None:
    session = session_to("http://127.0.0.1:9", MemoryTokens())
    with pytest.raises(errors.NotPairedError):
        await session.access_token()


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (200, "text/html", errors.CaptivePortalError),
        (511, "text/html", errors.CaptivePortalError),
        (200, "application/json", errors.NotUnderstoodError),
        (200, "text/plain", errors.ServerUnreachableError),
        (404, "text/html", errors.ServerUnreachableError),
        (502, "text/html", errors.ServerUnreachableError),
    ],
)
async def test_an_answer_that_is_not_our_servers_is_called_what_it_is(
    session_to, status: int, kind: str, error: type[DeskError]
) -> None:
    async with answering(lambda *_: (status, {"content-type": kind}, b"<html>")) as url:
        api = HttpSyncApi(session_to(url, kept()))
        with pytest.raises(error):
            await api.pull(None, limit=1)
        with pytest.raises(error):
            await anext(api.snapshot(None))


@pytest.mark.parametrize("asked_first", [routes.PULL, routes.REFRESH])
async def test_only_our_server_can_sign_a_desk_out(session_to, asked_first: str) -> None:
    keeper = kept()

    def answer(method, path, headers, body):
        if path.startswith(asked_first) or asked_first == routes.PULL:
            return 401, {"content-type": "text/html"}, b"<html>Who are you?"
        return problem(401, "unauthorized")

    async with answering(answer) as url:
        api = HttpSyncApi(session_to(url, keeper))
        with pytest.raises(errors.ServerUnreachableError):
            await api.pull(None, limit=1)
        with pytest.raises(errors.ServerUnreachableError):
            await anext(api.snapshot(None))
    assert await keeper.load() is not None


async def test_a_token_is_renewed_also_where_a_proxy_shows_a_page_instead_of_the_refusal(
    session_to,
) -> None:
    def answer(method, path, headers, body):
        if path == routes.REFRESH:
            content = json.dumps(tokens("new", "refresh-2")).encode()
            return 200, {"content-type": "application/json"}, content
        if headers["authorization"] == "Bearer old":
            return 401, {"content-type": "text/html"}, b"<html>Unauthorized"
        return problem(410, "resync_required")

    async with answering(answer) as url:
        with pytest.raises(errors.ResyncRequiredError):
            await HttpSyncApi(session_to(url, kept())).pull(None, limit=1)


@pytest.mark.parametrize("status", [200, 401, 503])
async def test_an_answer_that_is_not_packed_as_it_says_did_not_come_from_our_server(
    session_to, status: int
) -> None:
    told = {"content-type": "application/problem+json", "content-encoding": "gzip"}
    async with answering(lambda *_: (status, dict(told), b"not packed")) as url:
        api = HttpSyncApi(session_to(url, kept()))
        with pytest.raises(errors.ServerUnreachableError):
            await api.pull(None, limit=1)
        with pytest.raises(errors.ServerUnreachableError):
            await anext(api.snapshot(None))


@pytest.mark.parametrize(
    "nonsense",
    [
        {"cursor": "c" * 100_000},
        {"last_n": 10**30},
        {"rows": [{"entity": "startups", "id": "s1", "ver": 10**30}]},
        {"rows": [{"entity": "startups", "id": "s1", "ver": 1, "field_versions": {"name": -1}}]},
    ],
)
async def test_a_page_that_nobody_can_keep_did_not_come_from_our_server(
    session_to, nonsense: dict[str, object]
) -> None:
    page = {"rows": [], "cursor": "c", "more": False, "last_n": 0, "epoch": "e"}
    page |= {"server_time": "2026-11-22T12:00:00Z"}
    answers = iter([page, page | nonsense])

    def answer(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"content-type": "application/json"}, json.dumps(next(answers)).encode()

    async with answering(answer) as url:
        api = HttpSyncApi(session_to(url, kept()))
        assert (await api.pull(None, limit=1)).cursor == "c"
        with pytest.raises(errors.ServerUnreachableError):
            await api.pull(None, limit=1)


async def test_a_portals_redirect_is_not_followed(session_to) -> None:
    asked: list[str] = []

    def answer(method, path, headers, body):
        asked.append(path)
        return 302, {"location": "/portal"}, b""

    async with answering(answer) as url:
        with pytest.raises(errors.CaptivePortalError):
            await HttpSyncApi(session_to(url, kept())).pull(None, limit=1)
    assert len(asked) == 1


async def test_a_copy_comes_in_parts_with_a_token_that_is_renewed_where_needed(session_to) -> None:
    asked: list[str] = []

    def answer(method, path, headers, body):
        asked.append(path)
        if path == routes.REFRESH:
            return 200, {"content-type": "application/json"}, json.dumps(tokens("b", "2")).encode()
        if headers["authorization"] != "Bearer b":
            return problem(401, "unauthorized")
        return 200, {"content-type": "application/x-ndjson"}, b"x" * 200_000

    async with answering(answer) as url:
        api = HttpSyncApi(session_to(url, kept()))
        parts = [part async for part in api.snapshot(CopyPlace("startups/s 1", "c"))]
    assert len(parts) > 1
    assert b"".join(parts) == b"x" * 200_000
    assert asked[-1] == f"{routes.SNAPSHOT}?after=startups%2Fs+1&cursor=c"


async def test_a_copy_for_a_revoked_device_is_refused(session_to) -> None:
    async with answering(lambda *_: problem(401, "device_revoked")) as url:
        with pytest.raises(errors.NotPairedError):
            await anext(HttpSyncApi(session_to(url, kept())).snapshot(None))


async def test_a_copy_that_breaks_off_is_an_unreachable_server(session_to) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ncontent-length: 9\r\n\r\n"
        writer.write(head.encode() + b"four")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        parts = HttpSyncApi(session_to(url, kept())).snapshot(None)
        assert await anext(parts) == b"four"
        with pytest.raises(errors.ServerUnreachableError):
            await anext(parts)


async def test_a_server_that_is_too_old_or_too_new_is_told_apart(session_to) -> None:
    for newest, error in ((0, errors.ServerTooOldError), (7, errors.ProtocolTooOldError)):
        told = problem(426, "protocol_unsupported", min=newest, max=newest)
        async with answering(lambda *_, told=told: told) as url:
            with pytest.raises(error):
                await HttpSyncApi(session_to(url, kept())).digest("startups")


async def test_nobody_listening_is_unreachable(session_to) -> None:
    with pytest.raises(errors.ServerUnreachableError):
        await HttpSyncApi(session_to("http://127.0.0.1:9", kept())).pull(None, limit=1)


async def test_a_note_that_is_not_base64_did_not_come_from_our_server(session_to) -> None:
    body = {"docs": {"d": {"updates": [{"seq": 1, "update": "%%"}], "seq": 1}}}
    content = json.dumps(body).encode()
    async with answering(lambda *_: (200, {"content-type": "application/json"}, content)) as url:
        with pytest.raises(errors.ServerUnreachableError):
            await HttpSyncApi(session_to(url, kept())).pull_notes({"d": 0}, epoch="e")


async def test_an_update_that_no_editor_could_apply_is_left_out(session_to) -> None:
    good = NoteDocument()
    good.insert(0, "hello")
    update = encode_update(good.updates_since())
    bad = encode_update(b"\xff no update")
    told = [{"seq": seq, "update": said} for seq, said in enumerate((update, bad, update), 1)]
    docs = {"d": {"updates": told, "seq": 3}, "e": {"updates": [], "snapshot": bad, "seq": 3}}
    content = json.dumps({"docs": docs}).encode()
    async with answering(lambda *_: (200, {"content-type": "application/json"}, content)) as url:
        api = HttpSyncApi(session_to(url, kept()))
        first, second = await api.pull_notes({"d": 0, "e": 0}, epoch="e")
    assert [one.seq for one in first.updates] == [1, 3]
    assert second.snapshot is None


async def test_wrong_and_used_codes_are_one_sentence_each(team: Team, desks: Desks) -> None:
    code = team.code()
    await desks.pair(team.url, code)
    for wrong, sentence in (("nonsense", "is wrong"), (code, "has been used")):
        api = HttpPairingApi(Session(team.url, MemoryTokens()))
        with pytest.raises(errors.PairingCodeInvalidError, match=sentence):
            await api.pair(wrong, device_name="x", install_nonce="y")


async def test_the_real_server_renews_and_takes_the_same_token_twice(
    team: Team, desks: Desks, tmp_path: Path
) -> None:
    desk = await desks.pair(team.url, team.code())
    first = await desk.session.access_token()
    second = await desk.session.renewed(first)
    assert second != first
    assert await desk.session.renewed(first) == second
    assert (await desk.api.pull(None, limit=1)).epoch


async def test_two_sessions_of_one_desk_do_not_use_up_each_others_tokens(session_to) -> None:
    keeper = kept()
    refreshed: list[str] = []

    def answer(method, path, headers, body):
        if path == "/v1/devices/refresh":
            refreshed.append(json.loads(body)["refresh_token"])
            content = json.dumps(tokens(f"access-{len(refreshed)}", f"refresh-{len(refreshed)}"))
            return 200, {"content-type": "application/json"}, content.encode()
        if headers["authorization"] == "Bearer old":
            return problem(401, "unauthorized")
        return problem(410, "resync_required")

    async with answering(answer) as url:
        one, two = session_to(url, keeper), session_to(url, keeper)
        assert await one.access_token() == await two.access_token() == "old"
        for session in (one, two):
            with pytest.raises(errors.ResyncRequiredError):
                await HttpSyncApi(session).pull(None, limit=1)
    assert refreshed == ["refresh-1"]


async def test_an_owner_invites_and_the_link_pairs(team: Team, desks: Desks) -> None:
    desk = await desks.pair(team.url, team.code())
    invitation = await HttpInvitations(desk.session).create("ann@example.org")
    assert invitation.link.startswith("interviewdesk://pair?")
    assert invitation.expires_at > LONG_AGO
    second = await desks.pair(team.url, invitation.code, name="second")
    assert second.me.member_id == desk.me.member_id
    assert second.me.device_id != desk.me.device_id
