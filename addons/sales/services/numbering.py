"""The numbers of documents: gapless, taken when a document is sent, confirmed or posted."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice, Payment, SalesOrder
from addons.sales.options import SalesOptions
from core.api import Conflict, options, phrase, take_number

Series = Literal["order", "delivery", "return", "invoice", "credit_note", "payment", "refund"]


def next_number(session: Session, series: Series, day: date) -> str:
    """The next number of a series, held until the commit."""
    chosen = options(session, SalesOptions)
    pattern: str = getattr(chosen, f"{series}_numbers")
    return take_number(session, f"sales.{series}", pattern, day)


def require_free(
    session: Session, model: type[SalesOrder | Invoice | Payment], number: str
) -> None:
    """Raise Conflict where a document bears this number already."""
    if session.scalar(select(model.id).where(model.number == number)) is not None:
        raise Conflict(
            phrase("There is a document {number} already.", number=number),
            fix=phrase("Leave the number empty, and the next one is taken."),
        )
