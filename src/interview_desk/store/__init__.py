"""The encrypted SQLite cache on this computer: records, outbox, note journal."""
