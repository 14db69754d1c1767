"""The database's key: in a keyring, or under a passphrase, and never made anew silently."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from typing_extensions import override

from interview_desk.services.exchange import Tokens
from interview_desk.system.keyring_safe import KeyringSafe, NoKeyringError, is_safe
from interview_desk.system.keyring_tokens import KeyringTokens
from interview_desk.system.passphrase import Hardness, WrongPassphraseError, unwrap, wrap
from interview_desk.system.paths import Paths, desk_paths
from interview_desk.system.secrets import (
    DeskKeys,
    KeyMissingError,
    PassphraseNeededError,
)
from tests.helpers.desk import counted_bytes
from tests.helpers.fakes import NOON

QUICK = Hardness(passes=1, kibibytes=64, lanes=1)


class MemorySafe:
    """Implements `Safe`; `missing` stands for a computer without a keyring."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.missing = False

    async def get(self, name: str) -> str | None:
        self._check()
        return self.kept.get(name)

    async def put(self, name: str, secret: str) -> None:
        self._check()
        self.kept[name] = secret

    async def remove(self, name: str) -> None:
        self._check()
        self.kept.pop(name, None)

    def _check(self) -> None:
        if self.missing:
            raise NoKeyringError


@pytest.fixture
def safe() -> MemorySafe:
    return MemorySafe()


@pytest.fixture
def keys(tmp_path: Path, safe: MemorySafe) -> DeskKeys:
    return keys_in(tmp_path, safe)


def keys_in(directory: Path, safe: MemorySafe) -> DeskKeys:
    return DeskKeys(
        directory / "desk" / "key.json", safe=safe, randomness=counted_bytes(), hardness=QUICK
    )


async def test_the_key_is_made_once_and_found_again(
    tmp_path: Path, keys: DeskKeys, safe: MemorySafe
) -> None:
    assert keys.header() is None
    key = (await keys.keys()).current
    assert len(key) == 32
    assert (await keys_in(tmp_path, safe).keys()).current == key
    header = keys.header()
    assert header is not None
    assert not header.needs_passphrase
    assert key.hex() not in (tmp_path / "desk" / "key.json").read_text()


async def test_two_desks_in_one_keyring_have_keys_of_their_own(
    tmp_path: Path, safe: MemorySafe
) -> None:
    draw = counted_bytes()
    one, two = (DeskKeys(tmp_path / name / "key.json", safe=safe, randomness=draw) for name in "ab")
    assert await one.keys() != await two.keys()
    assert len(safe.kept) == 2


async def test_a_keyring_without_the_key_is_said_and_no_new_key_made(
    keys: DeskKeys, safe: MemorySafe
) -> None:
    await keys.keys()
    safe.kept.clear()
    with pytest.raises(KeyMissingError):
        await keys.keys()
    assert safe.kept == {}


async def test_without_a_keyring_nothing_is_written_until_a_passphrase_is_chosen(
    tmp_path: Path, keys: DeskKeys, safe: MemorySafe
) -> None:
    safe.missing = True
    with pytest.raises(NoKeyringError):
        await keys.keys()
    assert keys.header() is None
    key = keys.keys_under("correct horse").current
    again = keys_in(tmp_path, safe)
    header = again.header()
    assert header is not None
    assert header.needs_passphrase
    with pytest.raises(PassphraseNeededError):
        await again.keys()
    with pytest.raises(WrongPassphraseError):
        again.keys_under("wrong horse")
    assert again.keys_under("correct horse").current == key
    kept = (tmp_path / "desk" / "key.json").read_text()
    assert key.hex() not in kept
    assert "horse" not in kept


