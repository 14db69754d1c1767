"""The database's shape, step by step; a step that has shipped never changes.

`records` keeps what the server said (`fields`, `versions`, `ver`) and, only while own edits wait,
what is shown instead (`shown`). `starts` and `ends` are milliseconds so that a calendar reads an
index. Field names a newer server sends stay in the JSON and are there after an upgrade. Own note
updates that the server refused (`aside`) or that live on in another note (`moved`) stay, because
what is typed afterwards builds on them.
"""

from typing import Final

MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE records (
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        interview_id TEXT,
        starts INTEGER,
        ends INTEGER,
        live INTEGER NOT NULL,
        fields TEXT NOT NULL,
        versions TEXT NOT NULL,
        ver INTEGER NOT NULL,
        deleted INTEGER NOT NULL,
        updated_by TEXT,
        updated_at TEXT,
        round INTEGER NOT NULL,
        shown TEXT,
        waiting TEXT
    );
    CREATE UNIQUE INDEX records_by_id ON records (entity, id);
    CREATE INDEX records_of_interview ON records (interview_id, entity)
        WHERE interview_id IS NOT NULL;
    CREATE INDEX records_by_start ON records (starts)
        WHERE entity = 'interviews' AND live = 1 AND starts IS NOT NULL;
    CREATE INDEX records_by_length ON records (ends - starts)
        WHERE entity = 'interviews' AND live = 1 AND starts IS NOT NULL;
    CREATE INDEX records_waiting ON records (entity, id) WHERE waiting IS NOT NULL;
    CREATE TABLE outbox (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        n INTEGER UNIQUE,
        op TEXT NOT NULL,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        fields TEXT NOT NULL,
        base TEXT NOT NULL,
        seen TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken')),
        status TEXT,
        ver INTEGER
    );
    CREATE INDEX outbox_by_record ON outbox (entity, id);
    CREATE INDEX outbox_by_state ON outbox (state, position);
    CREATE TABLE acknowledged (
        position INTEGER PRIMARY KEY,
        op TEXT NOT NULL,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        fields TEXT NOT NULL,
        seen TEXT NOT NULL,
        at INTEGER NOT NULL
    );
    CREATE INDEX acknowledged_by_time ON acknowledged (at);
    CREATE TABLE quarantine (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        entity TEXT NOT NULL,
        record_id TEXT NOT NULL,
        content TEXT NOT NULL,
        text TEXT NOT NULL,
        code TEXT NOT NULL,
        detail TEXT,
        at INTEGER NOT NULL
    );
    CREATE TABLE notes (
        doc TEXT PRIMARY KEY,
        interview_id TEXT NOT NULL,
        stage TEXT NOT NULL,
        seq INTEGER NOT NULL DEFAULT 0,
        known_seq INTEGER NOT NULL DEFAULT 0,
        last_n INTEGER NOT NULL DEFAULT 0,
        taken_seq INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX notes_behind ON notes (doc) WHERE known_seq > seq;
    CREATE TABLE note_updates (
        doc TEXT NOT NULL,
        seq INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (doc, seq)
    ) WITHOUT ROWID;
    CREATE TABLE own_note_updates (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        doc TEXT NOT NULL,
        n INTEGER,
        body BLOB NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'taken', 'aside', 'moved'))
    );
    CREATE INDEX own_note_updates_by_doc ON own_note_updates (doc, state, position);
    """,
    # What can be searched for. Marking a row takes its old words out at once; settling reads the
    # new ones. NOT EXISTS, because inside a trigger the outer statement's conflict clause prevails.
    # A step is cut at semicolons that end a line: none of those stands inside a trigger.
    """
    CREATE TABLE search_texts (
        id INTEGER PRIMARY KEY,
        entity TEXT NOT NULL,
        record_id TEXT NOT NULL,
        interview_id TEXT,
        stage TEXT,
        title TEXT NOT NULL,
        body TEXT NOT NULL
    );
    CREATE UNIQUE INDEX search_texts_by_record ON search_texts (entity, record_id);
    CREATE TABLE search_stale (
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (entity, id)
    ) WITHOUT ROWID;
    CREATE VIRTUAL TABLE search USING fts5 (
        title, body, content = 'search_texts', content_rowid = 'id', prefix = '2 3',
        tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO search (search, rank) VALUES ('rank', 'bm25(8.0, 1.0)');
    INSERT INTO meta SELECT 'search_walk', '0'
        WHERE EXISTS (SELECT 1 FROM records) OR EXISTS (SELECT 1 FROM notes);
    CREATE TRIGGER search_texts_in AFTER INSERT ON search_texts BEGIN
        INSERT INTO search (rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body); END;
    CREATE TRIGGER search_texts_out AFTER DELETE ON search_texts BEGIN
        INSERT INTO search (search, rowid, title, body)
            VALUES ('delete', OLD.id, OLD.title, OLD.body); END;
    CREATE TRIGGER search_stale_in AFTER INSERT ON search_stale BEGIN
        DELETE FROM search_texts WHERE entity = NEW.entity AND record_id = NEW.id; END;
    CREATE TRIGGER search_record_in AFTER INSERT ON records
        WHEN NEW.entity IN ('interviews', 'interview_guests', 'startups',
            'poblysh_team_members', 'interview_insights', 'interview_answers') BEGIN
        INSERT INTO search_stale SELECT NEW.entity, NEW.id WHERE NOT EXISTS
            (SELECT 1 FROM search_stale WHERE entity = NEW.entity AND id = NEW.id); END;
    CREATE TRIGGER search_record_changed AFTER UPDATE OF fields, shown, live ON records
        WHEN NEW.entity IN ('interviews', 'interview_guests', 'startups',
            'poblysh_team_members', 'interview_insights', 'interview_answers')
        AND (OLD.live IS NOT NEW.live
            OR coalesce(OLD.shown, OLD.fields) IS NOT coalesce(NEW.shown, NEW.fields)) BEGIN
        INSERT INTO search_stale SELECT NEW.entity, NEW.id WHERE NOT EXISTS
            (SELECT 1 FROM search_stale WHERE entity = NEW.entity AND id = NEW.id); END;
    CREATE TRIGGER search_record_out AFTER DELETE ON records
        WHEN OLD.entity IN ('interviews', 'interview_guests', 'startups',
            'poblysh_team_members', 'interview_insights', 'interview_answers') BEGIN
        INSERT INTO search_stale SELECT OLD.entity, OLD.id WHERE NOT EXISTS
            (SELECT 1 FROM search_stale WHERE entity = OLD.entity AND id = OLD.id); END;
    CREATE TRIGGER search_note_told AFTER INSERT ON note_updates BEGIN
        INSERT INTO search_stale SELECT 'note_documents', NEW.doc WHERE NOT EXISTS
            (SELECT 1 FROM search_stale
             WHERE entity = 'note_documents' AND id = NEW.doc); END;
    CREATE TRIGGER search_note_typed AFTER INSERT ON own_note_updates BEGIN
        INSERT INTO search_stale SELECT 'note_documents', NEW.doc WHERE NOT EXISTS
            (SELECT 1 FROM search_stale
             WHERE entity = 'note_documents' AND id = NEW.doc); END;
    CREATE TRIGGER search_note_taken_back AFTER DELETE ON own_note_updates
        WHEN OLD.state != 'taken' BEGIN
        INSERT INTO search_stale SELECT 'note_documents', OLD.doc WHERE NOT EXISTS
            (SELECT 1 FROM search_stale
             WHERE entity = 'note_documents' AND id = OLD.doc); END;
    CREATE TRIGGER search_note_out AFTER DELETE ON notes BEGIN
        INSERT INTO search_stale SELECT 'note_documents', OLD.doc WHERE NOT EXISTS
            (SELECT 1 FROM search_stale
             WHERE entity = 'note_documents' AND id = OLD.doc); END;
    """,
    # Everything is fetched again as a whole copy now, so no row says in which round it came.
    """
    ALTER TABLE records DROP COLUMN round;
    DELETE FROM meta WHERE name = 'round';
    """,
    # Who typed each update and when, for earlier versions of a note; a digest is on what stands for
    # several updates. What was joined lies in the archives.
    """
    ALTER TABLE note_updates ADD COLUMN author TEXT;
    ALTER TABLE note_updates ADD COLUMN typed_at INTEGER;
    ALTER TABLE note_updates ADD COLUMN digest BLOB;
    CREATE TABLE own_note_times (position INTEGER PRIMARY KEY, typed_at INTEGER NOT NULL);
    CREATE TABLE note_archives (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        doc TEXT NOT NULL,
        body BLOB NOT NULL
    );
    CREATE INDEX note_archives_by_doc ON note_archives (doc, id);
    CREATE TRIGGER own_note_times_out AFTER DELETE ON own_note_updates BEGIN
        DELETE FROM own_note_times WHERE position = OLD.position; END;
    CREATE TRIGGER note_archives_out AFTER DELETE ON notes BEGIN
        DELETE FROM note_archives WHERE doc = OLD.doc; END;
    """,
    # Contacts can be found, too.
    """
    DROP TRIGGER search_record_in;
    DROP TRIGGER search_record_changed;
    DROP TRIGGER search_record_out;
    CREATE TRIGGER search_record_in AFTER INSERT ON records
        WHEN NEW.entity IN ('interviews', 'interview_guests', 'contacts', 'startups',
            'poblysh_team_members', 'interview_insights', 'interview_answers') BEGIN
        INSERT INTO search_stale SELECT NEW.entity, NEW.id WHERE NOT EXISTS
            (SELECT 1 FROM search_stale WHERE entity = NEW.entity AND id = NEW.id); END;
    CREATE TRIGGER search_record_changed AFTER UPDATE OF fields, shown, live ON records
        WHEN NEW.entity IN ('interviews', 'interview_guests', 'contacts', 'startups',
            'poblysh_team_members', 'interview_insights', 'interview_answers')
        AND (OLD.live IS NOT NEW.live
            OR coalesce(OLD.shown, OLD.fields) IS NOT coalesce(NEW.shown, NEW.fields)) BEGIN
        INSERT INTO search_stale SELECT NEW.entity, NEW.id WHERE NOT EXISTS
            (SELECT 1 FROM search_stale WHERE entity = NEW.entity AND id = NEW.id); END;
    CREATE TRIGGER search_record_out AFTER DELETE ON records
        WHEN OLD.entity IN ('interviews', 'interview_guests', 'contacts', 'startups',
            'poblysh_team_members', 'interview_insights', 'interview_answers') BEGIN
        INSERT INTO search_stale SELECT OLD.entity, OLD.id WHERE NOT EXISTS
            (SELECT 1 FROM search_stale WHERE entity = OLD.entity AND id = OLD.id); END;
    INSERT OR IGNORE INTO search_stale SELECT entity, id FROM records WHERE entity = 'contacts';
    """,
    # What is asked of Cal.com and not settled: few among many, and the calendar asks each time.
    """
    CREATE INDEX records_asked ON records (id)
        WHERE entity = 'booking_requests' AND live = 1
        AND coalesce(json_extract(coalesce(shown, fields), '$.state'), 'waiting')
            NOT IN ('done', 'undone');
    """,
    # Mails that wait for a person: few among many, and Today asks each time.
    """
    CREATE INDEX records_stuck ON records (id)
        WHERE entity = 'follow_up_messages' AND live = 1
        AND json_extract(coalesce(shown, fields), '$.state')
            IN ('needs_approval', 'failed', 'uncertain');
    """,
    # Interviews nobody has given a time yet: they lead the list.
    """
    CREATE INDEX records_without_start ON records (id)
        WHERE entity = 'interviews' AND live = 1 AND starts IS NULL;
    """,
    # A desk that comes back after a week has tens of thousands of note updates to send: which of
    # them is next, and which are under way.
    """
    CREATE INDEX own_note_updates_by_state ON own_note_updates (state, position);
    CREATE INDEX own_note_updates_sent ON own_note_updates (doc, n)
        WHERE state = 'waiting' AND n IS NOT NULL;
    """,
    # What was erased before desks had their search index forget it may still be in there.
    """
    INSERT OR REPLACE INTO meta SELECT 'erased_words', '"parts"'
        WHERE EXISTS (SELECT 1 FROM search_texts);
    """,
)
