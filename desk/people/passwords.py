"""Passwords: argon2id, at least twelve characters, and made by the desk where somebody else hands them over."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200  # characters
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another

_hasher = PasswordHasher()  # argon2id with the values of RFC 9106 for little memory
_seats = threading.BoundedSemaphore(2)  # each hash takes 64 MiB, and anybody can ask for one


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its salt and settings."""
    with _seats:
        return _hasher.hash(password)


NOBODY = hash_password(secrets.token_hex())  # what an unknown name is checked against, so that it takes as long


def is_right(hashed: str, password: str) -> bool:
    """Whether the password is the one behind the hash."""
    if len(password) > LONGEST:
        password = ""
    try:
        with _seats:
            return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def is_dated(hashed: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(hashed)


def weakness(password: str, name: str) -> str:
    """Why a password will not do: short, long, name, repeats; empty if it will."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if name.casefold() in password.casefold():
        return "name"
    return "repeats" if len(set(password)) < 5 else ""


def make_password() -> str:
    """A new password of four groups of four characters, 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
