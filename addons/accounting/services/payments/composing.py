"""What a payment posts, worked out before anything is written: what each item gets in the
company's currency, and the lines of the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.models.payments import Payment
from addons.accounting.services.currencies import company_currency, convert
from addons.accounting.services.default_accounts import default_code
from addons.accounting.services.entry_draft import LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import round_money, smallest_unit, split
from addons.accounting.services.payments.agreed import control_account
from addons.accounting.services.payments.discounts import discount_lines, most_discount
from addons.accounting.services.payments.documents import payable_items
from addons.accounting.services.settlement.values import OpenItem
from core.api import InvalidInput, phrase


@dataclass(frozen=True, slots=True)
class _Paid:
    """An item and what is paid of it: in the currency in which it was agreed, and in the
    company's, each with the discount beside it."""

    item: OpenItem
    currency: str
    amount: Decimal
    discount: Decimal
    value: Decimal
    discount_value: Decimal


@dataclass(frozen=True, slots=True)
class Composed:
    """The lines of a payment's entry; `places` tells for each of its items, in order, which of
    the lines pays it, counted from 0."""

    lines: tuple[LineDraft, ...]
    places: tuple[int, ...]


def compose(session: Session, payment: Payment) -> Composed:
    """The entry of a payment as lines; raises InvalidInput naming the item that cannot be paid
    as the payment says."""
    paid, left = _worked_out(session, payment)
    own = company_currency(session)
    sign = 1 if payment.kind == "in" else -1
    whole = exact_sum((left, *(one.value for one in paid)))
    lines = _money_lines(session, payment, whole, own, sign)
    places = []
    for one in paid:
        places.append(len(lines))
        lines.append(_item_line(payment, one, own, sign))
        lines += discount_lines(
            session, one.item.line_id, sign * one.discount_value, own, payment.partner_id
        )
    if left:
        lines.append(_advance(session, payment, paid, left, whole, sign))
    return Composed(tuple(lines), tuple(places))


def _worked_out(session: Session, payment: Payment) -> tuple[list[_Paid], Decimal]:
    """What each item gets, and what is left of the payment in the company's currency."""
    whole = _whole(session, payment)
    chosen = [_chosen(session, payment, place) for place in range(len(payment.items))]
    own = company_currency(session)
    same = [one[2] for one in chosen if one[1] == payment.currency]
    rest = payment.amount - exact_sum(same)
    if rest < 0:
        raise _too_much(payment)
    shares = iter(split(whole, [*same, rest], own) if same or rest else [])
    paid = []
    for item, currency, amount, saved in chosen:
        is_same = currency == payment.currency
        value = next(shares) if is_same else convert(session, amount, currency, payment.date)
        saved_value = round_money(saved * value / amount, own)
        paid.append(_Paid(item, currency, amount, saved, value, saved_value))
    left = whole - exact_sum(one.value for one in paid)
    if left < 0:
        raise _too_much(payment)
    return paid, left


def _whole(session: Session, payment: Payment) -> Decimal:
    """The payment in the company's currency: as the bank booked it, or at the rate of the day."""
    if payment.currency == company_currency(session):
        return payment.amount
    if payment.company_amount is not None:
        return payment.company_amount
    return convert(session, payment.amount, payment.currency, payment.date)


