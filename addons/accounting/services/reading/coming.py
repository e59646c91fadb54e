"""Cash that is on its way: cheques that the bank has not paid yet, and recurring entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models.recurring import EntryTemplateLine, RecurringEntry
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.recurring.making import schedule_of
from addons.accounting.services.templates.formulas import evaluate
from addons.accounting.services.templates.parameters import REST, read_parameters
from core.api import InvalidInput


@dataclass(frozen=True, slots=True)
class ComingCheque:
    """A cheque on its way; `amount` is what it adds to the cash, negative for one of ours."""

    cheque_id: int
    due_date: date
    partner: str
    number: str
    amount: Decimal


# A draft pays nothing yet, so its debt is still among the open items.
_COMING = """
SELECT cheque.id, cheque.due_date, cheque.partner, cheque.number,
       CASE cheque.kind WHEN 'received' THEN cheque.amount ELSE -cheque.amount END
  FROM accounting.cheque
  LEFT JOIN accounting.payment ON payment.id = cheque.payment_id
  LEFT JOIN accounting.journal_entry AS entry ON entry.id = payment.entry_id
 WHERE cheque.state IN ('received', 'deposited', 'issued', 'presented')
   AND cheque.currency = :currency {branches}
 ORDER BY cheque.due_date, cheque.id
"""
_BRANCHES = "AND coalesce(entry.branch_id, 0) = ANY(CAST(:branches AS bigint[]))"


def coming_cheques(
    session: Session, currency: str, branches: Collection[int] | None = None
) -> list[ComingCheque]:
    """Cheques received and issued that the bank has not paid yet, by the dates written on them."""
    given: dict[str, object] = {"currency": currency}
    if branches is not None:
        given["branches"] = list(branches)
    statement = text(_COMING.format(branches="" if branches is None else _BRANCHES))
    return [ComingCheque(*row) for row in session.execute(statement, given)]


@dataclass(frozen=True, slots=True)
class ComingEntry:
    """A recurring entry to come; `amount` is what it adds to the cash."""

    date: date
    name: str
    amount: Decimal


def coming_recurring(session: Session, cash_ids: Collection[int], until: date) -> list[ComingEntry]:
    """What the recurring entries will move on these cash accounts until a day. One whose formulas
    cannot be worked out is left out here: its own page says what is wrong with it."""
    active = select(RecurringEntry).where(RecurringEntry.active, RecurringEntry.next_date <= until)
    found: list[ComingEntry] = []
    for record in session.scalars(active.order_by(RecurringEntry.id)):
        try:
            amount = _cash_of(record, cash_ids)
        except InvalidInput:
            continue
        day, schedule = record.next_date, schedule_of(record)
        while amount and day is not None and day <= until:
            found.append(ComingEntry(day, record.name, amount))
            day = schedule.next_after(day)
    return found


def _cash_of(record: RecurringEntry, cash_ids: Collection[int]) -> Decimal:
    """What an entry of the template adds to the cash; the line that takes the rest gets what the
    others leave open."""
    values, lines = read_parameters(record.parameters), record.template.lines
    amounts = {line.id: _amount(line, values) for line in lines if not _takes_rest(line)}
    rest = exact_sum(amounts.values()).copy_negate()
    return exact_sum(amounts.get(line.id, rest) for line in lines if line.account_id in cash_ids)


def _takes_rest(line: EntryTemplateLine) -> bool:
    return (line.debit or line.credit).strip() in REST


def _amount(line: EntryTemplateLine, values: dict[str, Decimal]) -> Decimal:
    amount = evaluate(line.debit or line.credit, values)
    return amount if line.debit else amount.copy_negate()
