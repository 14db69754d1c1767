"""The demo's server keeps its address while it is away, so that its desks find it again."""

import socket
import sys
from pathlib import Path

import pytest

from interview_desk.app.demo.server import DemoServer


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets two sockets share an address")
def test_nobody_else_gets_the_address_while_the_server_is_away(tmp_path: Path) -> None:
    with DemoServer(tmp_path / "server") as server:
        place = ("127.0.0.1", int(server.address.rpartition(":")[2]))
        server.start()
        address = server.address
        server.stop()
        with socket.socket() as other, pytest.raises(OSError, match="already in use"):
            other.bind(place)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place)
        server.start()
        assert server.address == address
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(place)
