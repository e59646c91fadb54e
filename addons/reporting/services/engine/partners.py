"""The partner ledger: what stands between the company and each customer and supplier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from addons.accounting.api import (
    LineQuery,
    PartnerFigures,
    PostedLine,
    count_lines,
    partner_figures,
    posted_lines,
)
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.engine.ledger import words_of
from addons.reporting.services.engine.listing import (
    MOVED,
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

_FIGURES = (
    Head("opening", msg("Opening")),
    Head("debit", msg("Debit")),
    Head("credit", msg("Credit")),
    Head("closing", msg("Closing")),
)
_TEXTS = (
    Head("entry", msg("Entry"), "text"),
    Head("text", msg("Text"), "text"),
    Head("due", msg("Due"), "date"),
)
_BEGINNING = date(1, 1, 1)
Partner = tuple[int | None, str]


def partner_ledger(ground: Ground, extent: Extent) -> Sheet:
    """A row for each partner; in a file the lines beneath it."""
    accounts = [account.id for account in chosen_accounts(ground)]
    found = [
        figures
        for figures in partner_figures(
            ground.session,
            accounts,
            ground.start or _BEGINNING,
            ground.end,
            ground.currency,
            ground.branches,
        )
        if figures.opening or figures.debit or figures.credit or ground.asked.zero
    ]
    if not extent.lines:
        rows = [_in_short(ground, figures, place) for place, figures in enumerate(found)]
        return sheet_of(ground, _FIGURES, [*rows, total_of(rows, 4)], first=msg("Partner"))
    lines = _lines(ground, accounts, extent)
    rows = [
        row
        for place, figures in enumerate(found)
        for row in _in_full(ground, figures, place, lines.get(_partner_of(figures), []))
    ]
    ends = [row for row in rows if row.style == "total"]
    return sheet_of(ground, (*_TEXTS, *MOVED), [*rows, total_of(ends, 6)], first=msg("Date"))


def partner_url(ground: Ground, partner_id: int | None, partner: str) -> str:
    """The lines of a partner in the report's days."""
    given = {
        "partner": str(partner_id) if partner_id is not None else "",
        "name": "" if partner_id is not None else partner,
        "from": "" if ground.start is None else ground.start.isoformat(),
        "to": ground.end.isoformat(),
        "currency": ground.currency,
        "branch": "" if ground.asked.branch is None else str(ground.asked.branch),
        "report": ground.definition.key,
    }
    kept = {key: value for key, value in given.items() if value}
    return f"/reporting/partner?{urlencode(kept)}"


def _name(figures: PartnerFigures) -> str:
    return figures.partner or phrase("Without a partner")


def _partner_of(figures: PartnerFigures) -> Partner:
    return figures.partner_id, figures.partner if figures.partner_id is None else ""


def _closing(figures: PartnerFigures) -> Decimal:
    return figures.opening + figures.debit - figures.credit


def _in_short(ground: Ground, figures: PartnerFigures, place: int) -> SheetRow:
    url = partner_url(ground, figures.partner_id, figures.partner)
    amounts = (figures.opening, figures.debit, figures.credit, _closing(figures))
    cells = tuple(Cell(ground.money(amount), url) for amount in amounts)
    return SheetRow(f"p{place}", _name(figures), "account", cells=cells, url=url)


def _lines(ground: Ground, accounts: list[int], extent: Extent) -> dict[Partner, list[PostedLine]]:
    query = LineQuery(
        ground.currency,
        ground.start,
        ground.end,
        account_ids=accounts,
        branches=ground.branches,
    )
    require_length(count_lines(ground.session, query), extent)
    found: dict[Partner, list[PostedLine]] = {}
    for line in posted_lines(ground.session, query, "partner", limit=extent.lines):
        partner = (line.partner_id, line.partner if line.partner_id is None else "")
        found.setdefault(partner, []).append(line)
    return {
        partner: sorted(lines, key=lambda line: (line.date, line.id))
        for partner, lines in found.items()
    }


def _in_full(
    ground: Ground, figures: PartnerFigures, place: int, lines: list[PostedLine]
) -> Iterator[SheetRow]:
    key, name = f"p{place}", _name(figures)
    blank = tuple(Cell() for _ in range(6))
    yield SheetRow(key, name, "heading", cells=blank, strong=True)
    before = (*blank[:5], Cell(ground.money(figures.opening)))
    yield SheetRow(f"{key}.opening", phrase("Balance before"), "opening", 1, before)
    balance = figures.opening
    for line in lines:
        balance += line.amount
        texts = (text_cell(line.number, entry_url(line)), text_cell(words_of(line)))
        sides = side_cells(ground, line.amount)
        cells = (*texts, Cell(line.due_date), *sides, Cell(ground.money(balance)))
        yield SheetRow(f"{key}.{line.id}", line.date, "line", 1, cells)
    sums = tuple(f"{key}.{line.id}" for line in lines)
    amounts = (figures.debit, figures.credit, _closing(figures))
    ends = (*blank[:3], *(Cell(ground.money(amount)) for amount in amounts))
    yield SheetRow(f"{key}.total", name, "total", 1, ends, strong=True, sums=sums)
