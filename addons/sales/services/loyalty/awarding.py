"""Points for invoices: given when they are posted or paid, taken back when they are credited.

An invoice has, at any time, the points that it should have by then: what it was found to earn, less
what was credited. Whatever happens to it, the difference is entered; so nothing is given twice,
and nothing that was paid, taken back and paid again is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.sales.models import (
    Invoice,
    InvoiceLine,
    LoyaltyAccount,
    LoyaltyMove,
    LoyaltyProgram,
)
from addons.sales.services.amounts import ZERO
from addons.sales.services.loyalty.earning import (
    OF_SALES,
    EarningLine,
    Sold,
    give_points,
    rewards,
    take_points,
    why_earned,
)
from addons.sales.services.loyalty.earning_rules import SoldAmount, points_for
from addons.sales.services.loyalty.keeping import account_of, lock_accounts
from core.api import cached_until_change


def award(session: Session, invoices: Iterable[Invoice], day: date) -> None:
    """Bring the points of these invoices to what they should be on this day. Credit notes stand for
    the invoices that they correct."""
    wanted = {(one.corrects_id or 0) if one.kind == "credit_note" else one.id for one in invoices}
    if not wanted or not has_programs(session):
        return
    for invoice_id in sorted(wanted - {0}):
        invoice = session.get_one(Invoice, invoice_id)
        lock_accounts(session, invoice.contact_id)
        for program in _programs(session, invoice):
            _award(session, program, invoice, max(day, invoice.day))


@cached_until_change(LoyaltyProgram)
def has_programs(session: Session) -> bool:
    """Whether the company has any programme at all."""
    return session.scalar(select(LoyaltyProgram.id).limit(1)) is not None


def _programs(session: Session, invoice: Invoice) -> list[LoyaltyProgram]:
    """The programmes under which an invoice earned, or earns now."""
    before = (
        select(LoyaltyAccount.program_id)
        .join(LoyaltyMove, LoyaltyMove.account_id == LoyaltyAccount.id)
        .where(LoyaltyMove.invoice_id == invoice.id)
    )
    known = session.scalars(
        select(LoyaltyProgram)
        .where(LoyaltyProgram.id.in_(before) | LoyaltyProgram.active)
        .order_by(LoyaltyProgram.id)
    )
    earned = set(session.scalars(before))
    return [one for one in known if one.id in earned or _is_open(session, one, invoice)]


def _is_open(session: Session, program: LoyaltyProgram, invoice: Invoice) -> bool:
    if invoice.posted_at is None:
        return False
    sold = (invoice.currency, invoice.posted_at, invoice.day)
    return rewards(session, program, invoice.contact_id, *sold)


def _award(session: Session, program: LoyaltyProgram, invoice: Invoice, day: date) -> None:
    have, why = _had(session, program, invoice)
    due = program.earn_when == "posted" or invoice.payment_progress == "paid"
    if not due and not why:
        return
    account = account_of(session, program.id, invoice.contact_id)
    if not why:
        why = _why(session, program, account, invoice) if due else []
    wanted = ZERO
    if due and invoice.state == "posted":
        wanted = points_for(_left(session, why), program.earn_points, program.earn_amount)
    if wanted > have:
        number, rate = invoice.number or "", invoice.rate or Decimal(1)
        sold = Sold(number, invoice.net, invoice.total, rate, invoice.branch_id)
        give_points(session, account, wanted - have, sold, why, day, invoice_id=invoice.id)
    elif wanted < have:
        number, branch = invoice.number or "", invoice.branch_id
        take_points(session, account, have - wanted, day, number, branch, invoice_id=invoice.id)


def _had(
    session: Session, program: LoyaltyProgram, invoice: Invoice
) -> tuple[Decimal, list[dict[str, Any]]]:
    """The points that an invoice has by now, those owed counted as gone; and why it earned them."""
    rows = session.execute(
        select(LoyaltyMove.points, LoyaltyMove.owed, LoyaltyMove.why)
        .join(LoyaltyAccount, LoyaltyAccount.id == LoyaltyMove.account_id)
        .where(
            LoyaltyMove.invoice_id == invoice.id,
            LoyaltyMove.kind.in_(OF_SALES),
            LoyaltyAccount.program_id == program.id,
        )
        .order_by(LoyaltyMove.id)
    ).all()
    have = sum((row.points - row.owed for row in rows), ZERO)
    return have, next((list(row.why) for row in rows if row.why), [])


def _why(
    session: Session, program: LoyaltyProgram, account: LoyaltyAccount, invoice: Invoice
) -> list[dict[str, Any]]:
    sold = [
        EarningLine(line.id, line.product_id, line.category_id, line.net)
        for line in invoice.lines
        if line.kind == "product" and line.role == "sale"
    ]
    return why_earned(session, program, account, sold, invoice.day)


def _left(session: Session, why: list[dict[str, Any]]) -> list[SoldAmount]:
    """What the lines still earn on, after what was credited of them."""
    ids = [one["line"] for one in why]
    rows = session.execute(
        select(InvoiceLine.corrects_line_id, func.sum(InvoiceLine.net))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.corrects_line_id.in_(ids), Invoice.state == "posted")
        .group_by(InvoiceLine.corrects_line_id)
    )
    credited: dict[int | None, Decimal] = {row[0]: row[1] for row in rows}
    return [
        SoldAmount(
            one["line"],
            max(Decimal(one["net"]) - credited.get(one["line"], ZERO), ZERO),
            Decimal(one["factor"]),
        )
        for one in why
    ]
