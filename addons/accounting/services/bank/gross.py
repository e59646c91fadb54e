"""Taking the tax out of gross amounts: what a bank line says is always with its tax.

Which net amount, with its tax, makes the gross one is asked of the tax engine by trying: first
with the share that the gross itself would bear, then a smallest unit to either side. Where no net
amount does, as rounding has it (15.83 with 15 %), the tax bears the difference of one unit.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.money import round_money, smallest_unit
from addons.accounting.services.taxing import with_taxes
from core.api import InvalidInput, phrase


def taken_apart(session: Session, entry: EntryDraft) -> EntryDraft:
    """The entry with its gross lines as net lines and taxes, balanced as before."""
    lines: list[LineDraft] = []
    taxes: list[LineDraft] = []
    for line in entry.lines:
        if not line.tax_code:
            lines.append(line)
            continue
        net, own = _net(session, entry, line)
        lines.append(net)
        taxes += own
    return replace(entry, lines=(*lines, *taxes))


def _net(
    session: Session, entry: EntryDraft, line: LineDraft
) -> tuple[LineDraft, tuple[LineDraft, ...]]:
    """The net line, and the lines of its tax, which together are the gross one."""
    gross = line.amount
    tax_of_gross = _sum(_taxes(session, entry, line))
    guess = round_money(gross * gross / (gross + tax_of_gross), line.currency) if gross else gross
    unit = smallest_unit(line.currency)
    for net in (guess, guess - unit, guess + unit):
        taxes = _taxes(session, entry, _at(line, net))
        if net + _sum(taxes) == gross:
            return _based(session, entry, _at(line, net)), taxes
    taxes = _taxes(session, entry, _at(line, guess))
    left = gross - guess - _sum(taxes)
    if not taxes or abs(left) > unit * len(taxes):
        raise InvalidInput.of(
            "choice",
            phrase(
                "{amount} cannot be parted into net and tax with {code}.",
                amount=f"{abs(gross):f}",
                code=line.tax_code,
            ),
            fix=phrase("Book net and tax as two amounts."),
        )
    largest = max(range(len(taxes)), key=lambda place: abs(taxes[place].amount))
    borne = replace(taxes[largest], amount=taxes[largest].amount + left)
    return (
        _based(session, entry, _at(line, guess)),
        (*taxes[:largest], borne, *taxes[largest + 1 :]),
    )


def _taxes(session: Session, entry: EntryDraft, line: LineDraft) -> tuple[LineDraft, ...]:
    whole = with_taxes(session, replace(entry, lines=(line,)))
    return whole.lines[1:]


def _based(session: Session, entry: EntryDraft, line: LineDraft) -> LineDraft:
    return with_taxes(session, replace(entry, lines=(line,))).lines[0]


def _at(line: LineDraft, net: Decimal) -> LineDraft:
    if line.original_amount is None or not line.amount:
        return replace(line, amount=net)
    original = round_money(line.original_amount * net / line.amount, line.original_currency)
    return replace(line, amount=net, original_amount=original)


def _sum(lines: tuple[LineDraft, ...]) -> Decimal:
    return sum((line.amount for line in lines), Decimal())
