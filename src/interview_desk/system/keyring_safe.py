"""The operating system's keyring, asked on a thread of its own and with limited patience.

A keyring may wait for its user for ever. Neither the loop nor the end of the program waits with it.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, Final, TypeVar

from typing_extensions import override

from interview_desk.domain.errors import DeskError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE: Final = "Interview Desk"
# A locked keyring asks its user, who may need a moment; without a prompter it never answers.
_PATIENCE: Final = 60.0


class NoKeyringError(DeskError):
    """There is no keyring that keeps secrets safely; a passphrase takes its place."""

    code = "no_keyring"

    def __init__(self) -> None:
        super().__init__(
            "There is no unlocked keyring on this computer. Choose a passphrase to protect your "
            "desk's data instead."
        )


class KeyringSafe:
    """Secrets in the operating system's keyring, each under its name."""

    def __init__(self, *, patience: float = _PATIENCE) -> None:
        self._patience = patience

    async def get(self, name: str) -> str | None:
        """The secret, or None where there is none; NoKeyringError where there is no keyring."""
        return await self._asked(lambda keyring: keyring.get_password(SERVICE, name))

    async def put(self, name: str, secret: str) -> None:
        """Keep the secret; it is safe when this returns."""
        await self._asked(lambda keyring: keyring.set_password(SERVICE, name, secret))

    async def remove(self, name: str) -> None:
        """Forget the secret, if there is one."""

        def work(keyring: "KeyringBackend") -> None:
            if keyring.get_password(SERVICE, name) is not None:
                keyring.delete_password(SERVICE, name)

        await self._asked(work)

    async def _asked(self, work: Callable[["KeyringBackend"], T]) -> T:
        asked: Future[T] = Future()
        # Whoever asks may leave, but the question cannot be taken back.
        asked.set_running_or_notify_cancel()
        # Not a thread of a pool, which the interpreter would wait for at its end.
        Thread(target=_answer, args=(asked, work), name="keyring", daemon=True).start()
        try:
            return await self._within_patience(asked)
        except TimeoutError as error:
            raise NoKeyringError from error

    async def _within_patience(self, asked: Future[T]) -> T:
        # Here, because the desk's key is asked for before there is a loop.
        import asyncio

        async with asyncio.timeout(self._patience):
            return await asyncio.wrap_future(asked)


class KeyringBeforeLoop(KeyringSafe):
    """The same keyring for whoever has no loop yet: they wait where they stand."""

    @override
    async def _within_patience(self, asked: Future[T]) -> T:
        return asked.result(self._patience)


def _answer(asked: Future[T], work: Callable[["KeyringBackend"], T]) -> None:
    try:
        asked.set_result(_ask(work))
    except BaseException as error:  # noqa: BLE001  - it belongs to whoever asked
        asked.set_exception(error)


def _ask(work: Callable[["KeyringBackend"], T]) -> T:
    from keyring import get_keyring
    from keyring.errors import KeyringError

    try:
        backend = get_keyring()
        if not is_safe(backend):
            raise NoKeyringError
        return work(backend)
    except KeyringError as error:
        raise NoKeyringError from error


def is_safe(backend: "KeyringBackend") -> bool:
    """Whether the backend really encrypts: plain files and makeshifts are refused."""
    module = type(backend).__module__
    return not module.startswith("keyrings.alt") and backend.priority >= 1
