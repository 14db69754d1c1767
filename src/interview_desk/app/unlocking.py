"""Getting at the key of the database: from the keyring, or from a person's passphrase."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.app.outside import Outside
from interview_desk.domain.errors import DeskError
from interview_desk.services.at_once import at_once
from interview_desk.store import LocalStore
from interview_desk.system.paths import Paths

if TYPE_CHECKING:
    from interview_desk.services.exchange import TokenKeeper
    from interview_desk.system.secrets import Keys


class Unlocked(NamedTuple):
    """The key, and the keyring entry that holds the device's tokens; None without a keyring.

    `key_file` says how the key is found, None where somebody else gave it; `by_passphrase` is
    whether a passphrase wraps it, which may be changed.
    """

    key: bytes
    profile: str | None
    key_file: Path | None = None
    by_passphrase: bool = False

    def tokens(self, store: LocalStore) -> "TokenKeeper":
        """Where the device's tokens are kept on this computer."""
        if self.profile is None:
            return store.tokens
        from interview_desk.system.keyring_tokens import KeyringTokens

        return KeyringTokens(self.profile)


def unlock(paths: Paths, outside: Outside) -> Unlocked | None:
    """The key of this desk; None where the person has to be asked for a passphrase."""
    if outside.key is not None:
        return Unlocked(outside.key(), None)
    from interview_desk.system.keyring_safe import KeyringBeforeLoop, NoKeyringError
    from interview_desk.system.secrets import DeskKeys, PassphraseNeededError

    desk_keys = DeskKeys(paths.key_file, safe=KeyringBeforeLoop())
    try:
        keys = at_once(desk_keys.keys())
    except PassphraseNeededError:
        return None
    except NoKeyringError:
        if desk_keys.header() is not None:
            raise  # the key lies in a keyring that is locked now; another passphrase is no help
        return None
    key, is_changed = changed_key(paths.database, keys)
    if is_changed:
        at_once(desk_keys.finish_change())
    header = desk_keys.header()
    return Unlocked(key, header.profile if header else None, paths.key_file)


async def ask_for_passphrase(paths: Paths) -> Unlocked | None:
    """The key under the person's passphrase; None where they closed the question."""
    import asyncio

    from interview_desk.app.icon import app_icon
    from interview_desk.system.secrets import DeskKeys
    from interview_desk.ui.unlock import UnlockWindow

    desk_keys = DeskKeys(paths.key_file)
    opened_with = _on_a_thread(desk_keys.keys_under)
    window = UnlockWindow(opened_with, choosing=desk_keys.header() is None)
    answer: asyncio.Future[Keys | None] = asyncio.get_running_loop().create_future()
    window.setWindowIcon(app_icon())
    window.opened.connect(answer.set_result)
    window.given_up.connect(partial(answer.set_result, None))
    window.show()
    keys = await answer
    await window.tasks.close()
    window.deleteLater()
    if keys is None:
        return None
    key, is_changed = await asyncio.to_thread(changed_key, paths.database, keys)
    if is_changed:
        await desk_keys.finish_change()
    return Unlocked(key, None, paths.key_file, by_passphrase=True)


def changed_key(database: Path, keys: "Keys") -> tuple[bytes, bool]:
    """The key that opens the database now, and whether a change that was asked for is complete.

    Where a full disk stops the change, the desk opens as it is and the next start goes on.
    """
    if keys.following is None:
        return keys.current, False
    from interview_desk.store.rekeying import change_key, opens

    try:
        change_key(database, keys.current, keys.following)
    except (DeskError, OSError):
        return (keys.following if opens(database, keys.following) else keys.current), False
    return keys.following, True


async def change_key_at_next_start(key_file: Path, passphrase: str | None) -> None:
    """Have another key take the place of the desk's; `passphrase` where one opens it."""
    from interview_desk.system.secrets import DeskKeys

    await DeskKeys(key_file).begin_change(passphrase)


async def change_passphrase(key_file: Path, passphrase: str, new: str) -> None:
    """Have `new` open the desk from now on."""
    from asyncio import to_thread

    from interview_desk.system.secrets import DeskKeys

    await to_thread(DeskKeys(key_file).change_passphrase, passphrase, new=new)


def _on_a_thread(work: Callable[[str], "Keys"]) -> Callable[[str], Awaitable["Keys"]]:
    from asyncio import to_thread

    async def run(passphrase: str) -> "Keys":
        return await to_thread(work, passphrase)

    return run
