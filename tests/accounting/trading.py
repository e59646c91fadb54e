"""A trading company for the tests of receivables and payables: its accounts and options, two
customers, a supplier, and invoices with VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal, JournalLine
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post, seal_now
from addons.accounting.services.payments.documents import create_payment
from addons.accounting.services.settlement.items import open_items
from addons.contacts.api import add_contact
from core.api import set_options

DAY = date(2026, 3, 14)
_ACCOUNTS = (
    ("1010", "Bank", "asset", "bank"),
    ("1020", "Cash", "asset", "cash"),
    ("1100", "Customers", "asset", "receivable"),
    ("1110", "Cheques in hand", "asset", ""),
    ("1120", "Cheques under collection", "asset", ""),
    ("1500", "VAT on purchases", "asset", "tax"),
    ("2100", "Suppliers", "liability", "payable"),
    ("2110", "Cheques issued", "liability", ""),
    ("2120", "Cheques presented", "liability", ""),
    ("2500", "VAT on sales", "liability", "tax"),
    ("3000", "Capital", "equity", ""),
    ("4000", "Sales", "income", ""),
    ("4100", "Discounts received", "income", ""),
    ("4200", "Reminder fees", "income", ""),
    ("4300", "Exchange gains", "income", ""),
    ("5000", "Purchases", "expense", ""),
    ("5100", "Discounts given", "expense", ""),
    ("5200", "Bank charges", "expense", ""),
    ("5300", "Exchange losses", "expense", ""),
)
_OPTIONS = {
    "company_currency": "SAR",
    "receivable_account": "1100",
    "payable_account": "2100",
    "bank_charges_account": "5200",
    "discount_allowed_account": "5100",
    "discount_received_account": "4100",
    "cheques_in_hand_account": "1110",
    "cheques_under_collection_account": "1120",
    "cheques_issued_account": "2110",
    "cheques_presented_account": "2120",
    "dunning_income_account": "4200",
    "exchange_gain_account": "4300",
    "exchange_loss_account": "5300",
}


@dataclass(frozen=True, slots=True)
class Trade:
    """Ids of what the company has."""

    accounts: dict[str, int]
    journals: dict[str, int]
    noor: int
    cedar: int
    eastern: int


def set_up(session: Session) -> Trade:
    """The company's books, once for a whole file of tests."""
    for code, name, kind, use in _ACCOUNTS:
        reconcilable = use in ("receivable", "payable") or name.startswith("Cheques")
        session.add(
            Account(code=code, name=name, type=kind, subtype=use, reconcilable=reconcilable)
        )
    session.flush()
    set_options(session, AccountingOptions, **_OPTIONS)
    ensure_years(session, [date(2025, 6, 1), DAY, date(2027, 1, 1)])
    noor = add_contact(
        session,
        {"name": "Al Noor Trading", "is_customer": True, "email": "noor@example.com",
         "language": "ar"},
    ).id  # fmt: skip
    cedar = add_contact(session, {"name": "Cedar House", "is_customer": True}).id
    eastern = add_contact(session, {"name": "Eastern Supplies", "is_supplier": True}).id
    return Trade(
        accounts={a.code: a.id for a in session.scalars(select(Account))},
        journals={j.code: j.id for j in session.scalars(select(Journal))},
        noor=noor,
        cedar=cedar,
        eastern=eastern,
    )


def invoice(
    session: Session,
    partner_id: int,
    net: str = "1000",
    *,
    day: date = DAY,
    due: date | None = None,
    vat: str = "0",
    reference: str = "",
    original: tuple[str, str] | None = None,
) -> int:
    """A sale on credit; returns the line of the receivable."""
    base, tax = Decimal(net), Decimal(vat)
    foreign, currency = (Decimal(original[0]), original[1]) if original else (None, "")
    lines = [
        LineDraft("1100", base + tax, partner_id=partner_id, due_date=due,
                  original_amount=foreign, original_currency=currency),
        LineDraft("4000", -base, tax_code="S15" if tax else "", tax_role="base" if tax else ""),
    ]  # fmt: skip
    if tax:
        lines.append(LineDraft("2500", -tax, tax_code="S15", tax_role="tax", tax_base=-base))
    return _posted(session, partner_id, lines, "SAL", day, reference)


def bill(
    session: Session, partner_id: int, net: str, *, day: date = DAY, due: date | None = None
) -> int:
    """A purchase on credit; returns the line of the payable."""
    amount = Decimal(net)
    lines = [LineDraft("2100", -amount, partner_id=partner_id, due_date=due),
             LineDraft("5000", amount)]  # fmt: skip
    return _posted(session, partner_id, lines, "PUR", day, "")


def payment(session: Session, trade: Trade, **values: Any) -> Any:
    """A draft of a payment into the bank from Al Noor, with other values as given."""
    return create_payment(
        session,
        {
            "kind": "in",
            "partner_id": trade.noor,
            "date": DAY,
            "journal_id": trade.journals["BNK"],
            "account_id": trade.accounts["1010"],
            "currency": "SAR",
            **values,
        },
    )


def open_amounts(session: Session, partner_id: int) -> list[Decimal]:
    """What is open of a partner, the oldest due first."""
    return [item.residual for item in open_items(session, partner_id=partner_id)]


def closing(session: Session) -> dict[str, Decimal]:
    """The balance of each account that is not zero, with everything of this session."""
    seal_now(session)
    return {one.code: one.closing for one in balances(session) if one.closing}


def _posted(
    session: Session,
    partner_id: int,
    lines: list[LineDraft],
    journal: str,
    day: date,
    reference: str,
) -> int:
    entry = EntryDraft(day, tuple(lines), journal, reference, partner_id=partner_id)
    entry_id = post(session, entry).id
    seal_now(session)
    found = select(JournalLine.id).where(JournalLine.entry_id == entry_id)
    return session.scalars(found.order_by(JournalLine.position).limit(1)).one()
