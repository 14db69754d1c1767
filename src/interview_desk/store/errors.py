"""What can be wrong with the database on this computer, each in one sentence for its user."""

from interview_desk.domain.errors import DeskError


class WrongKeyError(DeskError):
    """The key does not open the existing database; nothing was changed or created."""

    code = "store_wrong_key"

    def __init__(self) -> None:
        super().__init__(
            "The key on this computer does not open your desk's data. Nothing was changed; "
            "unlock the keyring or enter the passphrase you chose."
        )


class NewerStoreError(DeskError):
    """The database was written by a newer version."""

    code = "store_newer"

    def __init__(self) -> None:
        super().__init__(
            "Your desk's data was written by a newer Interview Desk. Install that version again; "
            "nothing was changed."
        )


class StoreDamagedError(DeskError):
    """The database file cannot be read in places."""

    code = "store_damaged"

    def __init__(self) -> None:
        super().__init__("Your desk's data on this computer is damaged and has to be rebuilt.")


class DiskFullError(DeskError):
    """There is no room to keep what was written; the caller still holds it."""

    code = "store_disk_full"

    def __init__(self) -> None:
        super().__init__("The disk is full. Make some room; your last change is not saved yet.")


class StoreUnavailableError(DeskError):
    """The database cannot be written right now (locked, read-only, an I/O error)."""

    code = "store_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "Your desk's data cannot be written right now. Your last change is not saved yet."
        )


class UnknownRecordKindError(DeskError):
    """An edit names a kind of record, or a field of one, that does not exist."""

    code = "store_unknown_record_kind"

    def __init__(self, name: str) -> None:
        super().__init__(f"Records have nothing called {name!r}.")
