"""Asking back: what is allowed, but only after the user has read a sentence and said yes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.db.session import binding
from core.errors import NeedsConfirmation

CONFIRM_FIELD = "confirm"
CONFIRM_HEADER = "x-confirm"
_CONFIRMATIONS = "confirmations"


def bind_confirmations(session: Session, keys: frozenset[str]) -> None:
    """Remember to which questions this request already answers yes."""
    binding(session).context[_CONFIRMATIONS] = keys


def require_confirmation(session: Session, message: str, *, key: str) -> None:
    """Go on if the user has confirmed `key`; else show them `message` and a button.

    A program confirms by sending the key in an `X-Confirm` header.
    """
    if key not in binding(session).context.get(_CONFIRMATIONS, frozenset()):
        raise NeedsConfirmation(message, key=key)
