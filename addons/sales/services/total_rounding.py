"""Rounds the totals of invoices, where there are no smaller coins: as a line of its own."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models import Invoice
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import step_of, to_step
from addons.sales.services.blank_lines import new_line
from core.api import msg, options


def round_total(session: Session, invoice: Invoice) -> None:
    """Add the line that makes the total of an invoice a multiple of what the options say. Only in
    the company's currency: others have other coins."""
    smallest = options(session, SalesOptions).total_rounding
    if not smallest or invoice.currency != company_currency(session):
        return
    wanted = to_step(invoice.total, smallest).quantize(step_of(invoice.currency))
    difference = wanted - invoice.total
    if not difference:
        return
    invoice.lines.append(
        new_line(
            role="rounding",
            position=len(invoice.lines) + 1,
            description=msg("Rounding"),
            quantity=Decimal(1),
            price=difference,
            net=difference,
        )
    )
    invoice.net += difference
    invoice.total += difference
