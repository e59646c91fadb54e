"""The entry for a bank line, worked out from what was chosen; nothing is written here.

    money in    Dr bank                    what arrived
                Dr charges, discount…      parts with a minus
                    Cr receivable          each open item, with its partner
                    Cr income, advance…    parts
    money out   the same with the sides exchanged.

A part with a tax code is gross: the tax is taken out of it and gets lines of its own. In an
account whose currency is not the books', every line holds what the bank says beside its worth on
the day; a difference by rounding goes to the largest line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankLine
from addons.accounting.services.bank.accounts import books_currency
from addons.accounting.services.bank.gross import taken_apart
from addons.accounting.services.bank.matching.choice import Choice, ItemChoice, PartChoice
from addons.accounting.services.currencies import convert
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.settlement.values import OpenItem
from core.api import Conflict, InvalidInput, phrase

SOURCE = "accounting.bank_line"


@dataclass(frozen=True, slots=True)
class Composed:
    """An entry, and for each chosen item the place of the line that pays it. The bank's own line
    is the first."""

    entry: EntryDraft
    places: tuple[int, ...]


def compose(
    session: Session,
    line: BankLine,
    choice: Choice,
    items: Mapping[int, OpenItem],
    source_id: str,
) -> Composed:
    """The entry for this choice; raises InvalidInput where it does not explain the line, and
    Conflict where an item is no longer open as far as it would be paid."""
    bank = line.bank_account
    _require_explained(line, choice)
    books = books_currency(session, bank)
    contras = [_of_item(bank, books, chosen, items.get(chosen.line_id)) for chosen in choice.items]
    parts = [_of_part(bank, books, part, choice) for part in choice.parts]
    worth = _worth(session, line, books)
    amounts = _shared(session, line, books, worth, [*choice.items, *choice.parts])
    written = [
        replace(contra, amount=-amount)
        for contra, amount in zip([*contras, *parts], amounts, strict=True)
    ]
    first = LineDraft(
        account=bank.account.code,
        amount=worth,
        label=line.text[:200],
        currency=books,
        original_amount=line.amount if bank.currency != books else None,
        original_currency=bank.currency if bank.currency != books else "",
    )
    partner = next((items[c.line_id] for c in choice.items if c.line_id in items), None)
    entry = EntryDraft(
        date=line.date,
        journal=bank.journal.code,
        reference=line.reference[:100],
        narration=(choice.label or line.text)[:500],
        partner=partner.partner if partner else line.partner_name[:200],
        partner_id=choice.partner_id,
        source_type=SOURCE,
        source_id=source_id,
        lines=(first, *written),
    )
    places = tuple(range(1, 1 + len(contras)))
    return Composed(taken_apart(session, entry), places)


def _require_explained(line: BankLine, choice: Choice) -> None:
    if not choice.items and not choice.parts:
        raise InvalidInput.of("choice", phrase("Choose what the movement is."))
    left = line.amount - choice.total
    if left:
        raise InvalidInput.of(
            "choice",
            phrase("{amount} of the movement are not explained yet.", amount=f"{left:f}"),
            fix=phrase("Add an open item or an account for the rest, or change an amount."),
        )


def _of_item(bank: BankAccount, books: str, chosen: ItemChoice, item: OpenItem | None) -> LineDraft:
    """The line that pays an item, its amount left to be filled in."""
    if item is None:
        raise Conflict(
            phrase("One of the chosen items is no longer open."),
            fix=phrase("Reload the page: somebody may have paid it."),
        )
    if (item.owed > 0) != (chosen.amount > 0):
        raise InvalidInput.of(
            "choice", phrase("{number} is open on the other side.", number=_name(item))
        )
    if item.currency != books:
        raise InvalidInput.of(
            "choice",
            phrase(
                "{number} is kept in {currency}, which this bank account does not take.",
                number=_name(item),
                currency=item.currency,
            ),
        )
    settles = _settles(bank, chosen, item)
    foreign = bool(item.original_currency)
    return LineDraft(
        account=item.account,
        amount=Decimal(),
        label=_name(item),
        currency=books,
        original_amount=-settles.copy_sign(item.owed) if foreign else None,
        original_currency=item.original_currency if foreign else "",
        partner_id=item.entry_partner_id,
    )


def _settles(bank: BankAccount, chosen: ItemChoice, item: OpenItem) -> Decimal:
    """How much of the item is paid, without sign, in its own currency."""
    if item.owed_currency == bank.currency:
        wanted = abs(chosen.amount)
    else:
        wanted = chosen.settles if chosen.settles is not None else abs(item.owed)
    if wanted > abs(item.owed):
        raise InvalidInput.of(
            "choice",
            phrase(
                "Of {number} only {amount} {currency} are open.",
                number=_name(item),
                amount=f"{abs(item.owed):f}",
                currency=item.owed_currency,
            ),
            fix=phrase("Book the rest to an account: an advance, or a difference."),
        )
    return wanted


def _of_part(bank: BankAccount, books: str, part: PartChoice, choice: Choice) -> LineDraft:
    foreign = bank.currency != books
    return LineDraft(
        account=part.account,
        amount=Decimal(),
        label=part.label,
        currency=books,
        original_amount=-part.amount if foreign else None,
        original_currency=bank.currency if foreign else "",
        partner_id=part.partner_id or choice.partner_id,
        tax_code=part.tax_code,
        analytic=part.analytic,
    )


def _worth(session: Session, line: BankLine, books: str) -> Decimal:
    """The line in the books' currency; raises MissingRate naming currency and day."""
    if line.bank_account.currency == books:
        return line.amount
    return convert(session, line.amount, line.bank_account.currency, line.date)


def _shared(
    session: Session,
    line: BankLine,
    books: str,
    worth: Decimal,
    chosen: Sequence[ItemChoice | PartChoice],
) -> list[Decimal]:
    """Each part's worth in the books' currency; together exactly the line's."""
    currency = line.bank_account.currency
    if currency == books:
        return [part.amount for part in chosen]
    amounts = [convert(session, part.amount, currency, line.date) for part in chosen]
    largest = max(range(len(amounts)), key=lambda place: abs(amounts[place]))
    amounts[largest] += worth - sum(amounts, Decimal())
    return amounts


def _name(item: OpenItem) -> str:
    return item.number or item.reference or item.text
