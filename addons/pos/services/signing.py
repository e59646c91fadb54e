"""Tills that sign their receipts by themselves: what they must know, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from addons.pos.extension_points import SignedReceipts, SigningTill
from addons.pos.models import Register
from addons.pos.services.operations.envelopes import MOST_SIGNED
from core.api import NotFound, extensions, phrase


def terms_of(session: Session, register: Register) -> Mapping[str, Any] | None:
    """What the till of a register must know to sign; None where it signs nothing. `most` is how
    large an operation may be with what was signed."""
    till = _till(register)
    for one in extensions(session, SignedReceipts).values():
        terms = one.terms(session, till)
        if terms is not None:
            return {**terms, "most": MOST_SIGNED}
    return None


def take_signatures(
    session: Session, register: Register, given: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Hand on what the till of a register says, to whom it signs for. Raises NotFound where it
    signs for nobody."""
    till = _till(register)
    for one in extensions(session, SignedReceipts).values():
        if one.terms(session, till) is not None:
            return one.sign(session, till, given)
    raise NotFound(
        phrase("This till signs nothing."),
        fix=phrase("Register a device for it first."),
    )


def _till(register: Register) -> SigningTill:
    return SigningTill(register.id, register.branch_id, register.currency)
