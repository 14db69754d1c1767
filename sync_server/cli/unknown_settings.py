"""Settings that nobody asks for: most likely another one, misspelt."""

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from sync_server.cli.env_file import names_in
from sync_server.settings import Settings

_PREFIX = Settings.model_config["env_prefix"]
_KNOWN = frozenset(name.upper() for name in Settings.model_fields)
# How alike two names are, from 0 to 1: what may be meant, and what is a slip of the finger.
_ALIKE, _MISSPELT = 0.6, 0.8
# What a cluster says of a service called interview-desk-database, for instance.
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_SERVICE = re.compile(r"INTERVIEW_DESK_.+_(PORT|SERVICE)(_.+)?")


def unknown_settings(env_file: Path | None) -> list[str]:
    """A sentence for each name with our prefix that sets nothing; values are not repeated.

    A file for the server means the server. The environment belongs to others as well (the desk, a
    cluster that names its services), so there only a name is told that is nearly one of ours.
    """
    in_file = _unknown(names_in(env_file), _ALIKE) if env_file else {}
    around = _unknown(filter(_is_no_service, os.environ), _MISSPELT)
    return [
        *(_sentence(f"{env_file}", name, meant) for name, meant in in_file.items()),
        *(_sentence("The environment", name, meant) for name, meant in around.items() if meant),
    ]


def _is_no_service(name: str) -> bool:
    return _SERVICE.fullmatch(name) is None


def _unknown(names: Iterable[str], alike: float) -> dict[str, str | None]:
    """The names that are no setting, and for each the setting that may be meant."""
    found: dict[str, str | None] = {}
    for name in names:
        before, _, rest = name.upper().partition(_PREFIX)
        if not before and rest and rest not in _KNOWN:
            found[name] = next(iter(get_close_matches(rest, _KNOWN, n=1, cutoff=alike)), None)
    return found


def _sentence(where: str, name: str, meant: str | None) -> str:
    hint = f" Did you mean {_PREFIX}{meant}?" if meant else ""
    return f"{where} sets {name}, which is no setting and is passed over.{hint}"
