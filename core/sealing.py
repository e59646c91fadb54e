"""Secrets that an addon keeps in a column of its own, for code that holds a tenant's session.

The column says that it is sealed, and to which row its values belong (`core.db.sealed`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import InstrumentedAttribute, Session

from core.db.base import Model
from core.db.sealed import seal, unseal
from core.db.session import binding

if TYPE_CHECKING:
    from core.kernel import Kernel


def seal_secret(
    session: Session, column: InstrumentedAttribute[str], plain: bytes, **row: Any
) -> str:
    """What to keep of a secret in this column of a row that holds these values."""
    return seal(_kernel(session).secrets, column, plain, **row)


def open_secret(session: Session, column: InstrumentedAttribute[str], record: Model) -> bytes:
    """The secret that a record keeps in this column; raises core.secrets.SealError if it was
    changed, moved here from elsewhere, or its key is gone."""
    return unseal(_kernel(session).secrets, column, record)


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
