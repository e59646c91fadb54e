"""Payment terms put to work: the receivable or payable of an invoice in its instalments.

Each instalment is a line of its own with its due date, so that it is an open item of its own. An
early-payment discount is kept beside the lines that it is offered on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.models.terms import DiscountOffer, PaymentTerm
from addons.accounting.services.drafts import require_draft
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.money import split
from addons.accounting.services.payments.agreed import Side, as_terms, term_of
from addons.accounting.services.terms import Instalment, Terms, discount_until, instalments
from core.api import InvalidInput, phrase

_SIDES: tuple[Side, ...] = ("receivable", "payable")
_COPIED = ("account_id", "label", "currency", "original_currency", "partner_id", "analytic")


def apply_terms(session: Session, entry: JournalEntry, term: PaymentTerm | None = None) -> int:
    """Divide the receivable and payable of a draft by these terms, or by the partner's own.
    Returns how many instalments there are. Doing it again begins from the whole."""
    require_draft(entry)
    concerned = [line for line in entry.lines if line.account.subtype in _SIDES and line.amount]
    if not concerned:
        raise InvalidInput.of(
            "lines", phrase("The entry has no line on an account of customers or suppliers.")
        )
    kept = [line for line in entry.lines if line not in concerned]
    made: list[tuple[JournalLine, Terms]] = []
    for lines in _alike(concerned):
        terms = _terms_for(session, entry, lines[0], term)
        made += [(line, terms) for line in _instalment_lines(entry.date, lines, terms)]
    entry.lines = [*(line for line, _ in made), *kept]
    for place, line in enumerate(entry.lines, start=1):
        line.position = place
    session.flush()
    _offer(session, entry.date, made)
    return len(made)


def with_terms(entry: EntryDraft, accounts: Iterable[str], terms: Terms) -> EntryDraft:
    """An entry that is to be posted, with its lines on these accounts in their instalments."""
    codes = set(accounts)
    lines: list[LineDraft] = []
    for line in entry.lines:
        if line.account not in codes or not line.amount:
            lines.append(line)
            continue
        for due, amount, original in _shares(
            entry.date, line.amount, line.currency, line.original_amount, line.original_currency,
            terms,
        ):  # fmt: skip
            lines.append(replace(line, amount=amount, original_amount=original, due_date=due))
    return replace(entry, lines=tuple(lines))


def offer_discount(session: Session, entry_id: int, terms: Terms) -> None:
    """Keep the discount that these terms offer on a posted entry's receivable or payable."""
    lines = session.scalars(
        select(JournalLine)
        .join(JournalLine.account)
        .where(JournalLine.entry_id == entry_id, Account.subtype.in_(_SIDES))
    ).all()
    if lines:
        _offer(session, lines[0].date, [(line, terms) for line in lines])


def _terms_for(
    session: Session, entry: JournalEntry, line: JournalLine, term: PaymentTerm | None
) -> Terms:
    side: Side = "receivable" if line.account.subtype == "receivable" else "payable"
    chosen = term or term_of(session, line.partner_id or entry.partner_id, side)
    if chosen is None:
        raise InvalidInput.of(
            "partner",
            phrase("No payment terms are agreed with this partner."),
            fix=phrase("Set them under Receivables and payables > Partner terms."),
        )
    return as_terms(chosen)


def _alike(lines: Sequence[JournalLine]) -> list[list[JournalLine]]:
    """Lines that are parts of one debt: same account, partner, currencies and side."""
    groups: dict[tuple, list[JournalLine]] = {}
    for line in lines:
        key = (line.account_id, line.partner_id, line.currency, line.original_currency)
        groups.setdefault((*key, line.amount > 0), []).append(line)
    return list(groups.values())


def _instalment_lines(day: date, lines: list[JournalLine], terms: Terms) -> list[JournalLine]:
    first = lines[0]
    amount = exact_sum(line.amount for line in lines)
    originals = [line.original_amount for line in lines if line.original_amount is not None]
    original = exact_sum(originals) if originals else None
    shares = _shares(day, amount, first.currency, original, first.original_currency, terms)
    account = first.account
    return [
        JournalLine(
            **{name: getattr(first, name) for name in _COPIED},
            account=account,
            amount=share,
            original_amount=agreed,
            due_date=due,
        )
        for due, share, agreed in shares
    ]


def _shares(
    day: date,
    amount: Decimal,
    currency: str,
    original: Decimal | None,
    original_currency: str,
    terms: Terms,
) -> list[tuple[date, Decimal, Decimal | None]]:
    """Due date, amount and original amount of each part. What was agreed in another currency is
    divided there, and the amount in the books follows it."""
    if not original:
        return [(p.due_date, p.amount, None) for p in instalments(amount, currency, day, terms)]
    parts: Sequence[Instalment] = instalments(original, original_currency, day, terms)
    amounts = split(amount, [part.amount.copy_abs() for part in parts], currency)
    return [(part.due_date, share, part.amount) for part, share in zip(parts, amounts, strict=True)]


def _offer(session: Session, day: date, lines: Iterable[tuple[JournalLine, Terms]]) -> None:
    for line, terms in lines:
        until = discount_until(day, terms)
        if until is not None:
            session.merge(
                DiscountOffer(line_id=line.id, until=until, percent=terms.discount_percent)
            )
    session.flush()
