"""Pairing codes a person can read aloud, and the links that carry them."""

import base64
from urllib.parse import urlencode

# Crockford's alphabet: no letter that looks or sounds like a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CONFUSED = str.maketrans("OIL", "011")
CODE_BYTES = 10
_GROUP = 4


def new_code(randomness: bytes) -> str:
    """A code of four groups of four, from 10 random bytes."""
    letters = base64.b32encode(randomness).decode().translate(str.maketrans(_RFC4648, _ALPHABET))
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def normal_code(typed: str) -> str:
    """The code as it was meant, however it was typed."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return letters.translate(_CONFUSED)


def pairing_link(*, server_url: str, code: str, pin: str | None) -> str:
    """The link that pairs a device with one click; `pin` vouches for a self-signed server."""
    query = {"server": server_url, "code": code} | ({"pin": pin} if pin else {})
    return "interviewdesk://pair?" + urlencode(query)
