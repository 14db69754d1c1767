"""How much of a long answer is under way at once: little on a slow line, plenty on a fast one."""

import asyncio
import socket
from typing import Final

import httpx

# What is typed meanwhile has to get past what is under way: about two seconds of a 64 kbit/s
# line. (Less than this makes Linux wait on its own loopback.)
NARROW_BYTES: Final = 20 * 1024
_WIDE_BYTES: Final = 1024 * 1024
_MEASURED_BYTES: Final = 12 * 1024
_FAST_BYTES_PER_SECOND: Final = 128 * 1024


class Pace:
    """Watches an answer come, and lets more of it come at once where the line is fast."""

    def __init__(self, response: httpx.Response) -> None:
        stream = response.extensions.get("network_stream")
        self._socket = stream.get_extra_info("socket") if stream is not None else None
        self._began = asyncio.get_running_loop().time()
        self._came = 0

    def came(self, size: int) -> None:
        """So many bytes more have come."""
        self._came += size
        if self._socket is None or self._came < _MEASURED_BYTES:
            return
        taken = asyncio.get_running_loop().time() - self._began
        if self._came >= _FAST_BYTES_PER_SECOND * taken:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WIDE_BYTES)
        self._socket = None
