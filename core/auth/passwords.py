"""Passwords: which are accepted, how they are stored, how they are verified.

Length and a check against what people commonly choose, and no rules of composition, as NIST
SP 800-63B asks. Argon2id with the parameters of the OWASP cheat sheet.
"""

from __future__ import annotations

import functools
import os
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import InvalidInput, Unavailable
from core.i18n import phrase

MIN_LENGTH = 10
MAX_LENGTH = 256
FEW_GUESSES = 1_000_000
"""What somebody who may try for weeks, at the pace that throttling leaves, could get through."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_SLOTS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
"""Each computation takes 19 MiB and a core: a storm of log-ins must not take them all."""
_SLOT_SECONDS = 5.0
_ESTIMATE = threading.Lock()
_ESTIMATED_LENGTH = 72


def check_new_password(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise InvalidInput unless the password is good enough; `about` is its owner's name and
    e-mail address, which others would try first."""
    length = len(_normal(password))
    if length < MIN_LENGTH:
        message = phrase("Use at least {length} characters.", length=MIN_LENGTH)
        raise InvalidInput.of("password", message)
    if length > MAX_LENGTH:
        message = phrase("Use at most {length} characters.", length=MAX_LENGTH)
        raise InvalidInput.of("password", message)
    if _guesses(_normal(password), about) < FEW_GUESSES:
        raise InvalidInput.of(
            "password",
            phrase("This password is easy to guess."),
            fix=phrase("Use several words that do not belong together."),
        )


def hash_password(password: str) -> str:
    """What is stored of a password."""
    with _slot():
        return _HASHER.hash(_normal(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long when there is no account or no password."""
    with _slot():
        try:
            _HASHER.verify(stored or _nobodys_hash(), _normal(password)[:MAX_LENGTH])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def _normal(password: str) -> str:
    # The same key strokes give different code points on different systems.
    return unicodedata.normalize("NFKC", password)


@functools.cache
def _nobodys_hash() -> str:
    return _HASHER.hash(os.urandom(16))


@contextmanager
def _slot() -> Iterator[None]:
    if not _SLOTS.acquire(timeout=_SLOT_SECONDS):
        raise Unavailable(phrase("Very many people are signing in. Please try again."))
    try:
        yield
    finally:
        _SLOTS.release()


def _guesses(password: str, about: tuple[str, ...]) -> float:
    # Imported here: its word lists take 12 MB, and few processes ever set a password.
    from zxcvbn import zxcvbn

    words = [word for text in about for word in (text, *re.split(r"\W+", text)) if word]
    # The library keeps the words of the call in a global table.
    with _ESTIMATE:
        return float(zxcvbn(password[:_ESTIMATED_LENGTH], [*words, "aorabooks"])["guesses"])
