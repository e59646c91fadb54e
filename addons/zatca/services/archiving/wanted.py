"""What somebody wants to have of the archive, and how much of it is fetched at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from addons.zatca.documents.signing import RIYADH
from addons.zatca.models import Document, Exchange
from core.api import InvalidInput, phrase

MOST: Final = 20_000
"""Documents in a file that a page hands out: more are fetched day by day."""
MOST_PRINTED: Final = 500
"""With their PDFs, of which each takes a moment to set."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a device signed on some days of Riyadh, both included; with `paper` the PDF of each
    document too."""

    device_id: int
    first: date
    last: date
    paper: bool = False

    @property
    def documents(self) -> ColumnElement[bool]:
        """That a document is among them."""
        return (
            (Document.device_id == self.device_id)
            & (Document.issue_at >= self._begin)
            & (Document.issue_at < self._end)
        )

    @property
    def exchanges(self) -> ColumnElement[bool]:
        """That an exchange is about one of them, or was about the device itself on these days."""
        about_them = Exchange.document_id.in_(select(Document.id).where(self.documents))
        about_it = (
            Exchange.document_id.is_(None)
            & (Exchange.at >= self._begin)
            & (Exchange.at < self._end)
        )
        return (Exchange.device_id == self.device_id) & (about_them | about_it)

    @property
    def _begin(self) -> datetime:
        return datetime.combine(self.first, time(), RIYADH)

    @property
    def _end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), RIYADH)


def require_fetchable(session: Session, wanted: Wanted) -> None:
    """Raises InvalidInput where a page would take too long to make the file."""
    found = select(func.count()).select_from(Document).where(wanted.documents)
    count = session.scalar(found) or 0
    if wanted.paper and count > MOST_PRINTED:
        raise InvalidInput.of(
            "paper",
            phrase(
                "These are {count} documents; a file with PDFs holds {limit}.",
                count=count,
                limit=MOST_PRINTED,
            ),
            fix=phrase("Fetch them without PDFs; whoever runs the platform can write all of them."),
        )
    if count > MOST:
        raise InvalidInput.of("last", phrase("So many documents are fetched in several files."))