async def test_a_changed_passphrase_opens_the_same_key(
    tmp_path: Path, keys: DeskKeys, safe: MemorySafe
) -> None:
    key = keys.keys_under("correct horse").current
    before = (tmp_path / "desk" / "key.json").read_text()
    with pytest.raises(WrongPassphraseError):
        keys.change_passphrase("wrong horse", new="battery staple")
    assert (tmp_path / "desk" / "key.json").read_text() == before
    keys.change_passphrase("correct horse", new="battery staple")
    again = keys_in(tmp_path, safe)
    assert again.keys_under("battery staple").current == key
    with pytest.raises(WrongPassphraseError):
        again.keys_under("correct horse")
    kept = (tmp_path / "desk" / "key.json").read_text()
    assert json.loads(kept)["profile"] == json.loads(before)["profile"]
    assert json.loads(kept)["wrapped"]["salt"] != json.loads(before)["wrapped"]["salt"]
    assert "staple" not in kept


async def test_a_desk_without_a_passphrase_has_none_to_change(keys: DeskKeys) -> None:
    with pytest.raises(KeyMissingError):
        keys.change_passphrase("a", new="b")
    await keys.keys()
    with pytest.raises(KeyMissingError):
        keys.change_passphrase("a", new="b")


async def test_a_passphrase_does_not_stand_in_for_a_keyrings_key(keys: DeskKeys) -> None:
    await keys.keys()
    with pytest.raises(KeyMissingError):
        keys.keys_under("anything")


async def test_another_key_waits_beside_the_one_of_now_until_it_is_the_only_one(
    tmp_path: Path, keys: DeskKeys, safe: MemorySafe
) -> None:
    first = (await keys.keys()).current
    await keys.begin_change()
    header = (tmp_path / "desk" / "key.json").read_text()
    await keys.begin_change()
    assert (tmp_path / "desk" / "key.json").read_text() == header
    current, following = await keys_in(tmp_path, safe).keys()
    assert current == first
    assert following not in {None, first}
    await keys.finish_change()
    await keys.finish_change()
    assert await keys.keys() == (following, None)
    assert [bytes.fromhex(kept) for kept in safe.kept.values()] == [following]
    profile = json.loads(header)["profile"]
    assert json.loads((tmp_path / "desk" / "key.json").read_text())["profile"] == profile


async def test_another_key_under_the_same_passphrase(
    tmp_path: Path, keys: DeskKeys, safe: MemorySafe
) -> None:
    first = keys.keys_under("correct horse").current
    before = (tmp_path / "desk" / "key.json").read_text()
    with pytest.raises(WrongPassphraseError):
        await keys.begin_change("wrong horse")
    assert (tmp_path / "desk" / "key.json").read_text() == before
    await keys.begin_change("correct horse")
    # Another passphrase meanwhile opens both.
    keys.change_passphrase("correct horse", new="battery staple")
    again = keys_in(tmp_path, safe)
    current, following = again.keys_under("battery staple")
    assert current == first
    assert following not in {None, first}
    await again.finish_change()
    assert again.keys_under("battery staple") == (following, None)
    assert safe.kept == {}


def slowed(folder: Path, meanwhile: Callable[[], None]) -> DeskKeys:
    """The keys in `folder` as one sees them in whose first change something else comes between."""
    comes = iter([meanwhile])

    def randomness(count: int) -> bytes:
        for come in comes:
            come()
        return bytes(count)

    return DeskKeys(folder / "desk" / "key.json", randomness=randomness, hardness=QUICK)


async def test_a_passphrase_changed_while_another_key_is_asked_for_is_the_one_that_opens(
    tmp_path: Path, safe: MemorySafe
) -> None:
    keys = keys_in(tmp_path, safe)
    key = keys.keys_under("old horse").current
    slow = slowed(tmp_path, lambda: keys.change_passphrase("old horse", new="new horse"))
    with pytest.raises(WrongPassphraseError):
        await slow.begin_change("old horse")
    assert keys.keys_under("new horse") == (key, None)


async def test_another_key_asked_for_while_the_passphrase_changes_is_not_forgotten(
    tmp_path: Path, safe: MemorySafe
) -> None:
    keys = keys_in(tmp_path, safe)
    key = keys.keys_under("old horse").current
    slow = slowed(tmp_path, lambda: asyncio.run(keys.begin_change("old horse")))
    await asyncio.to_thread(slow.change_passphrase, "old horse", new="new horse")
    now = keys.keys_under("new horse")
    assert now.current == key
    assert now.following is not None


