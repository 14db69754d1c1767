"""The first run: links, codes, and starting alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interview_desk.domain.records import Edit
from interview_desk.domain.roles import Role
from interview_desk.services.exchange import Tokens, tokens_from, tokens_to
from interview_desk.services.identity import Paired, PairingApi
from interview_desk.services.pairing import (
    NobodyAnswersError,
    Pairing,
    PairingLink,
    read_link,
    safe_server,
)
from interview_desk.services.server_errors import (
    PairingCodeInvalidError,
    PairingLinkInvalidError,
    ServerUnreachableError,
    TooManyTriesError,
    UnsafeAddressError,
)
from interview_desk.store import LocalStore
from tests.helpers.desk import StoppedClock, counted_bytes
from tests.helpers.fakes import NOON, MemoryTokens

TOKENS = Tokens("access", "refresh", NOON)


class Gate:
    """A server that lets one code in."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.shown: list[tuple[str, str, str]] = []

    def __call__(self, server: str, pin: str | None) -> PairingApi:
        self.asked.append((server, pin))
        return self

    async def pair(self, code: str, *, device_name: str, install_nonce: str) -> Paired:
        self.shown.append((code, device_name, install_nonce))
        if code == "offline":
            raise ServerUnreachableError
        if code != "right":
            raise PairingCodeInvalidError
        return Paired("d1", TOKENS, "team", "Ann", "ann@desk.test", "interviewer", "Team", "e1")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(tmp_path / "desk.db", bytes(32))
    yield store
    await store.close()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
def pairing(store: LocalStore, gate: Gate, tokens: MemoryTokens) -> Pairing:
    return Pairing(
        store,
        tokens,
        gate,
        StoppedClock(NOON),
        device_name="laptop",
        randomness=counted_bytes(),
    )


async def test_a_link_makes_this_desk_the_members(
    pairing: Pairing, store: LocalStore, gate: Gate, tokens: MemoryTokens
) -> None:
    me = await pairing.pair_by_link(
        "interviewdesk://pair?server=https%3A%2F%2Fdesk.example&code=right&pin=abc"
    )
    assert (me.member_id, me.role, me.workspace) == ("team", Role.INTERVIEWER, "Team")
    assert (me.server, me.device_id) == ("https://desk.example", "d1")
    assert await store.me() == me
    assert await store.server_pin() == "abc"
    assert (await store.position()).epoch == "e1"
    assert tokens.tokens == TOKENS
    assert gate.asked == [("https://desk.example", "abc")]
    ((code, name, nonce),) = gate.shown
    assert (code, name, len(nonce)) == ("right", "laptop", 32)


async def test_a_wrong_code_changes_nothing(
    pairing: Pairing, store: LocalStore, tokens: MemoryTokens
) -> None:
    with pytest.raises(PairingCodeInvalidError):
        await pairing.pair_by_code("desk.example", " wrong ")
    assert await store.me() is None
    assert tokens.tokens is None


async def test_where_nobody_answers_the_address_is_said(
    pairing: Pairing, store: LocalStore, gate: Gate
) -> None:
    with pytest.raises(NobodyAnswersError, match=r"answers at https://desk\.example\. Check"):
        await pairing.pair_by_code("desk.example", "offline")
    assert await store.me() is None


async def test_a_code_is_enough_with_the_servers_address(pairing: Pairing, gate: Gate) -> None:
    await pairing.pair_by_code("desk.example/", " right\n")
    assert gate.asked == [("https://desk.example", None)]


async def test_work_done_alone_joins_the_team_in_the_members_name(
    pairing: Pairing, store: LocalStore
) -> None:
    alone = await pairing.start_alone("Ann")
    assert (alone.server, alone.device_id, alone.role) == (None, None, Role.OWNER)
    assert await pairing.start_alone("Somebody else") == alone
    (member,) = await store.all_of("poblysh_team_members")
    assert (member.id, member.fields["name"]) == (alone.member_id, "Ann")
    await store.write([Edit("interview_assignments", "a1", {"member_id": alone.member_id})])
    await pairing.pair_by_code("desk.example", "right")
    batch = await store.next_batch(limit=5, size=10_000)
    assert [(m.n, m.entity, m.fields) for m in batch] == [
        (1, "interview_assignments", {"member_id": "team"})
    ]


def test_a_link_without_a_pin_has_none() -> None:
    link = read_link(" interviewdesk://pair?server=http://127.0.0.1:8787&code=A-B ")
    assert link == PairingLink("http://127.0.0.1:8787", "A-B", None)


@pytest.mark.parametrize(
    "text",
    [
        "https://pair?server=https://desk.example&code=1",
        "interviewdesk://join?server=https://desk.example&code=1",
        "interviewdesk://pair?server=https://desk.example",
        "interviewdesk://pair?code=1",
        "interviewdesk://[pair?code=1",
        "hello",
    ],
)
def test_what_is_not_a_pairing_link_is_refused(text: str) -> None:
    with pytest.raises(PairingLinkInvalidError):
        read_link(text)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("desk.example", "https://desk.example"),
        ("https://desk.example:8443/base/", "https://desk.example:8443/base"),
        ("http://localhost:8787", "http://localhost:8787"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("localhost:8787/", "http://localhost:8787"),
        ("[::1]:8787", "http://[::1]:8787"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_safe_addresses_are_taken_in_their_plain_form(typed: str, address: str) -> None:
    assert safe_server(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "http://desk.example",
        "http://192.168.1.5:8787",
        "http://localhost.example",
        "ftp://desk.example",
        "https://",
        "https://user:secret@desk.example",
        "https://desk.example?x=1",
        "https://desk.example#x",
        "https://desk.example:port",
        "[desk.example",
        "",
    ],
)
def test_unsafe_addresses_are_refused(typed: str) -> None:
    with pytest.raises(UnsafeAddressError):
        safe_server(typed)


def test_tokens_survive_a_place_for_texts_and_never_show() -> None:
    assert tokens_from(tokens_to(TOKENS)) == TOKENS
    assert "access'" not in repr(TOKENS)
    assert "refresh'" not in repr(TOKENS)


def test_too_many_tries_say_how_long() -> None:
    assert "10 minutes" in str(TooManyTriesError(600))
