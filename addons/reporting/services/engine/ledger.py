"""The general ledger: accounts with opening, movement and closing, and their lines in files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from addons.accounting.api import (
    DaySpan,
    LineQuery,
    Movement,
    PostedLine,
    ReportAccount,
    count_lines,
    movements,
    posted_lines,
)
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.engine.listing import (
    MOVED,
    ZERO,
    Extent,
    chosen_accounts,
    entry_url,
    require_length,
    sheet_of,
    side_cells,
    text_cell,
    total_of,
)
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import msg, phrase

_NOTHING = Movement(ZERO, ZERO)
_TEXTS = (Head("entry", msg("Entry"), "text"), Head("text", msg("Text"), "text"))


def general_ledger(ground: Ground, extent: Extent) -> Sheet:
    """On a page each account leads to its lines; in a file the lines stand beneath it."""
    opening, moved = _read(ground)
    shown = [
        account
        for account in chosen_accounts(ground)
        if account.id in moved or opening.get(account.id) or ground.asked.zero
    ]
    parts = [
        _Part(account, opening.get(account.id, ZERO), moved.get(account.id, _NOTHING))
        for account in shown
    ]
    if not extent.lines:
        rows = [_in_short(ground, part) for part in parts]
        return sheet_of(ground, _FIGURES, [*rows, total_of(rows, 4)], first=msg("Account"))
    lines = _lines(ground, shown, extent)
    rows = [row for part in parts for row in _in_full(ground, part, lines.get(part.account.id, []))]
    ends = [row for row in rows if row.style == "total"]
    return sheet_of(ground, (*_TEXTS, *MOVED), [*rows, total_of(ends, 5)], first=msg("Date"))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one account adds to the ledger."""

    account: ReportAccount
    opening: Decimal
    moved: Movement

    @property
    def closing(self) -> Decimal:
        """What stands on it at the end."""
        return self.opening + self.moved.debit - self.moved.credit


_FIGURES = (
    Head("opening", msg("Opening")),
    Head("debit", msg("Debit")),
    Head("credit", msg("Credit")),
    Head("closing", msg("Closing")),
)


def ledger_url(ground: Ground, account_id: int) -> str:
    """The lines of an account in the report's days."""
    given = {
        "from": "" if ground.start is None else ground.start.isoformat(),
        "to": ground.end.isoformat(),
        "currency": ground.currency,
        "branch": "" if ground.asked.branch is None else str(ground.asked.branch),
        "report": ground.definition.key,
    }
    kept = {name: value for name, value in given.items() if value}
    return f"/reporting/account/{account_id}?{urlencode(kept)}"


def _read(ground: Ground) -> tuple[dict[int, Decimal], Mapping[int, Movement]]:
    span = DaySpan(ground.start, ground.end)
    wanted = [span]
    earlier = None
    if ground.start is not None and ground.start.toordinal() > 1:
        earlier = DaySpan(None, ground.start - timedelta(days=1))
        wanted.append(earlier)
    read = movements(ground.session, wanted, ground.currency, ground.branches)
    before = {} if earlier is None else read[earlier]
    return {account: one.debit - one.credit for account, one in before.items()}, read[span]


def _lines(
    ground: Ground, chosen: list[ReportAccount], extent: Extent
) -> dict[int, list[PostedLine]]:
    query = LineQuery(
        ground.currency,
        ground.start,
        ground.end,
        account_ids=[account.id for account in chosen],
        branches=ground.branches,
    )
    require_length(count_lines(ground.session, query), extent)
    found: dict[int, list[PostedLine]] = {}
    for line in posted_lines(ground.session, query, "account", limit=extent.lines):
        found.setdefault(line.account_id, []).append(line)
    return found


def _in_short(ground: Ground, part: _Part) -> SheetRow:
    url = ledger_url(ground, part.account.id)
    figures = (part.opening, part.moved.debit, part.moved.credit, part.closing)
    cells = tuple(Cell(ground.money(figure), url) for figure in figures)
    key = f"a{part.account.id}"
    return SheetRow(key, ground.name(part.account), "account", cells=cells, url=url)


def _in_full(ground: Ground, part: _Part, lines: list[PostedLine]) -> Iterator[SheetRow]:
    key, name = f"a{part.account.id}", ground.name(part.account)
    url = ledger_url(ground, part.account.id)
    yield SheetRow(key, name, "heading", cells=_blank(5), strong=True, url=url)
    before = (*_blank(4), Cell(ground.money(part.opening)))
    yield SheetRow(f"{key}.opening", phrase("Balance before"), "opening", 1, before)
    balance = part.opening
    for line in lines:
        balance += line.amount
        entry = text_cell(line.number, entry_url(line))
        words = text_cell(words_of(line))
        sides = side_cells(ground, line.amount)
        cells = (entry, words, *sides, Cell(ground.money(balance)))
        yield SheetRow(f"{key}.{line.id}", line.date, "line", 1, cells)
    sums = tuple(f"{key}.{line.id}" for line in lines)
    figures = (part.moved.debit, part.moved.credit, part.closing)
    ends = (*_blank(2), *(Cell(ground.money(figure)) for figure in figures))
    yield SheetRow(f"{key}.total", name, "total", 1, ends, strong=True, sums=sums)


def words_of(line: PostedLine) -> str:
    return " · ".join(part for part in (line.partner, line.reference, line.text) if part)


def _blank(count: int) -> tuple[Cell, ...]:
    return tuple(Cell() for _ in range(count))
