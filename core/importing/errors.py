"""What can be wrong with a file as a whole."""

from __future__ import annotations

from core.errors import InvalidInput, Problem

FIELD = "file"


def unreadable(message: str, *, fix: str = "") -> InvalidInput:
    """The file cannot be read; the sentence says why, `fix` the way out."""
    return InvalidInput(message, fix=fix, problems=(Problem(FIELD, message),))
