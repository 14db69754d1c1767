"""After an upgrade: what an older program kept without understanding it is understood now.

Fields and kinds of records that a newer server sent lie in the cache as they came. When this
program's catalogue is another one than that of the program before, everything that is derived from
rows is derived again.
"""

import hashlib

from interview_desk.domain.records import ENTITIES
from interview_desk.store.connection import Connection
from interview_desk.store.meta import get_meta, set_meta
from interview_desk.store.news import News
from interview_desk.store.rows import indexed_again, show


def is_settled(connection: Connection) -> bool:
    """Whether everything was derived by this very catalogue."""
    return bool(get_meta(connection, "catalogue") == _fingerprint())


def settle(connection: Connection, news: News) -> None:
    """Derive everything again."""
    for entity, record_id in connection.execute(
        "SELECT DISTINCT entity, id FROM outbox"
    ).fetchall():
        show(connection, news, entity=entity, record_id=record_id)
    indexed_again(connection)
    if connection.execute("SELECT 1 FROM records LIMIT 1").fetchone():
        set_meta(connection, "search_walk", value=0)
    set_meta(connection, "catalogue", value=_fingerprint())


def _fingerprint() -> str:
    said = repr([(name, sorted(entity.fields.items())) for name, entity in ENTITIES.items()])
    return hashlib.sha256(said.encode()).hexdigest()
