"""Everything that lines are compared with, read once for as many lines as there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload

from addons.accounting.models.bank import BankAccount, BankLine, BankParty, BankRule, BankRuleLine
from addons.accounting.services.bank.accounts import books_currency
from addons.accounting.services.bank.iban import normalized
from addons.accounting.services.bank.matching.words import name_words, number_of
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.values import OpenItem
from addons.contacts.api import canonical_ids, contact_names

NEAR = timedelta(days=45)
"""How far the books' day of a movement may be from the bank's."""

# Lines of the books on the bank's account that no bank line was found to be yet.
_UNMATCHED = text("""
SELECT line.id, line.date,
       CASE WHEN line.currency = :currency THEN line.amount ELSE line.original_amount END AS amount,
       coalesce(entry.number, '') AS number, entry.reference, entry.narration, entry.partner,
       coalesce(line.partner_id, entry.partner_id) AS partner_id, line.label
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.state = 'posted'
 WHERE line.account_id = :account AND line.date BETWEEN :first AND :last
   AND :currency IN (line.currency, line.original_currency)
   AND NOT EXISTS (SELECT 1 FROM accounting.bank_match AS match
                    WHERE match.ledger_line_id = line.id AND match.undone_at IS NULL)
   AND entry.reverses_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM accounting.journal_entry AS reversal
                    WHERE reversal.reverses_id = entry.id)
 ORDER BY line.date, line.id
""")


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of the books on the bank's account that waits for the bank."""

    id: int
    date: date
    amount: Decimal
    number: str
    reference: str
    narration: str
    partner: str
    partner_id: int | None
    label: str


@dataclass(slots=True)
class Material:
    """Open items, lines of the books, rules and parties, each found by what lines say."""

    bank: BankAccount
    currency: str
    books: str
    items: list[OpenItem]
    book_lines: list[BookLine]
    rules: list[BankRule]
    names: dict[int, str]
    parties: dict[str, int]
    by_amount: dict[Decimal, list[OpenItem]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, list[OpenItem]] = field(default_factory=lambda: defaultdict(list))
    by_partner: dict[int, list[OpenItem]] = field(default_factory=lambda: defaultdict(list))
    book_by_amount: dict[Decimal, list[BookLine]] = field(default_factory=lambda: defaultdict(list))
    name_words: dict[int, frozenset[str]] = field(default_factory=dict)

    def name(self, partner_id: int | None) -> str:
        """What a contact is called; empty where it is unknown."""
        return self.names.get(partner_id or 0, "")


def material_for(session: Session, bank: BankAccount, lines: Sequence[BankLine]) -> Material:
    """What these lines could be. Reads as much as the open items are many, whatever the lines."""
    items = [item for item in open_items(session) if item.account_id != bank.account_id]
    books = books_currency(session, bank)
    parties = _parties(session, lines)
    found = Material(
        bank=bank,
        currency=bank.currency,
        books=books,
        items=items,
        book_lines=_book_lines(session, bank, [line.date for line in lines]),
        rules=_rules(session, bank),
        names=contact_names(session, {*(item.partner_id for item in items), *parties.values()}),
        parties=parties,
    )
    _index(found)
    return found


def _index(found: Material) -> None:
    for item in found.items:
        if item.owed_currency == found.currency:
            found.by_amount[item.owed].append(item)
        for written in (item.number, item.reference):
            number = number_of(written)
            if len(number) >= 4 and any(letter.isdigit() for letter in number):
                found.by_number[number].append(item)
        if item.partner_id is not None:
            found.by_partner[item.partner_id].append(item)
            if item.partner_id not in found.name_words:
                name = found.name(item.partner_id) or item.partner
                found.name_words[item.partner_id] = name_words(name)
    for line in found.book_lines:
        found.book_by_amount[line.amount].append(line)


def _rules(session: Session, bank: BankAccount) -> list[BankRule]:
    statement = (
        select(BankRule)
        .where(
            BankRule.state == "active",
            BankRule.bank_account_id.is_(None) | (BankRule.bank_account_id == bank.id),
        )
        .options(selectinload(BankRule.lines).joinedload(BankRuleLine.account))
        .order_by(BankRule.priority, BankRule.confidence.desc(), BankRule.id)
    )
    return [rule for rule in session.scalars(statement) if rule.lines]


def _parties(session: Session, lines: Iterable[BankLine]) -> dict[str, int]:
    accounts = {normalized(line.partner_account) for line in lines if line.partner_account}
    if not accounts:
        return {}
    rows = session.execute(
        select(BankParty.partner_account, BankParty.partner_id).where(
            BankParty.partner_account.in_(accounts)
        )
    ).all()
    today = canonical_ids(session, [row[1] for row in rows])
    return {account: today.get(partner, partner) for account, partner in rows}


def _book_lines(session: Session, bank: BankAccount, days: Sequence[date]) -> list[BookLine]:
    if not days:
        return []
    rows = session.execute(
        _UNMATCHED,
        {
            "account": bank.account_id,
            "currency": bank.currency,
            "first": min(days) - NEAR,
            "last": max(days) + NEAR,
        },
    )
    return [BookLine(**row._asdict()) for row in rows]
