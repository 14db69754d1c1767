"""The encrypted SQLite cache of this computer: records, outbox, notes."""

from interview_desk.store.local import LocalStore

__all__ = ["LocalStore"]
