"""The pages of an encrypted database in the clear, as who has its key reads them."""

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# SQLCipher 4: pages of 4096 bytes, of which the last 80 are the vector (16) and a MAC.
_PAGE = 4096
_RESERVED = 80
_VECTOR = 16
# The first page begins with the salt, in the clear, in place of SQLite's own first words.
_SALT = 16


def in_the_clear(file: Path, key: bytes) -> bytes:
    """Everything that is in the file, also what no query finds."""
    content = file.read_bytes()
    assert content, file.name
    pages = [content[start : start + _PAGE] for start in range(0, len(content), _PAGE)]
    pages[0] = pages[0][_SALT:]
    return b"".join(_deciphered(page, key) for page in pages)


def _deciphered(page: bytes, key: bytes) -> bytes:
    body, rest = page[:-_RESERVED], page[-_RESERVED:]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(rest[:_VECTOR])).decryptor()
    return decryptor.update(body) + decryptor.finalize()
