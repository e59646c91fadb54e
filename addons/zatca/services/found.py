"""The electronic invoice of a sale."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import Document


def document_of(session: Session, source_type: str, source_id: int) -> Document | None:
    """The document that stands for a sale today: the last, where rejected ones were followed."""
    return session.scalar(
        select(Document).where(
            Document.source_type == source_type,
            Document.source_id == source_id,
            Document.state != "SUPERSEDED",
        )
    )
