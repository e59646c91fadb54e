"""Points for invoices: given when they are posted or paid, taken back when they are credited.

An invoice has, at any time, the points that it should have by then: what it was found to earn, less
what was credited. Whatever happens to it, the difference is entered; so nothing is given twice,
and nothing that was paid, taken back and paid again is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import category_paths
from addons.contacts.api import get_contact
from addons.sales.models import (
    Invoice,
    InvoiceLine,
    LoyaltyAccount,
    LoyaltyMove,
    LoyaltyProgram,
)
from addons.sales.services.amounts import EXACT, ZERO
from addons.sales.services.days import today
from addons.sales.services.loyalty.earning_rules import (
    EarningRule,
    SoldAmount,
    factor_of,
    points_for,
    worth_of,
)
from addons.sales.services.loyalty.keeping import account_of, add_points, lock_accounts
from addons.sales.services.months import add_months
from addons.sales.services.working_out import in_company
from core.api import cached_until_change

_OF_INVOICES: Final = ("earn", "take_back")


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
    if program.currency != invoice.currency:
        return False
    if invoice.posted_at is None or invoice.posted_at < program.created_at:
        return False  # a programme rewards what is sold from when it is there
    if program.valid_from is not None and invoice.day < program.valid_from:
        return False
    if program.valid_to is not None and invoice.day > program.valid_to:
        return False
    return program.group_id is None or program.group_id == _group_of(session, invoice)


def _group_of(session: Session, invoice: Invoice) -> int | None:
    contact = get_contact(session, invoice.contact_id)
    return None if contact is None else contact.group_id


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
        _give(session, program, account, invoice, wanted - have, why, day)
    elif wanted < have:
        _take(session, account, invoice, have - wanted, day)


def _had(
    session: Session, program: LoyaltyProgram, invoice: Invoice
) -> tuple[Decimal, list[dict[str, Any]]]:
    """The points that an invoice has by now, those owed counted as gone; and why it earned them."""
    rows = session.execute(
        select(LoyaltyMove.points, LoyaltyMove.owed, LoyaltyMove.why)
        .join(LoyaltyAccount, LoyaltyAccount.id == LoyaltyMove.account_id)
        .where(
            LoyaltyMove.invoice_id == invoice.id,
            LoyaltyMove.kind.in_(_OF_INVOICES),
            LoyaltyAccount.program_id == program.id,
        )
        .order_by(LoyaltyMove.id)
    ).all()
    have = sum((row.points - row.owed for row in rows), ZERO)
    return have, next((list(row.why) for row in rows if row.why), [])


def _why(
    session: Session, program: LoyaltyProgram, account: LoyaltyAccount, invoice: Invoice
) -> list[dict[str, Any]]:
    """Which line earns on what, and how often; kept, so that later rules change nothing of it."""
    rules = rules_of(program)
    paths = category_paths(session, {line.category_id for line in invoice.lines
                                     if line.category_id is not None})  # fmt: skip
    group_id, tier = _group_of(session, invoice), tier_factor(session, program, account)
    found = []
    for line in invoice.lines:
        if line.kind != "product" or line.role != "sale":
            continue
        path = paths.get(line.category_id or 0, ())
        factor = factor_of(rules, line.product_id, path, group_id, invoice.day)
        if factor and line.net > 0:
            counted = EXACT.multiply(factor, tier)
            found.append({"line": line.id, "net": str(line.net), "factor": str(counted)})
    return found


def rules_of(program: LoyaltyProgram) -> list[EarningRule]:
    """A programme's rules as values."""
    return [
        EarningRule(
            one.factor,
            one.product_id,
            one.category_id,
            one.group_id,
            one.weekdays,
            one.valid_from,
            one.valid_to,
        )
        for one in program.rules
    ]


def tier_factor(session: Session, program: LoyaltyProgram, account: LoyaltyAccount) -> Decimal:
    """How often points count for a customer, by what was earned in the programme's last months."""
    tier = tier_name(session, program, account)
    return Decimal(1) if tier is None else tier[1]


def tier_name(
    session: Session, program: LoyaltyProgram, account: LoyaltyAccount
) -> tuple[str, Decimal] | None:
    """The customer's tier and how often its points count; None below the first."""
    if not program.tiers:
        return None
    since = add_months(today(session), -program.tier_months) + timedelta(days=1)
    earned = session.scalar(
        select(func.coalesce(func.sum(LoyaltyMove.points - LoyaltyMove.owed), 0)).where(
            LoyaltyMove.account_id == account.id,
            LoyaltyMove.kind.in_(_OF_INVOICES),
            LoyaltyMove.day >= since,
        )
    )
    reached = [one for one in program.tiers if one.from_points <= (earned or ZERO)]
    highest = max(reached, key=lambda one: one.from_points, default=None)
    return None if highest is None else (highest.name, highest.factor)


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


def _give(
    session: Session,
    program: LoyaltyProgram,
    account: LoyaltyAccount,
    invoice: Invoice,
    points: Decimal,
    why: list[dict[str, Any]],
    day: date,
) -> None:
    worth = worth_of(points, program.point_value, program.expected_use, invoice.net, invoice.total)
    add_points(
        session,
        account,
        "earn",
        points,
        day,
        worth=in_company(session, worth, invoice.rate or Decimal(1)),
        expires_on=expiry_of(program, day),
        number=invoice.number or "",
        branch_id=invoice.branch_id,
        invoice_id=invoice.id,
        why=why,
    )
    if account.owed:
        late = min(account.owed, account.points)
        add_points(session, account, "take_back", -late, day, owed=-late,
                   number=invoice.number or "", branch_id=invoice.branch_id)  # fmt: skip


def _take(
    session: Session, account: LoyaltyAccount, invoice: Invoice, points: Decimal, day: date
) -> None:
    """Take points back as far as they are there; the rest is owed, and taken from the next."""
    there = min(points, account.points)
    add_points(
        session,
        account,
        "take_back",
        -there,
        day,
        owed=points - there,
        number=invoice.number or "",
        branch_id=invoice.branch_id,
        invoice_id=invoice.id,
    )


def expiry_of(program: LoyaltyProgram, day: date) -> date | None:
    """The last day of points that come on a day."""
    return add_months(day, program.months) if program.months else None
