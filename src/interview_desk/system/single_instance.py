"""One desk per person and computer: a second start hands over what it was asked and ends."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QDeadlineTimer, QObject, Signal

from interview_desk.system.desk_lock import DeskLock

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 5000
_AGAIN_SECONDS = 0.05
# A pairing link with a pin is some 300 characters.
_LONGEST = 2000
_SHOW = "show"
_SCHEME = "interviewdesk://"


def is_plausible(message: str) -> bool:
    """Whether `message` is something another start of this program may say.

    Everybody on this computer who runs as the same person can say it, a web page through the
    link scheme too: it is looked at, never trusted.
    """
    if message == _SHOW:
        return True
    return message.startswith(_SCHEME) and len(message) <= _LONGEST and message.isprintable()


class SingleInstance(QObject):
    """Holds this person's place as the only running desk on a data directory.

    Signals: `called(str)` with the pairing link a later start brought, or an empty text when it
    only wants the window in front.
    """

    called = Signal(str)

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._data = data.resolve()
        self._lock = DeskLock(data / "desk.lock")
        self._server: QLocalServer | None = None
        self._lines: list[QLocalSocket] = []

    def claim(self) -> bool:
        """Become the one desk; False where another is running. It then has to `listen`."""
        return self._lock.take()

    @property
    def _name(self) -> str:
        import hashlib

        # Two data directories are two desks; a digest, because a socket path ends at 107 bytes.
        digest = hashlib.sha256(str(self._data).encode()).hexdigest()[:16]
        return f"interview-desk-{digest}"

    def listen(self) -> None:
        """Hear later starts from now on; asking again is harmless."""
        if self._server is not None:
            return
        # Here, because the first page stands without it.
        from PySide6.QtNetwork import QLocalServer

        # We hold the lock, so a socket that is still there was left by a crash.
        QLocalServer.removeServer(self._name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._take_call)
        self._server.listen(self._name)

    def hand_over(self, link: str | None) -> bool:
        """Ask the running desk to come to the front, with `link`; False where it is deaf."""
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        patience = QDeadlineTimer(_PATIENCE_MS)
        socket.connectToServer(self._name)
        while not socket.waitForConnected(_PATIENCE_MS):
            if patience.hasExpired():
                return False
            time.sleep(_AGAIN_SECONDS)  # a desk that has only just started listens in a moment
            socket.connectToServer(self._name)
        socket.write(f"{link or _SHOW}\n".encode())
        socket.waitForBytesWritten(_PATIENCE_MS)
        # The desk closes the line once it has read it; leaving earlier may lose the words.
        if socket.state() != QLocalSocket.LocalSocketState.UnconnectedState:
            socket.waitForDisconnected(_PATIENCE_MS)
        return True

    def release(self) -> None:
        """Let the next start be the one."""
        if self._server is not None:
            self._server.newConnection.disconnect(self._take_call)
            for socket in list(self._lines):
                self._hang_up(socket)
            self._server.close()
            self._server = None
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _take_call(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            # Held here: its end must come from us and not from the collector.
            self._lines.append(socket)
            socket.readyRead.connect(self._listen)
            socket.disconnected.connect(self._listen)
        self._listen()

    def _listen(self) -> None:
        for socket in list(self._lines):
            too_much = socket.bytesAvailable() > _LONGEST
            gone = not socket.isValid()
            if socket.canReadLine() or too_much or gone:
                line = bytes(socket.readLine(_LONGEST + 2).data()).decode(errors="replace")
                self._hang_up(socket)
                self._heard("" if too_much else line.strip())

    def _hang_up(self, socket: "QLocalSocket") -> None:
        self._lines.remove(socket)
        socket.readyRead.disconnect(self._listen)
        socket.disconnected.disconnect(self._listen)
        socket.disconnectFromServer()
        socket.deleteLater()

    def _heard(self, message: str) -> None:
        if is_plausible(message):
            self.called.emit("" if message == _SHOW else message)
