"""What tills sold, moved and counted, as entries.

A receipt is paid on the spot: its payments stand where an invoice has a receivable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import JournalType
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.payments.agreed import Side
from addons.accounting.services.taxing import with_taxes
from addons.accounting.services.trade.accounts import Purpose, partner_account, trade_account
from addons.accounting.services.trade.documents import (
    DocumentMoney,
    TradeTax,
    with_printed_taxes,
)
from addons.accounting.services.trade.journals import trade_journal

ZERO: Final = Decimal(0)
_KIND: Final[JournalType] = "sale"
_PLAIN: Final[dict[str, Purpose]] = {
    "cash": "till_cash",
    "card": "till_clearing",
    "transfer": "till_clearing",
    "other": "till_clearing",
    "gift_card": "gift_card",
    "loyalty": "discount_allowed",
    "missing": "till_difference",
}
"""Where a payment stands whose method names no account."""


@dataclass(frozen=True, slots=True)
class TillLine:
    """Goods of a receipt: `net` is negative for what came back."""

    category_id: int | None
    returned: bool
    net: Decimal
    tax_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TillPayment:
    """A payment of a receipt, in its currency; `rate` where it is not the receipt's."""

    kind: str
    account: str
    amount: Decimal
    due: date
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sale or refund of a till: lines and taxes come to what was paid, with the rounding."""

    source_type: str
    source_id: int
    number: str
    narration: str
    day: date
    partner_id: int | None
    currency: str
    rate: Decimal
    branch_id: int | None
    lines: tuple[TillLine, ...]
    taxes: tuple[TradeTax, ...]
    rounding: Decimal
    payments: tuple[TillPayment, ...]
    side: Side = "receivable"
    sign: int = -1


@dataclass(frozen=True, slots=True)
class _Books:
    """The books while receipts are posted together: each account is asked for once."""

    session: Session
    own: str
    known: dict[tuple[Purpose, int | None], str] = field(default_factory=dict)

    def account(self, purpose: Purpose, category_id: int | None = None) -> str:
        """The code of the account for a purpose."""
        key = (purpose, category_id)
        if key not in self.known:
            self.known[key] = trade_account(self.session, purpose, category_id)
        return self.known[key]


def receipt_entries(session: Session, receipts: Iterable[Receipt]) -> list[EntryDraft]:
    """The entries of receipts; one that comes to nothing at all has none."""
    books = _Books(session, company_currency(session))
    made = (_receipt_entry(books, receipt) for receipt in receipts)
    return [entry for entry in made if entry is not None]


def _receipt_entry(books: _Books, receipt: Receipt) -> EntryDraft | None:
    session = books.session
    money = DocumentMoney(books.own, receipt.currency, receipt.rate)
    bases = tuple(_base(books, one, money) for one in receipt.lines if one.net)
    entry = EntryDraft(
        date=receipt.day,
        lines=bases,
        journal=trade_journal(session, _KIND),
        reference=receipt.number,
        narration=receipt.narration,
        partner_id=receipt.partner_id,
        source_type=receipt.source_type,
        source_id=str(receipt.source_id),
        branch_id=receipt.branch_id,
    )
    if entry.lines:
        entry = with_taxes(session, entry)
    lines = with_printed_taxes(session, receipt, entry.lines, money)
    if receipt.rounding:
        rounding = LineDraft(books.account("cash_rounding"), ZERO, currency=books.own)
        lines.append(money.put(rounding, money.worth(-receipt.rounding), -receipt.rounding))
    paid = [_paid(books, receipt, one, money) for one in receipt.payments if one.amount]
    lines = _balanced(books, [*paid, *lines])
    return replace(entry, lines=tuple(lines)) if len(lines) > 1 else None


def _base(books: _Books, line: TillLine, money: DocumentMoney) -> LineDraft:
    purpose: Purpose = "sales_returns" if line.returned else "sales"
    draft = LineDraft(
        books.account(purpose, line.category_id),
        ZERO,
        currency=books.own,
        tax_code=",".join(line.tax_codes),
        tax_role="base" if line.tax_codes else "",
    )
    return money.put(draft, money.worth(-line.net), -line.net)


def _paid(books: _Books, receipt: Receipt, paid: TillPayment, money: DocumentMoney) -> LineDraft:
    at = money if paid.rate is None else replace(money, rate=paid.rate)
    amount = at.worth(paid.amount)
    if paid.kind == "credit" and receipt.partner_id is not None:
        draft = LineDraft(
            partner_account(books.session, receipt.partner_id, "receivable"),
            ZERO,
            receipt.number,
            currency=books.own,
            partner_id=receipt.partner_id,
            due_date=paid.due,
        )
    else:
        account = paid.account or books.account(_PLAIN.get(paid.kind, "till_difference"))
        draft = LineDraft(account, ZERO, currency=books.own)
    return at.put(draft, amount, paid.amount)


def _balanced(books: _Books, lines: Sequence[LineDraft]) -> list[LineDraft]:
    """The lines, with what conversion into the company's currency leaves over."""
    left = exact_sum(line.amount for line in lines)
    if not left:
        return list(lines)
    rest = LineDraft(books.account("cash_rounding"), -left, currency=books.own)
    return [*lines, rest]


@dataclass(frozen=True, slots=True)
class TillMoney:
    """Money of a till that comes from or goes to somewhere else than a receipt: positive is more
    in the till."""

    source_type: str
    source_id: str
    number: str
    narration: str
    day: date
    currency: str
    rate: Decimal
    branch_id: int | None
    against: Purpose
    parts: tuple[tuple[str, str, Decimal], ...]


def till_money_entry(session: Session, moved: TillMoney) -> EntryDraft | None:
    """The entry of money that was put in, taken out or found; `parts` are kind of the method,
    account and amount. None where there is none."""
    own = company_currency(session)
    money = DocumentMoney(own, moved.currency, moved.rate)
    lines = list(_moved(session, moved, money, own))
    if not lines:
        return None
    return EntryDraft(
        date=moved.day,
        lines=tuple(lines),
        reference=moved.number,
        narration=moved.narration,
        source_type=moved.source_type,
        source_id=moved.source_id,
        branch_id=moved.branch_id,
    )


def _moved(
    session: Session, moved: TillMoney, money: DocumentMoney, own: str
) -> Iterable[LineDraft]:
    for kind, account, amount in moved.parts:
        if not amount:
            continue
        worth = money.worth(amount)
        there = account or trade_account(session, _PLAIN.get(kind, "till_clearing"))
        other = LineDraft(trade_account(session, moved.against), ZERO, currency=own)
        yield money.put(LineDraft(there, ZERO, currency=own), worth, amount)
        yield money.put(other, -worth, -amount)
