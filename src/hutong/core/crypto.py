"""Secrets of people: sealed text bound to its row, and keyed hashes that find it again by equality.

A sealed value is version byte, nonce, AES-256-GCM ciphertext; table, row and field are authenticated with it, so that a
value copied into another row does not open. Keys derive from one root key (HKDF) kept outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12


class CannotOpen(Exception):
    """The ciphertext was altered, moved to another row, or sealed with another key."""


@lru_cache(maxsize=32)
def _key(version: int, purpose: str) -> bytes:
    roots: dict[int, bytes] = settings.HUTONG_ROOT_KEYS
    if version not in roots:
        raise CannotOpen(f"no root key of version {version}")
    return HKDF(hashes.SHA256(), 32, None, f"hutong:{purpose}".encode()).derive(roots[version])


def _sealing() -> int:
    """Values are sealed with the newest root key, older ones still open what they sealed."""
    return max(settings.HUTONG_ROOT_KEYS, default=0)


def _finding() -> int:
    """Keyed hashes stay with the oldest key, or equal texts would stop being found after a rotation."""
    return min(settings.HUTONG_ROOT_KEYS, default=0)


def _aad(table: str, row_id: int, field: str) -> bytes:
    return f"{table}:{row_id}:{field}".encode()


def seal_bytes(data: bytes, *, table: str, row_id: int, field: str) -> bytes:
    """Encrypt bytes for one field of one row."""
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_key(_sealing(), "seal")).encrypt(nonce, data, _aad(table, row_id, field))
    return bytes([_sealing()]) + nonce + sealed


def unseal_bytes(blob: bytes | memoryview, *, table: str, row_id: int, field: str) -> bytes:
    """Open what seal_bytes made; raises CannotOpen when it belongs elsewhere or was altered."""
    blob = bytes(blob)
    try:
        opener = AESGCM(_key(blob[0], "seal"))
        return opener.decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], _aad(table, row_id, field))
    except (InvalidTag, IndexError, ValueError) as error:
        raise CannotOpen(f"{table}:{row_id}:{field} does not open") from error


def seal(text: str, *, table: str, row_id: int, field: str) -> bytes:
    """Encrypt a text for one field of one row (take the row's id with record.next_id first)."""
    return seal_bytes(text.encode(), table=table, row_id=row_id, field=field)


def unseal(blob: bytes | memoryview, *, table: str, row_id: int, field: str) -> str:
    """The text again; raises CannotOpen."""
    return unseal_bytes(blob, table=table, row_id=row_id, field=field).decode()


def blind(text: str, purpose: str) -> bytes:
    """Keyed hash (16 bytes) by which equal texts are found without being readable."""
    return hmac.new(_key(_finding(), f"blind:{purpose}"), text.encode(), hashlib.sha256).digest()[:16]


# Secrets made for somebody, shown once

MARK = "hutong_"
"""Makes a key recognisable to scanners that look for leaked secrets."""
SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"
"""No 0 and o, no 1, i and l: a password that is read out or copied by hand."""


def new_token() -> str:
    """A key for a machine client."""
    return MARK + secrets.token_urlsafe(32)


def token_digest(key: str) -> bytes:
    """What is kept of a key. Keys are long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(key.encode()).digest()


def new_password() -> str:
    """A first password of four groups, 79 bits: for one sign-in, after which its owner chooses another."""
    return "-".join("".join(secrets.choice(SPOKEN) for _ in range(4)) for _ in range(4))
