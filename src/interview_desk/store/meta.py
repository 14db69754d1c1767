"""Small facts about this desk, each under its name."""

import json
from typing import Any, Final

from interview_desk.store.connection import Connection

# The database is an earlier state of this desk, put back by a person.
COPIED: Final = "copied"
# Where words may still be that were erased, until `store.forgetting` is through with them: in the
# search index's parts, and afterwards only in the log.
ERASED_WORDS: Final = "erased_words"
IN_PARTS: Final = "parts"
IN_LOG: Final = "log"

# Before the name of each thing that is being written and not kept yet: a mail's is its id.
DRAFT: Final = "draft:"
# And before that of each text that is kept for something else than a record.
TEXT: Final = "text:"


def get_meta(connection: Connection, name: str, *, default: Any = None) -> Any:
    """The fact called `name`, or `default`."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return default if row is None else json.loads(row[0])


def set_meta(connection: Connection, name: str, *, value: Any) -> None:
    """Remember `value` as `name`; None forgets it."""
    if value is None:
        connection.execute("DELETE FROM meta WHERE name = ?", (name,))
        return
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))
