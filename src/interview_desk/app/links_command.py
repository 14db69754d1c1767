"""`interview-desk links`: meeting links for programs, one JSON line in, one out.

Imports the domain only, so that it is there at once.
"""

import json
import os
import sys
from typing import TextIO

from interview_desk.domain.links import find_link

_FAILED = 1


def run_links(stdin: TextIO, stdout: TextIO) -> int:
    """Answer each line {"id", "text"} with {"id", "service", "url"} and give the exit code.

    Stops at the first line that is something else, with one sentence on standard error.
    """
    number = 0
    try:
        while line := stdin.readline():
            number += 1
            if line.strip():
                stdout.write(_answer(line) + "\n")
        stdout.flush()
    except BrokenPipeError:
        _leave_the_pipe(stdout)
    except OSError as failure:
        _leave_the_pipe(stdout)
        return _failed(f"stopped at line {number}: {failure.strerror}")
    except UnicodeDecodeError:
        return _failed(f"line {number + 1} or a later one is not UTF-8")
    except ValueError as reason:
        return _failed(f"line {number} {reason}")
    return 0


def _leave_the_pipe(stdout: TextIO) -> None:
    """What Python still holds for whoever reads us goes nowhere: nobody can be given it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stdout.fileno())
    os.close(nowhere)


def _failed(reason: str) -> int:
    print(f"interview-desk links: {reason}.", file=sys.stderr)
    return _FAILED


def _answer(line: str) -> str:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(asked, dict) or "id" not in asked:
        raise ValueError('is not an object with "id" and "text"')
    text = asked.get("text")
    if not isinstance(text, str):
        raise ValueError('has no "text" that is a string')  # noqa: TRY004  - input, not a bug
    link = find_link(text)
    found = {"service": link.service, "url": link.url} if link else {"service": None, "url": None}
    return json.dumps({"id": asked["id"], **found})
