"""Code that Qt's binding compiles from source at every start, compiled once for this computer."""

# `compile` hands its caller's futures on, and the binding calls it from a module with this one.
from __future__ import annotations

import builtins
import contextlib
import marshal
import os
import sys
from importlib.util import MAGIC_NUMBER, source_hash
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType

_CHECK_BYTES = 4
# Another Python, or one told to leave out assertions, makes other code of the same source.
_MADE_BY = MAGIC_NUMBER + bytes([sys.flags.optimize])
# Writes type stubs, which no running desk is asked for, and takes longest of all to load.
_LEFT_OUT = "shibokensupport/signature/lib/pyi_generator.py"


class KeptCode:
    """While it is entered, what `compile` made of the same bytes before is taken from `file`.

    WORKAROUND: Shiboken 6 carries a dozen modules as zipped source and compiles them whenever
    PySide6 is imported, a fifth of the time that takes. To drop when it keeps bytecode itself.

    Each code is found by its source, so a new PySide6 finds nothing of the old one's, and what was
    of no use at a start that had to compile something is not kept any longer. A file that
    is missing, damaged or of another Python is as good as an empty one; one that cannot be written
    costs nothing but the time. The folder is not made: a first start has none yet.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[tuple[str, bytes], CodeType] = {}
        self._used: dict[tuple[str, bytes], CodeType] = {}
        self._compile = compile
        self.compiled: list[str] = []

    def __enter__(self) -> Self:
        self._known = _read(self._file)
        builtins.compile = self._made
        return self

    def __exit__(self, *_: object) -> None:
        builtins.compile = self._compile
        if self.compiled and self._file.parent.is_dir():
            _write(self._file, self._used)

    def _made(self, source: Any, filename: Any, mode: str, *how: Any, **named: Any) -> Any:
        if how or named or mode != "exec" or not isinstance(source, bytes):
            return self._compile(source, filename, mode, *how, **named)
        if filename == _LEFT_OUT:
            source = b""
        key = (str(filename), source_hash(source))
        code = self._known.get(key)
        if code is None:
            code = self._compile(source, filename, mode)
            self.compiled.append(key[0])
        self._used[key] = code
        return code


def _read(file: Path) -> dict[tuple[str, bytes], CodeType]:
    with contextlib.suppress(OSError):
        kept = file.read_bytes()
        start = len(_MADE_BY) + _CHECK_BYTES
        check = crc32(kept[start:]).to_bytes(_CHECK_BYTES)
        # Checked, because marshal may do anything with what it did not write.
        if kept[:start] == _MADE_BY + check:
            return dict(marshal.loads(kept[start:]))  # noqa: S302  # our own, in the owner's folder
    return {}


def _write(file: Path, known: dict[tuple[str, bytes], CodeType]) -> None:
    content = marshal.dumps(known)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        beside.write_bytes(_MADE_BY + crc32(content).to_bytes(_CHECK_BYTES) + content)
        try:
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
