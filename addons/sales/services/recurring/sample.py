"""Contracts of a sample company, some months old."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.sales.services.recurring.contracts import create_contract
from addons.sales.services.recurring.making import make_contract
from addons.sales.services.recurring.steps import begin


def fill_contracts(session: Session, customers: list[int], day: date) -> None:
    """A contract a month old for support and one for a year's licence, invoiced until today; and
    one that is still a draft."""
    january = date(day.year, 1, 1)
    since = (day.replace(day=1) - timedelta(days=75)).replace(day=12)
    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("Support", "250", {"starts_on": since, "making": "post"}),
        ("Software licence", "1800", {"starts_on": since, "unit": "year", "making": "draft"}),
        ("Storage room", "400", {"starts_on": day, "unit": "quarter", "timing": "arrears"}),
    )
    for place, (name, price, more) in enumerate(kinds):
        line = {"description": name, "quantity": Decimal(1), "price": Decimal(price)}
        contract = create_contract(
            session,
            {
                "name": name,
                "contact_id": customers[place % len(customers)],
                "anchor": january,
                "lines": [line],
                **more,
            },
        )
        if place < 2:
            begin(session, contract)
            make_contract(session, contract.id, day)
