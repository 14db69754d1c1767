"""The live connection: against the real server, and against one that misbehaves."""

import asyncio
import json
import uuid
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime

import pytest
from websockets.asyncio.server import ServerConnection, serve

from interview_desk.domain.ids import note_document_id
from interview_desk.domain.roles import Role
from interview_desk.notes.document import NoteDocument
from interview_desk.remote import LiveSocket, Session
from interview_desk.services.exchange import (
    LiveMessage,
    LiveNote,
    LivePresence,
    Mutation,
    NoteBatch,
    NumberedUpdate,
    Poke,
    Present,
    SequencedUpdate,
    Tokens,
)
from interview_desk.services.ports import NoteAddress
from interview_desk.services.server_errors import (
    EpochChangedError,
    NotPairedError,
    ProtocolTooOldError,
    ServerUnreachableError,
)
from tests.helpers.fakes import MemoryTokens
from tests.helpers.remote import Desks, Team

Handler = Callable[[ServerConnection], Awaitable[None]]


def typed(text: str) -> bytes:
    document = NoteDocument()
    document.insert(0, text)
    return document.updates_since()


TWO = typed("two")


@asynccontextmanager
async def speaking(handler: Handler) -> AsyncIterator[LiveSocket]:
    """A feed from a server that speaks as told."""
    async with serve(handler, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        tokens = MemoryTokens(Tokens("token", "refresh", datetime(2026, 1, 1, tzinfo=UTC)))
        session = Session(f"http://127.0.0.1:{port}", tokens)
        yield LiveSocket(session)
        await session.close()


async def everything(feed: LiveSocket, *docs: str) -> list[object]:
    return [message async for message in feed.messages(cursor="c", epoch="e", docs=list(docs))]


async def test_it_introduces_itself_and_understands_what_it_knows() -> None:
    heard: list[object] = []

    async def handler(socket: ServerConnection) -> None:
        heard.append(json.loads(await socket.recv()))
        for message in (
            {"type": "poke", "seq": 7},
            {"type": "tomorrow", "x": 1},
            {"type": "note", "doc": "d", "seq": 2, "update": b64encode(TWO).decode()},
            {"type": "note", "doc": "d", "seq": 3, "update": "%%"},
            {
                "type": "presence",
                "interview": "i",
                "stage": "welcome",
                "members": [
                    {"member_id": "m", "device_id": "d", "name": "Ben", "cursor": {"at": 1}}
                ],
            },
            {"type": "ping"},
        ):
            await socket.send(json.dumps(message))
        await socket.send("{not json")
        heard.append(json.loads(await socket.recv()))

    async with speaking(handler) as feed:
        said = await everything(feed, "d")
    assert said == [
        Poke(7),
        LiveNote("d", SequencedUpdate(2, TWO)),
        LivePresence("i", "welcome", (Present("d", "m", "Ben", {"at": 1}),)),
    ]
    assert heard == [
        {"token": "token", "cursor": "c", "docs": ["d"], "epoch": "e"},
        {"type": "pong"},
    ]


async def test_what_nobody_can_take_apart_or_keep_is_passed_over() -> None:
    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send("[" * 100_000)
        await socket.send('{"type":"note","doc":"\\ud800","seq":1,"update":"AAA="}')
        await socket.send(json.dumps({"type": "note", "doc": "d", "seq": 10**30, "update": "AAA="}))
        await socket.send(json.dumps({"type": "note", "doc": "d", "seq": 1, "update": "/8A="}))
        await socket.send(json.dumps({"type": "poke", "seq": 7}))

    async with speaking(handler) as feed:
        assert await everything(feed) == [Poke(7)]


async def test_it_watches_other_documents_while_connected() -> None:
    heard: list[object] = []

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps({"type": "poke", "seq": 1}))
        heard.append(json.loads(await socket.recv()))

    async with (
        speaking(handler) as feed,
        aclosing(feed.messages(cursor=None, epoch=None, docs=[])) as messages,
    ):
        assert await anext(messages) == Poke(1)
        feed.watch(["a", "b"])
        assert [message async for message in messages] == []
    assert heard == [{"type": "watch", "docs": ["a", "b"]}]


async def test_it_says_where_this_person_is_again_on_every_connection() -> None:
    heard: list[object] = []

    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        heard.append(json.loads(await socket.recv()))
        await socket.send(json.dumps({"type": "poke", "seq": 1}))
        heard.append(json.loads(await socket.recv()))

    def place(stage: str | None, cursor: object, *, here: bool = True) -> dict[str, object]:
        said = {"type": "presence", "interview": "i", "stage": stage, "cursor": cursor}
        return {**said, "here": here}

    async with speaking(handler) as feed:
        feed.enter("i", "welcome", None)
        feed.enter("i", "context", {"at": 1})
        feed.leave("unknown")
        for move in (lambda: feed.enter("i", "context", {"at": 2}), lambda: feed.leave("i")):
            async with aclosing(feed.messages(cursor=None, epoch=None, docs=[])) as messages:
                assert await anext(messages) == Poke(1)
                move()
                assert [message async for message in messages] == []
    assert heard == [
        place("context", {"at": 1}),
        place("context", {"at": 2}),
        place("context", {"at": 2}),
        place(None, None, here=False),
    ]


