"""A company with customers and a supplier, for the tests of settlement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, OpenItem, open_items, post_entry
from addons.accounting.models import Account, JournalLine
from addons.accounting.options import AccountingOptions
from addons.accounting.services.invariants import INVARIANTS
from addons.accounting.services.ledger import seal_now
from addons.contacts.api import add_contact
from core.api import set_options

DAY = date(2026, 3, 14)
CHART = (
    ("Receivables", "asset", "receivable", True),
    ("Payables", "liability", "payable", True),
    ("Bank", "asset", "bank", False),
    ("Sales", "income", "", False),
    ("Goods", "expense", "", False),
    ("Exchange gains", "income", "", False),
    ("Exchange losses", "expense", "", False),
    ("Bad debts", "expense", "", False),
    ("Discounts", "expense", "", False),
)


def open_books(session: Session) -> dict[str, int]:
    """The chart with its control accounts, and where exchange differences go."""
    known = set(session.scalars(select(Account.code)))
    session.add_all(
        Account(code=code, name=code, type=kind, subtype=use, reconcilable=open_)
        for code, kind, use, open_ in CHART
        if code not in known
    )
    session.flush()
    set_options(
        session,
        AccountingOptions,
        company_currency="USD",
        exchange_gain_account="Exchange gains",
        exchange_loss_account="Exchange losses",
    )
    return {account.code: account.id for account in session.scalars(select(Account))}


def contact(session: Session, name: str) -> int:
    """A customer of this name."""
    return add_contact(session, {"name": name, "is_customer": True}).id


def item(
    session: Session,
    amount: str,
    *,
    partner: int | None,
    on: date = DAY,
    due: date | None = None,
    control: str = "Receivables",
    other: str = "Sales",
    foreign: tuple[str, str] | None = None,
) -> int:
    """Post an entry and return its control line: positive is an invoice to a customer (or money
    paid to a supplier), negative a payment of theirs (or an invoice of a supplier). `foreign` is
    the amount and currency that were agreed."""
    value = Decimal(amount)
    original = None if foreign is None else Decimal(foreign[0])
    currency = "" if foreign is None else foreign[1]
    line = LineDraft(
        control, value, original_amount=original, original_currency=currency, due_date=due
    )
    name = "Somebody" if partner is None else ""
    entry = EntryDraft(
        on, (line, LineDraft(other, value.copy_negate())), partner=name, partner_id=partner
    )
    posted = post_entry(session, entry)
    found = select(JournalLine.id).where(JournalLine.entry_id == posted.id)
    return session.scalars(found.order_by(JournalLine.position)).all()[0]


def residuals(session: Session, *lines: int, on: date | None = None) -> list[str]:
    """What is left of these lines, as "books" or "books/agreed"."""
    found = {open_item.line_id: open_item for open_item in open_items(session, on=on)}
    return [_written(found.get(line)) for line in lines]


def balance_of(session: Session, code: str) -> Decimal:
    """The sum of an account's posted lines."""
    rows = session.scalars(
        select(JournalLine.amount).join(JournalLine.account).where(Account.code == code)
    )
    return sum(rows, Decimal(0))


def require_sound(session: Session) -> None:
    """All invariants of accounting hold."""
    seal_now(session)
    for invariant in INVARIANTS:
        result = invariant.check(session)
        assert result.holds, (invariant.name, result)


def _written(found: OpenItem | None) -> str:
    if found is None:
        return "0"
    books = f"{found.residual.normalize():f}"
    if found.original_residual is None:
        return books
    return f"{books}/{found.original_residual.normalize():f}"
