"""Advances that an invoice takes off again, by the prepayment invoices that asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.documents.signing import RIYADH
from addons.zatca.documents.values import PREPAYMENT, PrepaidPart, Prepayment
from addons.zatca.extension_points import Sale, SoldLine
from addons.zatca.models import Document
from addons.zatca.services.preparing.amounts import Category

Taxed = Mapping[tuple[str, ...], Category]


def advances_of(session: Session, sale: Sale, taxed: Taxed) -> tuple[Sale, tuple[Prepayment, ...]]:
    """The advances that a sale takes off (KSA-26 to KSA-34), and the sale with the others: those
    that were asked for before electronic invoicing began, and those that a credit note gives back,
    lessen the amount like any other deduction."""
    asked = {line.advance_id for line in sale.lines if line.advance_id is not None}
    if not asked:
        return sale, ()
    known = {} if sale.kind != "388" else _documents(session, sale.source_type, asked)
    lines = tuple(
        replace(line, role="sale")
        if line.role == "advance" and line.advance_id not in known
        else line
        for line in sale.lines
    )
    prepayments = tuple(
        _prepayment(document, [one for one in lines if one.advance_id == source], taxed)
        for source, document in sorted(known.items())
    )
    return replace(sale, lines=lines), prepayments


def _documents(session: Session, source_type: str, asked: set[int]) -> dict[int, Document]:
    found = session.scalars(
        select(Document).where(
            Document.source_type == source_type,
            Document.source_id.in_(asked),
            Document.kind == PREPAYMENT,
            Document.state != "SUPERSEDED",
        )
    )
    return {document.source_id: document for document in found}


def _prepayment(document: Document, lines: list[SoldLine], taxed: Taxed) -> Prepayment:
    parts: dict[Category, tuple[Decimal, Decimal]] = {}
    for line in lines:
        category = taxed[line.tax_codes]
        net, tax = parts.get(category, (Decimal(0), Decimal(0)))
        parts[category] = (net - line.net, tax - line.tax)
    issued = document.issue_at.astimezone(RIYADH)
    return Prepayment(
        number=document.number,
        uuid=document.uuid,
        issue_date=issued.date(),
        issue_time=issued.time().replace(microsecond=0),
        parts=tuple(
            PrepaidPart(net, tax, one.category, one.rate, one.exemption)
            for one, (net, tax) in parts.items()
        ),
    )
