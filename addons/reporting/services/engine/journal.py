"""The journal: every posted entry with its lines, in the order of days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from addons.accounting.api import DaySpan, LineQuery, PostedLine, movements, posted_lines
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.engine.ledger import words_of
from addons.reporting.services.engine.listing import (
    ZERO,
    Extent,
    chosen_accounts,
    entry_url,
    require_length,
    sheet_of,
    side_cells,
    text_cell,
)
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import msg, phrase

PAGE = 200
_HEADS = (
    Head("entry", msg("Entry"), "text"),
    Head("account", msg("Account"), "text"),
    Head("text", msg("Text"), "text"),
    Head("debit", msg("Debit")),
    Head("credit", msg("Credit")),
)


def journal(ground: Ground, extent: Extent) -> Sheet:
    """The entries, a page at a time or all of them; the total is that of all days, read from the
    balances, and so the same whether all lines are shown or a page of them."""
    names = {account.id: ground.name(account) for account in chosen_accounts(ground)}
    everything = ground.asked.account is None and len(names) == len(ground.accounts)
    query = LineQuery(
        ground.currency,
        ground.start,
        ground.end,
        account_ids=None if everything else list(names),
        branches=ground.branches,
    )
    limit = extent.lines or PAGE
    lines = list(
        posted_lines(ground.session, query, "journal", limit=limit + 1, after=extent.after)
    )
    require_length(len(lines), extent)
    shown, more = _whole_entries(lines, limit)
    rows = list(_rows(ground, shown, names))
    rows.append(_total(ground, names, shown, is_all=not more and extent.after is None))
    after = f"{shown[-1].date}:{shown[-1].entry_id}" if more and shown else ""
    url = f"{ground.asked.url()}&after={after}" if after else ""
    return sheet_of(ground, _HEADS, rows, first=msg("Date"), more=url)


def _whole_entries(lines: list[PostedLine], limit: int) -> tuple[list[PostedLine], bool]:
    """The lines of whole entries: one that goes on beyond the page is left for the next, unless
    it fills the page alone."""
    if len(lines) <= limit:
        return lines, False
    cut_off = lines[limit].entry_id
    whole = [line for line in lines[:limit] if line.entry_id != cut_off]
    return (whole or lines[:limit]), True


def _rows(ground: Ground, lines: Sequence[PostedLine], names: dict[int, str]) -> Iterator[SheetRow]:
    for entry_id, of_entry in groupby(lines, key=lambda line: line.entry_id):
        for place, line in enumerate(of_entry):
            cells = (
                text_cell(line.number, entry_url(line)) if place == 0 else Cell(),
                text_cell(names.get(line.account_id, line.account)),
                text_cell(words_of(line)),
                *side_cells(ground, line.amount),
            )
            title = line.date if place == 0 else ""
            yield SheetRow(f"e{entry_id}.{line.id}", title, "line", cells=cells, strong=place == 0)


def _total(
    ground: Ground, names: dict[int, str], shown: Sequence[PostedLine], *, is_all: bool
) -> SheetRow:
    span = DaySpan(ground.start, ground.end)
    read = movements(ground.session, [span], ground.currency, ground.branches)[span]
    debit = sum((read[one].debit for one in names if one in read), ZERO)
    credit = sum((read[one].credit for one in names if one in read), ZERO)
    sums = tuple(f"e{line.entry_id}.{line.id}" for line in shown) if is_all else ()
    cells = (Cell(), Cell(), Cell(), _amount(ground, debit), _amount(ground, credit))
    title = phrase("Total") if is_all else phrase("Total of all pages")
    return SheetRow("total", title, "total", cells=cells, strong=True, sums=sums)


def _amount(ground: Ground, amount: Decimal) -> Cell:
    return Cell(ground.money(amount))
