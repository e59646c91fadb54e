"""Gift cards and a loyalty programme for a sample company: some sold, one spent, points for all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.services.gift_cards.changing import give
from addons.sales.services.gift_cards.selling import sell
from addons.sales.services.loyalty.programs import create_program
from addons.sales.services.payments import pay_invoices
from addons.sales.services.posting import post_invoice
from core.api import AppError, phrase, savepoint


def start_programme(session: Session) -> None:
    """A programme under which the sample's sales earn points."""
    create_program(
        session,
        {
            "name": phrase("Loyal customers"),
            "currency": company_currency(session),
            "point_value": Decimal("0.1"),
            "expected_use": Decimal(80),
            "months": 24,
            "tiers": [
                {"name": phrase("Silver"), "from_points": Decimal(200), "factor": Decimal("1.5")},
                {"name": phrase("Gold"), "from_points": Decimal(1000), "factor": Decimal(2)},
            ],
        },
    )


def fill_cards(session: Session, customers: Sequence[int]) -> None:
    """Cards that a customer bought for others, and one that was given."""
    try:
        with savepoint(session):
            invoice = sell(
                session, {"contact_id": customers[0], "amount": Decimal(100), "count": 3}
            )
            post_invoice(session, invoice)
            pay_invoices(session, [invoice.id])
            give(session, {"amount": Decimal(25), "reason": phrase("Apology for a late delivery")})
    except AppError:
        # The sample's books may not be open today: it has no cards then.
        return
