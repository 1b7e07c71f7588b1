"""Keyed hashes of addresses: what is left of a reader who must not be written to again.

HMAC-SHA-256 (RFC 2104) over the normal address. The key is in a file of its own beside the store: a copy of the store
alone does not say whether an address is in it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from bulletin.core.errors import MailError
from bulletin.core.problems import N_

_KEY_BYTES = 32


class AddressHasher:
    """Hashes addresses with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mac(self, address: str) -> str:
        """64 hex digits; upper and lower case are the same reader."""
        return hmac.new(self._key, address.casefold().encode(), hashlib.sha256).hexdigest()

    def secret(self, *parts: str) -> str:
        """128 bits as 26 small letters and digits, another for each purpose; no address has a NUL between its parts."""
        digest = hmac.new(self._key, "\0".join(("secret", *parts)).encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def open_hasher(path: Path) -> AddressHasher:
    """Read the key, or make it: 32 random bytes as hex, mode 0600 from the start.

    Raises `MailError` for a damaged file: with a new key, whoever asked never to be written to would be again.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return AddressHasher(_read_key(path))
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return AddressHasher(key)


def _read_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise MailError(
            N_(
                "this file should hold a key of 64 hex digits. Bring it back from a backup; a new one would forget "
                "who must not be written to."
            ),
            path=path,
        )
    return key
