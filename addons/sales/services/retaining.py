"""What a customer keeps back of an invoice until the work is accepted: a percentage of its net.

The invoice asks for all of it, taxes included, and the share that is kept back is settled by that
alone until it is released.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from addons.sales.events import RetentionKept
from addons.sales.models import Application, Invoice
from addons.sales.services.amounts import (
    EXACT,
    HUNDRED,
    ZERO,
    require_percent,
    step_of,
    to_step,
)
from addons.sales.services.applications import settle
from core.api import InvalidInput, emit, phrase


def share_kept_back(net: Decimal, total: Decimal, percent: Decimal, step: Decimal) -> Decimal:
    """The percentage of the net, rounded half up to the currency's step, and never more than what
    the invoice asks for."""
    share = to_step(EXACT.divide(EXACT.multiply(net, percent), HUNDRED), step)
    return max(min(share, total), ZERO)


def set_retention(invoice: Invoice) -> None:
    """Write into a draft that is worked out what is kept back of it. Raises InvalidInput for a
    percentage that is not possible, one of a credit note, and one without a later day."""
    require_percent(invoice.retention_percent, "retention_percent")
    invoice.retained = ZERO
    if not invoice.retention_percent:
        return
    if invoice.kind != "invoice" or invoice.basis in ("advance", "retention"):
        raise InvalidInput.of(
            "retention_percent", phrase("Something is kept back only of what was supplied.")
        )
    if invoice.retained_until is None or invoice.retained_until <= invoice.day:
        raise InvalidInput.of(
            "retained_until", phrase("Say until when it is kept back: a day after the invoice's.")
        )
    invoice.retained = share_kept_back(
        invoice.net, invoice.total, invoice.retention_percent, step_of(invoice.currency)
    )


def keep_back(session: Session, invoice: Invoice) -> None:
    """Settle the share of an invoice that was just posted, and tell of it."""
    if not invoice.retained or invoice.retained_until is None:
        return
    settle(invoice, invoice.retained)
    session.add(
        Application(
            day=invoice.day,
            amount=invoice.retained,
            invoice_id=invoice.id,
            retained=True,
            undone=False,
        )
    )
    session.flush()
    emit(
        session,
        RetentionKept(
            invoice_id=invoice.id,
            number=invoice.number or "",
            day=invoice.day,
            until=invoice.retained_until,
            contact_id=invoice.contact_id,
            currency=invoice.currency,
            rate=invoice.rate or Decimal(1),
            amount=invoice.retained,
            branch_id=invoice.branch_id,
        ),
    )
