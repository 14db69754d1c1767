"""Whether an e-mail address can be one."""

import re

_LONGEST = 254
_LONGEST_NAME = 64
_NAME = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]+")
_LABEL = re.compile(r"(?!-)[^\W_]([\w-]*[^\W_])?", re.UNICODE)


def is_possible(address: str) -> bool:
    """Whether mail could ever arrive there; only a provider can say that it does."""
    name, at, domain = address.rpartition("@")
    if not at or len(address) > _LONGEST or len(name) > _LONGEST_NAME:
        return False
    if not _NAME.fullmatch(name) or name.startswith(".") or name.endswith(".") or ".." in name:
        return False
    labels = domain.split(".")
    return len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