async def test_two_desks_see_each_other_until_one_is_cut_off(team: Team, desks: Desks) -> None:
    one = await desks.pair(team.url, team.code(), name="one")
    two = await desks.pair(team.url, team.code("ben@example.org", Role.INTERVIEWER), name="two")
    interview = str(uuid.uuid4())
    position = await one.store.position()
    created = Mutation(1, "put", "interviews", interview, {"title": "T"}, {})
    await one.api.push([created], device_id=position.device_id or "", epoch=position.epoch)
    one.live.enter(interview, "welcome", {"at": {"tname": "text", "assoc": -1}})
    async with aclosing(one.live.messages(cursor=None, epoch=None, docs=[])) as mine:
        assert isinstance(await anext(mine), Poke)
        assert [one.name for one in await members(mine, 1)] == ["Ann"]
        two.live.enter(interview, "welcome", None)
        async with aclosing(two.live.messages(cursor=None, epoch=None, docs=[])) as theirs:
            seen = await members(theirs, 2)
            assert {one.name: one.cursor for one in seen}["Ann"] is not None
            await members(mine, 2)
        assert [one.name for one in await members(mine, 1)] == ["Ann"]


async def members(messages: AsyncGenerator[LiveMessage, None], count: int) -> list[Present]:
    """Who is in the stage, once there are so many."""
    async for message in messages:
        if isinstance(message, LivePresence) and len(message.members) == count:
            return list(message.members)
    raise AssertionError("the connection ended")


@pytest.mark.parametrize(
    ("code", "error"),
    [(4403, NotPairedError), (4410, EpochChangedError), (4426, ProtocolTooOldError)],
)
async def test_a_closing_that_means_something_is_said(code: int, error: type[Exception]) -> None:
    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(code)

    async with speaking(handler) as feed:
        with pytest.raises(error):
            await everything(feed)


@pytest.mark.parametrize("code", [1013, 1001, 1000])
async def test_a_slow_reader_that_is_cut_off_just_comes_again(code: int) -> None:
    async def handler(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(code)

    async with speaking(handler) as feed:
        assert await everything(feed) == []


async def test_a_server_that_does_not_speak_websocket_is_unreachable() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    tokens = MemoryTokens(Tokens("token", "refresh", datetime(2026, 1, 1, tzinfo=UTC)))
    session = Session(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", tokens)
    with pytest.raises(ServerUnreachableError):
        await everything(LiveSocket(session))
    server.close()


@pytest.mark.parametrize("others", [0, 3000], ids=["alone", "opened last of thousands"])
async def test_the_real_server_pokes_and_sends_what_others_type(
    team: Team, desks: Desks, others: int
) -> None:
    one = await desks.pair(team.url, team.code(), name="one")
    two = await desks.pair(team.url, team.code(), name="two")
    note = NoteAddress(str(uuid.uuid4()), "welcome")
    doc = note_document_id(*note)
    updates: list[bytes] = []
    NoteDocument(updates.append).insert(0, "hello")
    position = await one.store.position()
    opened = [*(str(uuid.uuid4()) for _ in range(others)), doc]
    async with aclosing(
        two.live.messages(cursor=None, epoch=position.epoch, docs=opened)
    ) as messages:
        assert isinstance(await anext(messages), Poke)
        created = Mutation(1, "put", "interviews", note.interview_id, {"title": "T"}, {})
        device = position.device_id or ""
        await one.api.push([created], device_id=device, epoch=position.epoch)
        batch = NoteBatch(doc, note, (NumberedUpdate(1, updates[0]),))
        await one.api.push_notes(batch, device_id=device, epoch=position.epoch)
        async for message in messages:
            if isinstance(message, LiveNote):
                said = message.update
                assert (message.doc, said.seq, said.update) == (doc, 1, updates[0])
                assert said.by is not None
                assert said.at is not None
                break


async def test_the_real_server_closes_the_socket_of_another_epoch_and_of_a_signed_out_device(
    team: Team, desks: Desks
) -> None:
    desk = await desks.pair(team.url, team.code())
    with pytest.raises(EpochChangedError):
        async for _ in desk.live.messages(cursor=None, epoch="another", docs=[]):
            pass
    messages = desk.live.messages(cursor=None, epoch=None, docs=[])
    assert isinstance(await anext(messages), Poke)
    await asyncio.to_thread(team.revoke, desk.me.device_id or "")
    with pytest.raises(NotPairedError):
        async for _ in messages:
            pass


async def test_a_stale_token_is_renewed_for_the_next_connection(team: Team, desks: Desks) -> None:
    desk = await desks.pair(team.url, team.code())
    stale = await desk.session.access_token()
    tokens = await desk.store.tokens.load()
    assert tokens is not None
    await desk.session.adopt(Tokens("unknown", tokens.refresh, tokens.expires_at))
    assert [m async for m in desk.live.messages(cursor=None, epoch=None, docs=[])] == []
    assert await desk.session.access_token() not in {"unknown", stale}
    async with aclosing(desk.live.messages(cursor=None, epoch=None, docs=[])) as messages:
        assert isinstance(await anext(messages), Poke)
