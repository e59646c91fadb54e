"""Early-payment discounts: what an open item would save on a day, and how the saving is posted.

A discount on the gross amount makes the supply cheaper, VAT included: it is posted as the invoice
was, in small. What it takes from the price goes to the discount account, tagged as the base of
the same tax; what it takes from the VAT goes back to the account of the VAT. A discount on the
price alone leaves the VAT as it was invoiced, and goes to the discount account as a whole.

A customer's discount is debited to the account for discounts given, a supplier's credited to the
account for discounts received.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalLine
from addons.accounting.models.terms import DiscountOffer
from addons.accounting.options import AccountingOptions
from addons.accounting.services.default_accounts import default_account
from addons.accounting.services.entry_draft import LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import round_money, split
from addons.accounting.services.terms import DiscountOn, discount
from core.api import options


@dataclass(frozen=True, slots=True)
class Saving:
    """What may still be saved on an item: so much, if it is paid until the day."""

    until: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class _Counterpart:
    """What stands against the debt in the invoice: a tax, or everything with one tax code."""

    account: str
    amount: Decimal
    tax_code: str = ""
    tax_role: str = ""
    tax_base: Decimal | None = None


def savings(session: Session, line_ids: Iterable[int], on: date) -> dict[int, Saving]:
    """The discounts that are still open on a day, by line."""
    offered = select(DiscountOffer).where(
        DiscountOffer.line_id.in_(tuple(line_ids)), DiscountOffer.until >= on
    )
    return {one.line_id: Saving(one.until, one.percent) for one in session.scalars(offered)}


def most_discount(
    session: Session, line_id: int, amount: Decimal, currency: str, on: date
) -> Decimal:
    """The discount on an amount of this line, positive, if it is paid on the day; zero where none
    is offered any more."""
    found = savings(session, [line_id], on).get(line_id)
    if found is None:
        return Decimal(0)
    whole = amount.copy_abs()
    mode = _mode(session)
    tax = Decimal(0) if mode == "gross" else _tax_within(session, line_id, whole, currency)
    return discount(whole, tax, found.percent, currency, mode)


def discount_lines(
    session: Session, line_id: int, amount: Decimal, currency: str, partner_id: int | None
) -> list[LineDraft]:
    """The lines that stand against a discount: `amount` is positive for one that a customer
    takes (a debit), negative for one that is taken from a supplier."""
    if not amount:
        return []
    account = default_account(
        session, "discount_allowed_account" if amount > 0 else "discount_received_account"
    ).code
    whole = LineDraft(account, amount, currency=currency, partner_id=partner_id)
    if _mode(session) == "net":
        return [whole]
    against = _counterparts(session, line_id)
    total = exact_sum(part.amount for part in against)
    if not total or not any(part.tax_role for part in against):
        return [whole]
    return [
        LineDraft(
            part.account if part.tax_role == "tax" else account,
            share,
            currency=currency,
            partner_id=partner_id,
            tax_code=part.tax_code,
            tax_role=part.tax_role,
            tax_base=_scaled(part.tax_base, share, part.amount, currency),
        )
        for part, share in zip(against, _in_proportion(amount, against, currency), strict=True)
        if share
    ]


def _mode(session: Session) -> DiscountOn:
    return options(session, AccountingOptions).early_discount_on


def _tax_within(session: Session, line_id: int, amount: Decimal, currency: str) -> Decimal:
    """How much of an amount of this line is VAT, in the proportion of its invoice."""
    against = _counterparts(session, line_id)
    total = exact_sum(part.amount for part in against)
    tax = exact_sum(part.amount for part in against if part.tax_role == "tax")
    return round_money(amount * tax / total, currency) if total else Decimal(0)


def _counterparts(session: Session, line_id: int) -> list[_Counterpart]:
    """The invoice behind a line without its receivable and payable lines: each tax by itself, the
    rest by tax code."""
    entry = select(JournalLine.entry_id).where(JournalLine.id == line_id).scalar_subquery()
    rows = session.execute(
        select(JournalLine, Account.code)
        .join(Account, Account.id == JournalLine.account_id)
        .where(JournalLine.entry_id == entry, Account.subtype.not_in(("receivable", "payable")))
        .order_by(JournalLine.position)
    )
    grouped: dict[tuple[str, str, str], list[JournalLine]] = {}
    for line, code in rows:
        account = code if line.tax_role == "tax" else ""
        grouped.setdefault((account, line.tax_code, line.tax_role), []).append(line)
    return [
        _Counterpart(
            account,
            exact_sum(line.amount for line in lines),
            tax_code,
            tax_role,
            exact_sum(line.tax_base or Decimal(0) for line in lines) if tax_role == "tax" else None,
        )
        for (account, tax_code, tax_role), lines in grouped.items()
    ]


def _in_proportion(amount: Decimal, parts: list[_Counterpart], currency: str) -> list[Decimal]:
    """The amount over the parts; where some of them are on the other side, such as a withheld
    tax, the largest takes what rounding leaves."""
    total = exact_sum(part.amount for part in parts)
    if all(part.amount * total >= 0 for part in parts):
        return split(amount, [part.amount.copy_abs() for part in parts], currency)
    shares = [round_money(amount * part.amount / total, currency) for part in parts]
    largest = max(range(len(parts)), key=lambda place: abs(parts[place].amount))
    shares[largest] += amount - exact_sum(shares)
    return shares


def _scaled(base: Decimal | None, share: Decimal, whole: Decimal, currency: str) -> Decimal | None:
    return None if base is None else round_money(base * share / whole, currency)