async def test_a_desk_that_was_never_opened_has_no_key_to_change(keys: DeskKeys) -> None:
    with pytest.raises(KeyMissingError):
        await keys.begin_change()
    await keys.finish_change()
    assert keys.header() is None


def test_a_changed_wrapping_is_not_taken_for_the_key() -> None:
    wrapped = wrap(bytes(range(32)), "p", salt=bytes(16), hardness=QUICK)
    assert unwrap(wrapped, "p") == bytes(range(32))
    kept = wrapped.to_json()
    kept["covered"] = wrap(bytes(32), "q", salt=bytes(16), hardness=QUICK).covered
    with pytest.raises(WrongPassphraseError):
        unwrap(type(wrapped).from_json(json.loads(json.dumps(kept))), "p")


def test_one_key_under_two_salts_looks_different() -> None:
    key = bytes(range(32))
    one, two = (wrap(key, "p", salt=bytes([n]) * 16, hardness=QUICK) for n in (1, 2))
    assert one.covered != two.covered
    assert one.proof != two.proof


async def test_tokens_are_kept_replaced_and_forgotten(safe: MemorySafe) -> None:
    keeper = KeyringTokens("profile", safe)
    assert await keeper.load() is None
    for number in (1, 2):
        tokens = Tokens(f"access {number}", f"refresh {number}", NOON)
        await keeper.keep(tokens)
        assert await keeper.load() == tokens
    assert await KeyringTokens("another", safe).load() is None
    await keeper.forget()
    assert await keeper.load() is None


class PlainFile(KeyringBackend):
    """A backend that keeps secrets in the clear."""

    priority = 0.5

    @override
    def get_password(self, service, username):
        return None

    @override
    def set_password(self, service, username, password) -> None: ...


class FromTheMakeshifts(PlainFile):
    priority = 5


FromTheMakeshifts.__module__ = "keyrings.alt.file"


class Sound(PlainFile):
    priority = 5


def test_backends_that_do_not_encrypt_are_refused() -> None:
    assert not is_safe(NoKeyring())
    assert not is_safe(PlainFile())
    assert not is_safe(FromTheMakeshifts())
    assert is_safe(Sound())


async def test_without_any_keyring_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", NoKeyring())
    with pytest.raises(NoKeyringError):
        await KeyringSafe().get("anything")


class Breaking(Sound):
    """A keyring whose prompt is dismissed."""

    @override
    def get_password(self, service, username):
        from keyring.errors import InitError

        raise InitError("Prompt dismissed")


async def test_a_dismissed_prompt_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", Breaking())
    with pytest.raises(NoKeyringError):
        await KeyringSafe().get("anything")


class Waiting(Sound):
    """A keyring whose prompt nobody answers until the test does."""

    def __init__(self, answered) -> None:
        super().__init__()
        self._answered = answered

    @override
    def get_password(self, service, username):
        self._answered.wait()


async def test_a_prompt_nobody_answers_does_not_block_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import threading

    answered = threading.Event()
    monkeypatch.setattr("keyring.core._keyring_backend", Waiting(answered))
    with pytest.raises(NoKeyringError):
        await KeyringSafe(patience=0.01).get("anything")
    answered.set()
    await asyncio.get_running_loop().shutdown_default_executor()


def test_the_directory_can_be_chosen(tmp_path: Path) -> None:
    paths = desk_paths({"INTERVIEW_DESK_DATA": str(tmp_path / "here")})
    assert paths == Paths(tmp_path / "here")
    paths.prepare()
    assert paths.data.stat().st_mode & 0o777 == 0o700
    files = (paths.database, paths.key_file, paths.log, paths.crashes, paths.lock)
    assert all(file.is_relative_to(paths.data) for file in files)
    assert len(set(files)) == 5


def test_without_a_choice_the_systems_place_for_data_is_used() -> None:
    paths = desk_paths({"INTERVIEW_DESK_DATA": "  "})
    assert paths.data.is_absolute()
    assert "interview-desk" in str(paths.data)
