"""A whole copy of the workspace as it comes over the line: unpacked, summed up, cut into rows."""

import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import Any, Final

from interview_desk.services.server_errors import CopyDamagedError, ServerUnreachableError

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = 31
# What goes into the address of the next call.
_LONGEST_CURSOR: Final = 4096


@dataclass(frozen=True, slots=True)
class CopyHead:
    """What a copy begins with; the last two only where it starts at the beginning.

    `erased` has the marks of what nothing may stay of.
    """

    cursor: str
    epoch: str
    counts: dict[str, int] | None
    erased: tuple[str, ...] = ()


class SnapshotReader:
    """Takes the bytes of one answer as they come, in parts of any size.

    `head` is there once its line has come. Damage is a CopyDamagedError at once; whether anything
    is missing shows in `finish`.
    """

    def __init__(self) -> None:
        self.head: CopyHead | None = None
        self._unpacked = _Unpacked()
        self._rest = b""
        self._sum = hashlib.sha256()

    def feed(self, part: bytes) -> bytes:
        """The whole lines of rows that are certain now, each with its end of line."""
        self._rest += self._unpacked.feed(part)
        # The last whole line waits: it may be the one that ends the copy.
        end = self._rest.rfind(b"\n")
        start = self._rest.rfind(b"\n", 0, max(end, 0)) + 1
        lines, self._rest = self._rest[:start], self._rest[start:]
        self._sum.update(lines)
        if self.head is None and lines:
            first, _, lines = lines.partition(b"\n")
            self.head = _head(first)
        return lines

    def finish(self) -> None:
        """Everything came, and as it was sent; ServerUnreachableError where it was cut off."""
        if not self._rest.endswith(b"\n") or b'"sha256"' not in self._rest:
            raise ServerUnreachableError
        if self.head is None or _object(self._rest).get("sha256") != self._sum.hexdigest():
            raise CopyDamagedError


class _Unpacked:
    """Gunzips what is gzipped, also in several members; a proxy may have unpacked it before."""

    def __init__(self) -> None:
        self._inflater: Any = None
        self._plain = False
        self._begun = b""

    def feed(self, part: bytes) -> bytes:
        if self._plain:
            return part
        if self._inflater is None:
            return self._begin(part)
        return self._inflate(part)

    def _begin(self, part: bytes) -> bytes:
        self._begun += part
        if len(self._begun) < len(_GZIP_MAGIC):
            return b""
        begun, self._begun = self._begun, b""
        if not begun.startswith(_GZIP_MAGIC):
            self._plain = True
            return begun
        self._inflater = zlib.decompressobj(_GZIP)
        return self._inflate(begun)

    def _inflate(self, part: bytes) -> bytes:
        try:
            unpacked: bytes = self._inflater.decompress(part)
            while self._inflater.eof and self._inflater.unused_data:
                rest = self._inflater.unused_data
                self._inflater = zlib.decompressobj(_GZIP)
                unpacked += self._inflater.decompress(rest)
        except zlib.error as error:
            raise CopyDamagedError from error
        return unpacked


def _head(line: bytes) -> CopyHead:
    said = _object(line)
    cursor, epoch, counts = (said.get(name) for name in ("cursor", "epoch", "counts"))
    if not isinstance(cursor, str) or not isinstance(epoch, str) or len(cursor) > _LONGEST_CURSOR:
        raise CopyDamagedError
    if isinstance(counts, dict) and not all(isinstance(count, int) for count in counts.values()):
        raise CopyDamagedError
    erased = said.get("erased")
    marks = tuple(map(str, erased)) if isinstance(erased, list) else ()
    return CopyHead(cursor, epoch, counts if isinstance(counts, dict) else None, marks)


def _object(line: bytes) -> dict[str, Any]:
    said = require_json(line)
    if not isinstance(said, dict):
        raise CopyDamagedError
    return said


def require_json(text: bytes | str) -> Any:
    """What `text` says; CopyDamagedError where no program can keep that."""
    try:
        said = json.loads(text)
        # Half of a sign is no text, though JSON can spell it.
        json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise CopyDamagedError from error
    return said
