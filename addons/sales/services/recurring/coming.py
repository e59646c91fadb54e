"""The next invoices of a contract as they would be written today, and what contracts bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.models.recurring import Contract, ContractPeriod
from addons.sales.services.amounts import ZERO
from addons.sales.services.rates import rate_if_known
from addons.sales.services.recurring.periods import Period, periods_from
from addons.sales.services.recurring.terms import rhythm_of
from addons.sales.services.recurring.writing import written_invoice
from addons.sales.services.working_out import in_company
from core.api import today


@dataclass(frozen=True, slots=True)
class ComingLine:
    """A line of an invoice to come."""

    description: str
    quantity: Decimal
    price: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class Coming:
    """A period to come; `day` is None where nothing is charged."""

    period: Period
    day: date | None
    lines: tuple[ComingLine, ...]
    net: Decimal
    total: Decimal


def coming(session: Session, contract: Contract, count: int) -> list[Coming]:
    """The next periods with what they will be charged, by today's price lists and taxes."""
    found = []
    for period in periods_from(rhythm_of(contract), contract.covered_until):
        if len(found) == count:
            break
        found.append(_as_coming(period, written_invoice(session, contract, period)))
    return found


def _as_coming(period: Period, invoice: Invoice | None) -> Coming:
    if invoice is None:
        return Coming(period, None, (), ZERO, ZERO)
    lines = tuple(
        ComingLine(line.description, line.quantity, line.price, line.net) for line in invoice.lines
    )
    return Coming(period, invoice.day, lines, invoice.net, invoice.total)


def invoiced_periods(session: Session, contract: Contract) -> list[tuple[ContractPeriod, Invoice]]:
    """The latest periods that have an invoice, with it, the newest first."""
    rows = session.execute(
        select(ContractPeriod, Invoice)
        .join(Invoice, Invoice.id == ContractPeriod.invoice_id)
        .where(ContractPeriod.contract_id == contract.id)
        .order_by(ContractPeriod.first_day.desc())
        .limit(6)
    )
    return [(row[0], row[1]) for row in rows]


def missing_invoices(session: Session, contract: Contract) -> int:
    """How many periods lost their draft because somebody deleted it."""
    return (
        session.scalar(
            select(func.count(ContractPeriod.id)).where(
                ContractPeriod.contract_id == contract.id,
                ContractPeriod.outcome == "invoiced",
                ContractPeriod.invoice_id.is_(None),
            )
        )
        or 0
    )


def monthly_revenue(session: Session, narrowed: tuple[object, ...] = ()) -> Decimal:
    """What running contracts bring a month, in the company's currency; contracts in a currency
    without a rate are left out. `narrowed` are further conditions on them."""
    wanted = (
        select(Contract.currency, func.sum(Contract.monthly))
        .where(Contract.state == "running", *narrowed)  # type: ignore[arg-type]
        .group_by(Contract.currency)
    )
    whole = ZERO
    for currency, amount in session.execute(wanted):
        rate = rate_if_known(session, currency, today(session), None)
        if rate is not None:
            whole += in_company(session, amount, rate)
    return whole
