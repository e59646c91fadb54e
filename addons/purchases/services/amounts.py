"""Amounts of documents: lines worked out by the tax engine, and their sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy.orm import Session

from addons.catalog.api import TaxDocument, TaxDocumentLine, TaxedDocument, TaxShare, work_out
from addons.purchases.services.product_lines import codes_of


class PricedLine(Protocol):
    """What a line must know to be worked out."""

    quantity: Any
    price: Any
    discount_percent: Any
    tax_codes: Any
    net: Any
    tax: Any


def worked_out(
    session: Session, lines: Sequence[PricedLine], day: date, currency: str
) -> TaxedDocument:
    """The document with its taxes; net and tax are written into each line."""
    taxed = work_out(
        session,
        TaxDocument(
            tuple(
                TaxDocumentLine(
                    line.quantity, line.price, codes_of(line.tax_codes), line.discount_percent
                )
                for line in lines
            ),
            day,
            currency,
        ),
    )
    for line, found in zip(lines, taxed.lines, strict=True):
        line.net, line.tax = found.net, found.tax
    return taxed


def kept_shares(shares: Sequence[TaxShare]) -> list[dict[str, Any]]:
    """Shares of taxes as they are kept with a posted line: amounts as text, exactly."""
    return [
        {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in asdict(share).items()
        }
        for share in shares
    ]


def shares_of(kept: Sequence[dict[str, Any]]) -> tuple[TaxShare, ...]:
    """The same shares as values."""
    return tuple(
        TaxShare(
            one["code"],
            one["kind"],
            Decimal(one["base"]),
            Decimal(one["amount"]),
            Decimal(one["deductible"]),
        )
        for one in kept
    )
