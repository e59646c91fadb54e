"""Random secrets that a browser or a program holds, and what is stored of them.

They carry 256 random bits, so one fast hash protects them: nobody can guess their way back.
"""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A fresh secret of 256 bits, safe in cookies and addresses."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()
