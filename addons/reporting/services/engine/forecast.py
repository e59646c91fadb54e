"""The cash forecast: what is in the bank, and what falls due week by week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from addons.accounting.api import DaySpan, coming_cheques, coming_recurring, movements
from addons.reporting.services.engine.aged import items_on
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.engine.listing import ZERO, Extent, chosen_accounts, sheet_of
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import msg, phrase

WEEKS: Final = 12
_WEEK: Final = timedelta(days=7)
_ONE_DAY: Final = timedelta(days=1)
Flow = tuple[date, Decimal]


def forecast(ground: Ground, extent: Extent) -> Sheet:
    """From the report's last day on: cash, and by their due dates open receivables and payables
    and the cheques that are on their way."""
    heads = _heads(ground.end)
    cheques = coming_cheques(ground.session, ground.currency, ground.branches)
    sources = (
        ("receipts", phrase("Due from customers"), _due(ground, "receivable")),
        ("payments", phrase("Due to suppliers"), _due(ground, "payable")),
        (
            "cheques_in",
            phrase("Cheques received"),
            [(one.due_date, one.amount) for one in cheques if one.amount > 0],
        ),
        (
            "cheques_out",
            phrase("Cheques issued"),
            [(one.due_date, one.amount) for one in cheques if one.amount < 0],
        ),
    )
    if ground.branches is None:
        sources = (*sources, ("recurring", phrase("Recurring entries"), _recurring(ground)))
    rows, together = [], [ZERO] * len(heads)
    for key, title, flows in sources:
        amounts = _by_week(flows, ground.end, len(heads))
        rows.append(_row(ground, key, title, amounts))
        together = [one + other for one, other in zip(together, amounts, strict=True)]
    opening = [_cash(ground)]
    for amount in together[:-1]:
        opening.append(opening[-1] + amount)
    closing = [before + amount for before, amount in zip(opening, together, strict=True)]
    keys = tuple(row.key for row in rows)
    return sheet_of(
        ground,
        heads,
        [
            _row(ground, "opening", phrase("Cash at the beginning"), opening),
            *rows,
            _row(ground, "change", phrase("Expected change"), together, keys),
            _row(ground, "closing", phrase("Cash at the end"), closing, ("opening", "change")),
        ],
        first=msg("Expected"),
        notes=(phrase("What has no due date, or is late, is expected in the first column."),),
    )


def _heads(day: date) -> tuple[Head, ...]:
    """Late and today; then week by week; then all that comes later."""
    weeks = (
        Head(f"w{at}", start=day + _ONE_DAY + at * _WEEK, end=day + (at + 1) * _WEEK)
        for at in range(WEEKS)
    )
    return (Head("now", msg("Due now")), *weeks, Head("later", msg("Later")))


def _by_week(flows: Iterable[Flow], day: date, count: int) -> list[Decimal]:
    amounts = [ZERO] * count
    for due, amount in flows:
        ahead = (due - day).days
        place = 0 if ahead <= 0 else min((ahead - 1) // 7 + 1, count - 1)
        amounts[place] += amount
    return amounts


def _cash(ground: Ground) -> Decimal:
    span = DaySpan(None, ground.end)
    read = movements(ground.session, [span], ground.currency, ground.branches)[span]
    held = (read[one.id] for one in chosen_accounts(ground) if one.id in read)
    return sum((one.debit - one.credit for one in held), ZERO)


def _recurring(ground: Ground) -> list[Flow]:
    cash = [account.id for account in chosen_accounts(ground)]
    coming = coming_recurring(ground.session, cash, ground.end + WEEKS * _WEEK)
    return [(one.date, one.amount) for one in coming]


def _due(ground: Ground, subtype: str) -> list[Flow]:
    accounts = [account.id for account in ground.accounts if account.subtype == subtype]
    return [(item.due, item.residual) for item in items_on(ground, accounts)]


def _row(
    ground: Ground,
    key: str,
    title: str,
    amounts: Sequence[Decimal],
    sums: tuple[str, ...] = (),
) -> SheetRow:
    is_total = bool(sums) or key == "opening"
    cells = tuple(Cell(ground.money(amount)) for amount in amounts)
    style = "total" if is_total else "row"
    return SheetRow(key, title, style, 0 if is_total else 1, cells, strong=is_total, sums=sums)
