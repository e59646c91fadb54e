"""The general ledger: accounts with opening, movement and closing, and their lines in files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
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
    year_start,
)
from addons.reporting.services.definitions.checking import is_result
from addons.reporting.services.definitions.shipped.ledgers import TRIAL_BALANCE
from addons.reporting.services.definitions.shipped.titles import EARLIER_RESULTS
from addons.reporting.services.definitions.values import title_in
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
    chosen = chosen_accounts(ground)
    balances = _read(ground)
    shown = [
        account
        for account in chosen
        if account.id in balances.moved or balances.opening(account) or ground.asked.zero
    ]
    parts = [
        _Part(
            f"a{account.id}",
            ground.name(account),
            ledger_url(ground, account.id),
            balances.opening(account),
            balances.moved.get(account.id, _NOTHING),
        )
        for account in shown
    ]
    parts += _earlier_results(ground, balances, chosen)
    if not extent.lines:
        rows = [_in_short(ground, part) for part in parts]
        return sheet_of(ground, _FIGURES, [*rows, total_of(rows, 4)], first=msg("Account"))
    lines = _lines(ground, shown, extent)
    rows = [row for part in parts for row in _in_full(ground, part, lines.get(part.key, []))]
    ends = [row for row in rows if row.style == "total"]
    return sheet_of(ground, (*_TEXTS, *MOVED), [*rows, total_of(ends, 5)], first=msg("Date"))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one account adds to the ledger, or what the results of earlier years do."""

    key: str
    name: str
    url: str
    opening: Decimal
    moved: Movement

    @property
    def closing(self) -> Decimal:
        """What stands on it at the end."""
        return self.opening + self.moved.debit - self.moved.credit


@dataclass(frozen=True, slots=True)
class _Balances:
    """What stood on the accounts before the first day, how much of it before the fiscal year
    of that day, and what moved since."""

    before: Mapping[int, Movement]
    earlier: Mapping[int, Movement]
    moved: Mapping[int, Movement]

    def opening(self, account: ReportAccount) -> Decimal:
        """Income and expenses begin at nothing with each fiscal year."""
        opening = _net(self.before, account)
        return opening - _net(self.earlier, account) if is_result(account) else opening


def _net(figures: Mapping[int, Movement], account: ReportAccount) -> Decimal:
    found = figures.get(account.id, _NOTHING)
    return found.debit - found.credit


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


def _read(ground: Ground) -> _Balances:
    start = ground.start
    year = None if start is None else year_start(ground.session, start)
    spans = (_until(start), _until(year), DaySpan(start, ground.end))
    read = movements(ground.session, spans, ground.currency, ground.branches)
    before, earlier, moved = (read[span] for span in spans)
    return _Balances(before, earlier, moved)


def _until(day: date | None) -> DaySpan:
    """The days before `day`; none where it is the beginning of time."""
    if day is None or day == date.min:
        return DaySpan(date.max, date.min)
    return DaySpan(None, day - timedelta(days=1))


def _earlier_results(
    ground: Ground, balances: _Balances, chosen: Sequence[ReportAccount]
) -> list[_Part]:
    """What income and expenses held before the fiscal year, in one part, so that the opening
    balances of all accounts are zero together. It leads to the trial balance's own figure."""
    if ground.asked.account is not None:
        return []
    held = sum((_net(balances.earlier, one) for one in chosen if is_result(one)), ZERO)
    if held == 0:
        return []
    asked = replace(ground.asked, report=TRIAL_BALANCE.key)
    query = urlencode({**asked.to_query(), "row": "earlier_results", "column": "c0"})
    url = f"/reporting/view/{TRIAL_BALANCE.key}/figure?{query}"
    name = title_in(EARLIER_RESULTS, ground.language)
    return [_Part("earlier", name, url, held, _NOTHING)]


def _lines(
    ground: Ground, chosen: list[ReportAccount], extent: Extent
) -> dict[str, list[PostedLine]]:
    query = LineQuery(
        ground.currency,
        ground.start,
        ground.end,
        account_ids=[account.id for account in chosen],
        branches=ground.branches,
    )
    require_length(count_lines(ground.session, query), extent)
    found: dict[str, list[PostedLine]] = {}
    for line in posted_lines(ground.session, query, "account", limit=extent.lines):
        found.setdefault(f"a{line.account_id}", []).append(line)
    return found


def _in_short(ground: Ground, part: _Part) -> SheetRow:
    figures = (part.opening, part.moved.debit, part.moved.credit, part.closing)
    cells = tuple(Cell(ground.money(figure), part.url) for figure in figures)
    return SheetRow(part.key, part.name, "account", cells=cells, url=part.url)


def _in_full(ground: Ground, part: _Part, lines: list[PostedLine]) -> Iterator[SheetRow]:
    key, name = part.key, part.name
    yield SheetRow(key, name, "heading", cells=_blank(5), strong=True, url=part.url)
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
