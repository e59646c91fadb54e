"""The tax report: bases and taxes by code, and what stands on the tax accounts besides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from addons.accounting.api import (
    DaySpan,
    TaxFigures,
    movements,
    posted_without_code,
    tax_figures,
)
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.engine.ledger import ledger_url
from addons.reporting.services.engine.listing import (
    ZERO,
    Extent,
    chosen_accounts,
    sheet_of,
    total_of,
)
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import msg, phrase

_HEADS: Final = (
    Head("base_out", msg("Base of sales")),
    Head("tax_out", msg("Output tax")),
    Head("base_in", msg("Base of purchases")),
    Head("tax_in", msg("Input tax")),
    Head("net", msg("Net tax")),
)
_BEGINNING: Final = date(1, 1, 1)


def tax_report(ground: Ground, extent: Extent) -> Sheet:
    """By tax code what was credited (sales) and debited (purchases), and the balances of the tax
    accounts, which the net tax and everything else posted to them explain."""
    start = ground.start or _BEGINNING
    found = tax_figures(ground.session, start, ground.end, ground.currency, ground.branches)
    rows = [_row(ground, one) for one in found]
    rows = [*rows, total_of(rows, len(_HEADS)), *_accounts(ground)]
    return sheet_of(ground, _HEADS, rows, first=msg("Tax code"))


def _row(ground: Ground, one: TaxFigures) -> SheetRow:
    amounts = (
        one.base_credit,
        one.tax_credit,
        one.base_debit,
        one.tax_debit,
        one.tax_credit - one.tax_debit,
    )
    cells = tuple(Cell(ground.money(amount)) for amount in amounts)
    return SheetRow(f"t.{one.code}", one.code, "row", cells=cells)


def _accounts(ground: Ground) -> list[SheetRow]:
    """How the tax accounts got from their opening to their closing balance."""
    chosen = chosen_accounts(ground)
    ids = [account.id for account in chosen]
    start = ground.start or _BEGINNING
    before, within = _owed(ground, start)
    opening = sum((before.get(one, ZERO) for one in ids), ZERO)
    moved = sum((within.get(one, ZERO) for one in ids), ZERO)
    bare = posted_without_code(
        ground.session, ids, start, ground.end, ground.currency, ground.branches
    )
    blank = tuple(Cell() for _ in _HEADS)
    rows = [
        SheetRow("accounts", phrase("Tax accounts"), "heading", cells=blank, strong=True),
        _line("opening", phrase("Tax accounts before, owed"), opening, ground),
        _line("by_code", phrase("Tax of the codes above, on these accounts"), moved - bare, ground),
        _line("bare", phrase("Payments and postings without a tax code"), bare, ground),
        _line("closing", phrase("Tax accounts at the end, owed"), opening + moved, ground),
    ]
    for account in chosen:
        owed = before.get(account.id, ZERO) + within.get(account.id, ZERO)
        url = ledger_url(ground, account.id)
        cells = (*blank[:-1], Cell(ground.money(owed), url))
        rows.append(
            SheetRow(
                f"a{account.id}",
                ground.name(account),
                "account",
                2,
                cells,
                parent="closing",
                folded=True,
                url=url,
            )
        )
    return rows


def _owed(ground: Ground, start: date) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Credits less debits of all accounts, before the report's days and within them."""
    within = DaySpan(ground.start, ground.end)
    before = DaySpan(None, start - timedelta(days=1)) if start > _BEGINNING else None
    spans = [within] if before is None else [within, before]
    read = movements(ground.session, spans, ground.currency, ground.branches)
    owed = [
        {} if span is None else {i: one.credit - one.debit for i, one in read[span].items()}
        for span in (before, within)
    ]
    return owed[0], owed[1]


def _line(key: str, title: str, amount: Decimal, ground: Ground) -> SheetRow:
    cells = (*(Cell() for _ in _HEADS[:-1]), Cell(ground.money(amount)))
    style = "total" if key == "closing" else "row"
    sums = ("opening", "by_code", "bare") if key == "closing" else ()
    return SheetRow(key, title, style, 1, cells, strong=key == "closing", sums=sums)
