"""One spelling for what goes into an evaluation, so that equal inputs have equal hashes."""

import hashlib
import json
from collections.abc import Mapping

from interview_desk.domain.evaluation.conditions import Value
from interview_desk.domain.evaluation.panel import PanelView
from interview_desk.domain.values import Json


def canonical(value: Json) -> bytes:
    """`value` as JSON in the one spelling that both programs use."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def inputs_hash(
    facts: Mapping[str, Value], panel: Mapping[str, PanelView], *, is_final: bool
) -> str:
    """The SHA-256 of everything that rules looked at, in hexadecimal."""
    given: Json = {
        "facts": facts,
        "final": is_final,
        "panel": {key: [one.levels, one.without_evidence] for key, one in panel.items()},
    }
    return hashlib.sha256(canonical(given)).hexdigest()
