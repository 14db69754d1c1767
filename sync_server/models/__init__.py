"""Tables: one catalogue for both databases. Importing this package knows all of them."""

from sync_server.models import budgets, calcom, devices, due, mail, notes, pushes, reading, records
from sync_server.models.base import metadata
from sync_server.models.workspace import server_keys, workspace

__all__ = [
    "budgets",
    "calcom",
    "devices",
    "due",
    "mail",
    "metadata",
    "notes",
    "pushes",
    "reading",
    "records",
    "server_keys",
    "workspace",
]