def _chosen(
    session: Session, payment: Payment, place: int
) -> tuple[OpenItem, str, Decimal, Decimal]:
    """One item with currency, amount and discount; raises InvalidInput naming what is wrong."""
    row = payment.items[place]
    kind = "in" if payment.kind == "in" else "out"
    known = {item.line_id: item for item in payable_items(session, kind, payment.partner_id)}
    item = known.get(row.line_id)
    if item is None:
        raise InvalidInput.of(
            f"items.{place}.line_id",
            phrase("This item of {partner} is not open any more.", partner=payment.partner),
            fix=phrase("Take it out of the payment, or choose another one."),
        )
    own = company_currency(session)
    if item.currency != own:
        raise InvalidInput.of(
            f"items.{place}.line_id",
            phrase(
                "{number} is kept in {currency} alone, not in the company's currency.",
                number=item.number,
                currency=item.currency,
            ),
            fix=phrase("Pay it with an entry in {currency}.", currency=item.currency),
        )
    currency, residual = item.owed_currency, abs(item.owed)
    if currency not in (payment.currency, own) and payment.currency != own:
        raise InvalidInput.of(
            f"items.{place}.line_id",
            phrase("{number} was agreed in {currency}.", number=item.number, currency=currency),
            fix=phrase("Pay it with a payment in {one} or {other}.", one=currency, other=own),
        )
    if row.amount + row.discount > residual:
        raise InvalidInput.of(
            f"items.{place}.amount",
            phrase(
                "Of {number} only {amount} {currency} are open.",
                number=item.number,
                amount=residual,
                currency=currency,
            ),
        )
    _require_offered(session, payment, place, currency)
    return item, currency, row.amount, row.discount


def _require_offered(session: Session, payment: Payment, place: int, currency: str) -> None:
    row = payment.items[place]
    if not row.discount:
        return
    offered = most_discount(session, row.line_id, row.amount + row.discount, currency, payment.date)
    if row.discount > offered + smallest_unit(currency):
        raise InvalidInput.of(
            f"items.{place}.discount",
            phrase("On this day a discount of {amount} is offered here.", amount=offered),
            fix=phrase("Lower the discount, or write the difference off when it is settled."),
        )


def _money_lines(
    session: Session, payment: Payment, whole: Decimal, own: str, sign: int
) -> list[LineDraft]:
    """What the bank or the till got or gave, and what the bank kept for itself."""
    is_foreign = payment.currency != own
    charges = round_money(payment.charges * whole / payment.amount, own)
    moved = sign * whole - charges
    lines = []
    if moved:
        agreed = sign * payment.amount - payment.charges
        lines.append(
            LineDraft(
                payment.account.code,
                moved,
                currency=own,
                original_amount=agreed if is_foreign else None,
                original_currency=payment.currency if is_foreign else "",
            )
        )
    if charges:
        account = default_code(session, "bank_charges_account")
        lines.append(LineDraft(account, charges, currency=own))
    return lines


def _item_line(payment: Payment, one: _Paid, own: str, sign: int) -> LineDraft:
    is_foreign = one.currency != own
    return LineDraft(
        one.item.account,
        -sign * (one.value + one.discount_value),
        label=one.item.number + (f" ({one.item.reference})" if one.item.reference else ""),
        currency=own,
        original_amount=-sign * (one.amount + one.discount) if is_foreign else None,
        original_currency=one.currency if is_foreign else "",
        partner_id=payment.partner_id,
        due_date=payment.date,
    )


def _advance(
    session: Session,
    payment: Payment,
    paid: Sequence[_Paid],
    left: Decimal,
    whole: Decimal,
    sign: int,
) -> LineDraft:
    """What no item takes: it stays with the partner, and is settled with a later invoice."""
    own = company_currency(session)
    is_foreign = payment.currency != own
    agreed = round_money(payment.amount * left / whole, payment.currency)
    if all(one.currency == payment.currency for one in paid):
        agreed = payment.amount - exact_sum(one.amount for one in paid)
    side = "receivable" if payment.kind == "in" else "payable"
    return LineDraft(
        control_account(session, payment.partner_id, side).code,
        -sign * left,
        label=phrase("Advance"),
        currency=own,
        original_amount=-sign * agreed if is_foreign else None,
        original_currency=payment.currency if is_foreign else "",
        partner_id=payment.partner_id,
        due_date=payment.date,
    )


def _too_much(payment: Payment) -> InvalidInput:
    return InvalidInput.of(
        "items",
        phrase(
            "The items take more than the {amount} {currency} that are paid.",
            amount=payment.amount,
            currency=payment.currency,
        ),
        fix=phrase("Lower what is paid of an item, or raise the amount."),
    )
