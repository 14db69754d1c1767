"""Getting at the key of the database: from the keyring, or from a person's passphrase."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from interview_desk.app.outside import Outside
from interview_desk.services.at_once import at_once
from interview_desk.store import LocalStore

if TYPE_CHECKING:
    from interview_desk.services.exchange import TokenKeeper


class Unlocked(NamedTuple):
    """The key, and the keyring entry that holds the device's tokens; None without a keyring.

    `passphrase_file` is where a passphrase that may be changed wraps the key.
    """

    key: bytes
    profile: str | None
    passphrase_file: Path | None = None

    def tokens(self, store: LocalStore) -> "TokenKeeper":
        """Where the device's tokens are kept on this computer."""
        if self.profile is None:
            return store.tokens
        from interview_desk.system.keyring_tokens import KeyringTokens

        return KeyringTokens(self.profile)


def unlock(key_file: Path, outside: Outside) -> Unlocked | None:
    """The key of this desk; None where the person has to be asked for a passphrase."""
    if outside.key is not None:
        return Unlocked(outside.key(), None)
    from interview_desk.system.keyring_safe import KeyringBeforeLoop, NoKeyringError
    from interview_desk.system.secrets import DeskKeys, PassphraseNeededError

    keys = DeskKeys(key_file, safe=KeyringBeforeLoop())
    try:
        key = at_once(keys.key())
    except PassphraseNeededError:
        return None
    except NoKeyringError:
        if keys.header() is not None:
            raise  # the key lies in a keyring that is locked now; another passphrase is no help
        return None
    header = keys.header()
    return Unlocked(key, header.profile if header else None)


async def ask_for_passphrase(key_file: Path) -> Unlocked | None:
    """The key under the person's passphrase; None where they closed the question."""
    import asyncio

    from interview_desk.system.secrets import DeskKeys
    from interview_desk.ui.unlock import UnlockWindow

    keys = DeskKeys(key_file)
    window = UnlockWindow(_on_a_thread(keys.key_under), choosing=keys.header() is None)
    answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
    window.opened.connect(answer.set_result)
    window.given_up.connect(partial(answer.set_result, None))
    window.show()
    key = await answer
    await window.tasks.close()
    window.deleteLater()
    return Unlocked(key, None, key_file) if key is not None else None


async def change_passphrase(key_file: Path, passphrase: str, new: str) -> None:
    """Have `new` open the desk from now on."""
    from asyncio import to_thread

    from interview_desk.system.secrets import DeskKeys

    await to_thread(DeskKeys(key_file).change_passphrase, passphrase, new=new)


def _on_a_thread(work: Callable[[str], bytes]) -> Callable[[str], Awaitable[bytes]]:
    from asyncio import to_thread

    async def run(passphrase: str) -> bytes:
        return await to_thread(work, passphrase)

    return run
