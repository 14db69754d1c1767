"""Text from outside, made fit for one line of ours."""

import re

_LONGEST_NAME = 80
# Notification servers read the body as markup; names come from whoever books.
_MARKUP = str.maketrans({"<": "\u2039", ">": "\u203a"})
_ENTITY = re.compile(r"&(?=#|\w+;)")


def plain(text: str) -> str:
    """`text` from outside as one short line without markup or control characters."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    line = _ENTITY.sub("& ", line.translate(_MARKUP))
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "\u2026"
