"""Importing this module makes every command known."""

from sync_server.operations import (
    account_commands,
    calcom_commands,
    exports,
    inbox_commands,
    mail_commands,
    purging,
    reconcile_commands,
    transcript_commands,
    upkeep_commands,
)

__all__ = [
    "account_commands",
    "calcom_commands",
    "exports",
    "inbox_commands",
    "mail_commands",
    "purging",
    "reconcile_commands",
    "transcript_commands",
    "upkeep_commands",
]
