"""An invoice or a bill as an entry.

    invoice   Dr receivable, a line for each instalment      bill   Dr stock received, expenses
                  Cr sales, a line for each of the invoice          Dr tax
                  Cr tax                                                 Cr payable, likewise

Credit notes and debit notes are the same with the sides exchanged. The taxes are those that the
document prints, to the last digit; the tax engine says on which accounts they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from sqlalchemy.orm import Session

from addons.accounting.models import JournalType
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_product, exact_sum
from addons.accounting.services.money import round_money, split
from addons.accounting.services.payments.agreed import Side
from addons.accounting.services.taxing import with_taxes
from addons.accounting.services.trade.accounts import partner_account, trade_account
from addons.accounting.services.trade.journals import trade_journal

ZERO: Final = Decimal(0)
_BESIDE: Final = frozenset({"reverse_charge", "withholding"})
"""Kinds of tax that are no part of what the partner asks for."""


@dataclass(frozen=True, slots=True)
class TradeTax:
    """A tax of a document: `amount` on `base`, in its currency."""

    code: str
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TradeLine:
    """A line of a document; `net` is in its currency, and positive for a debit. `partner_id` is
    whose it is, where it stands on an account of open items."""

    account: str
    net: Decimal
    label: str
    quantity: Decimal
    unit: str
    tax_codes: tuple[str, ...]
    partner_id: int | None = None


@dataclass(frozen=True, slots=True)
class TradeDocument:
    """A document that asks for money: `side` says from whom or for whom. `due` are its instalments
    in its currency. `sign` is 1 where its lines are debits, -1 where they are credits."""

    source_type: str
    source_id: int
    number: str
    narration: str
    day: date
    partner_id: int
    partner: str
    currency: str
    rate: Decimal
    branch_id: int | None
    side: Side
    sign: int
    lines: tuple[TradeLine, ...]
    taxes: tuple[TradeTax, ...]
    due: tuple[tuple[date, Decimal], ...]


def entry_of(session: Session, document: TradeDocument) -> EntryDraft:
    """The entry that a document makes, taxes and instalments included."""
    own = company_currency(session)
    money = DocumentMoney(own, document.currency, document.rate)
    kind: JournalType = "sale" if document.side == "receivable" else "purchase"
    entry = EntryDraft(
        date=document.day,
        lines=tuple(_line(line, money) for line in document.lines if line.net),
        journal=trade_journal(session, kind),
        reference=document.number,
        narration=document.narration,
        partner=document.partner,
        partner_id=document.partner_id,
        source_type=document.source_type,
        source_id=str(document.source_id),
        branch_id=document.branch_id,
    )
    if entry.lines:
        entry = with_taxes(session, entry)
    lines = with_printed_taxes(session, document, entry.lines, money)
    return replace(entry, lines=(*_owed(session, document, lines, money), *lines))


@dataclass(frozen=True, slots=True)
class DocumentMoney:
    """Amounts of a document in the company's currency, with what was agreed beside them."""

    own: str
    currency: str
    rate: Decimal

    @property
    def foreign(self) -> bool:
        return self.currency != self.own

    def worth(self, amount: Decimal) -> Decimal:
        return round_money(exact_product(amount, self.rate), self.own) if self.foreign else amount

    def put(self, line: LineDraft, amount: Decimal, original: Decimal) -> LineDraft:
        if not self.foreign:
            return replace(line, amount=amount)
        return replace(
            line, amount=amount, original_amount=original, original_currency=self.currency
        )


def _line(line: TradeLine, money: DocumentMoney) -> LineDraft:
    draft = LineDraft(
        line.account,
        ZERO,
        line.label,
        quantity=line.quantity,
        unit=line.unit,
        partner_id=line.partner_id,
        tax_code=",".join(line.tax_codes),
        tax_role="base" if line.tax_codes else "",
    )
    return money.put(draft, money.worth(line.net), line.net)


class TaxedPaper(Protocol):
    """What a document says of its taxes: `sign` is as in a `TradeDocument`."""

    @property
    def side(self) -> Side: ...
    @property
    def sign(self) -> int: ...
    @property
    def taxes(self) -> Sequence[TradeTax]: ...


def with_printed_taxes(
    session: Session, document: TaxedPaper, lines: Sequence[LineDraft], money: DocumentMoney
) -> list[LineDraft]:
    """The lines with each tax as the document has it. What the engine finds differs by the rounding
    of lines and currencies; its largest line of the tax takes the difference."""
    found = list(lines)
    for tax in document.taxes:
        if tax.kind in _BESIDE or not tax.amount:
            continue
        original = tax.amount * document.sign
        wanted = money.worth(original)
        places = [
            at for at, line in enumerate(found)
            if line.tax_role == "tax" and line.tax_code == tax.code
        ]  # fmt: skip
        if not places:
            found.append(_untracked(session, document, wanted, original, money))
            continue
        largest = max(places, key=lambda at: abs(found[at].amount))
        line = found[largest]
        amount = line.amount + wanted - exact_sum(found[at].amount for at in places)
        whole = line.original_amount is not None and len(places) == 1
        found[largest] = (
            replace(line, amount=amount, original_amount=original)
            if whole
            else replace(line, amount=amount)
        )
    return found


def _untracked(
    session: Session,
    document: TaxedPaper,
    amount: Decimal,
    original: Decimal,
    money: DocumentMoney,
) -> LineDraft:
    """A tax that nobody here knows any more, as when VAT was taken out before the books came."""
    purpose = "vat_output" if document.side == "receivable" else "vat_input"
    return money.put(LineDraft(trade_account(session, purpose), ZERO), amount, original)


def _owed(
    session: Session, document: TradeDocument, lines: Sequence[LineDraft], money: DocumentMoney
) -> Iterable[LineDraft]:
    """What the partner owes or is owed: all the rest, in the document's instalments."""
    amount = -exact_sum(line.amount for line in lines)
    original = _owed_original(document)
    if not amount and not original:
        return
    account = partner_account(session, document.partner_id, document.side)
    proto = LineDraft(account, ZERO, document.number, partner_id=document.partner_id)
    weights = [abs(part) for _, part in document.due]
    if not weights or not sum(weights):
        yield money.put(replace(proto, due_date=document.day), amount, original)
        return
    shares = _split(amount, weights, money.own)
    originals = _split(original, weights, money.currency)
    for (due, _), share, own in zip(document.due, shares, originals, strict=True):
        if share or own:
            yield money.put(replace(proto, due_date=due), share, own)


def _owed_original(document: TradeDocument) -> Decimal:
    net = exact_sum(line.net for line in document.lines)
    withheld = exact_sum(t.amount for t in document.taxes if t.kind == "withholding")
    taxed = exact_sum(t.amount for t in document.taxes if t.kind not in _BESIDE)
    return -(net + document.sign * (taxed - withheld))


def _split(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    parts = split(amount.copy_abs(), weights, currency)
    return [part.copy_sign(amount) for part in parts]
