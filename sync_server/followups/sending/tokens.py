"""The token in an unsubscribe link: nobody can guess it, and it says nothing about anybody."""

import base64

from sync_server.infra.crypto import Vault

_BYTES = 18


def unsubscribe_token(vault: Vault, message_id: str) -> str:
    """The token of one mail, the same whenever it is asked for."""
    digest = vault.digest("token", f"unsubscribe|{message_id}")
    return base64.urlsafe_b64encode(digest[:_BYTES]).decode()


def unsubscribe_link(public_url: str | None, token: str) -> str | None:
    """The address of the page behind the token; None where guests cannot reach this server."""
    return f"{public_url}/u/{token}" if public_url else None
