"""The entry of a settlement: the exchange difference, and what was written off.

difference     control account against exchange gains or losses
write-off      control account against the account of the write-off, or its own lines
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalLine
from addons.accounting.services.default_accounts import default_code
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.ledger import post
from addons.accounting.services.settlement.matching import Matching
from addons.accounting.services.settlement.values import OpenItem, SettledPart, WriteOff
from core.api import InvalidInput, phrase

SOURCE = "accounting.settlements"
"""The `source_type` of entries that settlements post."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is left over of a settlement, and where it goes."""

    settlement_id: int
    day: date
    items: Sequence[OpenItem]
    matching: Matching
    write_off: WriteOff | None


def adjust(session: Session, adjustment: Adjustment) -> tuple[int, list[SettledPart]]:
    """Post what is left over; returns the entry and the parts that its control lines are."""
    first = adjustment.items[0]
    control = session.get_one(Account, first.account_id).code
    groups = [*_difference(session, adjustment, control), *_write_off(adjustment, control)]
    lines = [line for group in groups for line in group]
    outcome = post(session, _entry(adjustment, tuple(lines)))
    places, place = [], 1
    for group in groups:
        places.append(place)
        place += len(group)
    rows = session.execute(
        select(
            JournalLine.position, JournalLine.id, JournalLine.amount, JournalLine.original_amount
        )
        .where(JournalLine.entry_id == outcome.id, JournalLine.position.in_(places))
        .order_by(JournalLine.position)
    )
    return outcome.id, [SettledPart(row[1], row[2], row[3]) for row in rows]


def _difference(
    session: Session, adjustment: Adjustment, control: str
) -> Iterator[tuple[LineDraft, ...]]:
    """Control line first: it brings what the items sum to back to zero."""
    difference = adjustment.matching.difference
    if not difference:
        return
    purpose = "exchange_gain_account" if difference < 0 else "exchange_loss_account"
    result = default_code(session, purpose)
    label = phrase("Exchange difference")
    yield (
        _line(adjustment, control, -difference, Decimal(0), label),
        LineDraft(result, difference, label, adjustment.items[0].currency),
    )


def _write_off(adjustment: Adjustment, control: str) -> Iterator[tuple[LineDraft, ...]]:
    matching, write_off = adjustment.matching, adjustment.write_off
    if write_off is None or not (matching.written_off or matching.written_off_original):
        return
    label = write_off.label or phrase("Written off")
    amount, currency = matching.written_off, adjustment.items[0].currency
    own = _line(adjustment, control, -amount, -matching.written_off_original, label)
    if not write_off.lines:
        yield (own, LineDraft(write_off.account, amount, label, currency))
        return
    given = [replace(line, currency=line.currency or currency) for line in write_off.lines]
    total = exact_sum(line.amount for line in given)
    if total != amount:
        raise InvalidInput.of(
            "write_off",
            phrase(
                "The lines of the write-off sum to {total}, and {amount} is written off.",
                total=total,
                amount=amount,
            ),
        )
    yield (own, *given)


def _line(
    adjustment: Adjustment, control: str, amount: Decimal, original: Decimal, label: str
) -> LineDraft:
    """A line on the control account, in the currency of the matching."""
    first, currency = adjustment.items[0], adjustment.matching.original_currency
    return LineDraft(
        control,
        amount,
        label,
        first.currency,
        original if currency else None,
        currency,
        partner_id=first.partner_id,
    )


def _entry(adjustment: Adjustment, lines: tuple[LineDraft, ...]) -> EntryDraft:
    first = adjustment.items[0]
    numbers = ", ".join(dict.fromkeys(item.number for item in adjustment.items if item.number))
    return EntryDraft(
        date=adjustment.day,
        lines=lines,
        reference=numbers if len(numbers) <= _LONGEST else f"{numbers[: _LONGEST - 1]}…",
        narration=phrase("Settlement {id}", id=adjustment.settlement_id),
        partner=first.partner,
        partner_id=first.partner_id,
        source_type=SOURCE,
        source_id=str(adjustment.settlement_id),
    )


_LONGEST = 120
