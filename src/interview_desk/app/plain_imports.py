"""Imports without what Qt's binding reads after each."""

import builtins


def import_plainly() -> None:
    """Take the binding's own function out of the way of every later import.

    WORKAROUND: Shiboken 6 replaces `__import__` with one that reads the source of each module
    loaded after PySide6, to see whether it may ask for another way to write Qt's names (`from
    __feature__ import snake_case`). Every line read so stays in memory. Nothing here asks for
    that, and a frozen program has no sources to read. The binding keeps the function that it
    replaced (with 6.11 another one of its own, which makes Qt's classes as they are asked for)
    beside it, under this name; where it does not, all stays as it is. To drop when it reads
    nothing until somebody asks.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
