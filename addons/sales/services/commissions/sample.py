"""A plan of commissions and a target of a sample company."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.services.commissions.plans import create_plan
from addons.sales.services.commissions.statements import work_out_open
from addons.sales.services.targets.setting import create_target


def fill_commissions(session: Session, day: date) -> None:
    """Three percent of what is sold, five above two thousand a month; worked out for the last
    months. And a target for this month and year."""
    seller = session.scalar(
        select(Invoice.salesperson_id).where(Invoice.salesperson_id.is_not(None)).limit(1)
    )
    rates = [{"percent": Decimal(3)}, {"above": Decimal(2000), "percent": Decimal(5)}]
    begins = (day - timedelta(days=100)).replace(day=1)
    create_plan(
        session,
        {"name": "Sales", "valid_from": begins, "rates": rates, "earners": [{}]},
    )
    work_out_open(session, day)
    for unit, amount in (("month", 5000), ("year", 60000)):
        create_target(session, {"unit": unit, "first_day": day, "amount": Decimal(amount)})
    if seller is not None:
        create_target(
            session,
            {"user_id": seller, "unit": "month", "first_day": day, "amount": Decimal(3000)},
        )
