"""Whether the company has set up its taxes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.vat.models import Tax


def has_taxes(session: Session) -> bool:
    """Whether there is a tax."""
    return session.scalar(select(Tax.id).limit(1)) is not None
