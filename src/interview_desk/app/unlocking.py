"""Getting at the key of the database: from the keyring, or from a person's passphrase."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from interview_desk.app.outside import Outside
from interview_desk.store import LocalStore

if TYPE_CHECKING:
    from interview_desk.services.exchange import TokenKeeper
    from interview_desk.system.secrets import DeskKeys


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The key, and the keyring entry that holds the device's tokens; None without a keyring."""

    key: bytes
    profile: str | None

    def tokens(self, store: LocalStore) -> "TokenKeeper":
        """Where the device's tokens are kept on this computer."""
        if self.profile is None:
            return store.tokens
        from interview_desk.system.secrets import KeyringTokens

        return KeyringTokens(self.profile)


async def unlock(key_file: Path, outside: Outside) -> Unlocked | None:
    """The key of this desk; None where the person closed the question for the passphrase."""
    if outside.key is not None:
        return Unlocked(await outside.key(), None)
    from interview_desk.system.keyring_safe import NoKeyringError
    from interview_desk.system.secrets import DeskKeys, PassphraseNeededError

    keys = DeskKeys(key_file)
    try:
        key = await keys.key()
    except PassphraseNeededError:
        return await _asked(keys, choosing=False)
    except NoKeyringError:
        if keys.header() is not None:
            raise  # the key lies in a keyring that is locked now; another passphrase is no help
        return await _asked(keys, choosing=True)
    header = keys.header()
    return Unlocked(key, header.profile if header else None)


async def _asked(keys: "DeskKeys", *, choosing: bool) -> Unlocked | None:
    from interview_desk.ui.unlock import UnlockWindow

    window = UnlockWindow(_on_a_thread(keys.key_under), choosing=choosing)
    answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
    window.opened.connect(answer.set_result)
    window.given_up.connect(partial(answer.set_result, None))
    window.show()
    key = await answer
    await window.tasks.close()
    window.deleteLater()
    return Unlocked(key, None) if key is not None else None


def _on_a_thread(work: Callable[[str], bytes]) -> Callable[[str], Awaitable[bytes]]:
    async def run(passphrase: str) -> bytes:
        return await asyncio.to_thread(work, passphrase)

    return run
