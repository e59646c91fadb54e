"""Aged receivables and payables: open items by partner, and by how long they have been due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from addons.accounting.api import OpenItem, entries_of_branches, open_items
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.engine.listing import Extent, chosen_accounts, sheet_of, total_of
from addons.reporting.services.engine.partners import partner_url
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import msg, phrase

BUCKETS: Final = (30, 60, 90, 120)
_HEADS: Final = (
    Head("entry", msg("Entry"), "text"),
    Head("due", msg("Due"), "date"),
    Head("not_due", msg("Not due")),
    Head("d30", msg("1–30 days")),
    Head("d60", msg("31–60 days")),
    Head("d90", msg("61–90 days")),
    Head("d120", msg("91–120 days")),
    Head("older", msg("Older")),
    Head("total", msg("Total")),
)


@dataclass(slots=True)
class _Partner:
    """A partner's open items."""

    id: int | None
    name: str
    items: list[OpenItem] = field(default_factory=list)


def items_on(ground: Ground, account_ids: Iterable[int]) -> list[OpenItem]:
    """What was open on these accounts at the report's end, in the ledger's currency, of the
    branches that are read."""
    found = [
        item
        for item in open_items(ground.session, account_ids=account_ids, on=ground.end)
        if item.currency == ground.currency
    ]
    if ground.branches is None:
        return found
    entries = {item.entry_id for item in found}
    kept = entries_of_branches(ground.session, entries, ground.branches)
    return [item for item in found if item.entry_id in kept]


def aged(ground: Ground, extent: Extent) -> Sheet:
    """A row for each partner, with the items folded beneath it. What suppliers are owed is shown
    positive, as what customers owe is."""
    accounts = chosen_accounts(ground)
    sign = -1 if accounts and all(account.type == "liability" for account in accounts) else 1
    partners: dict[tuple[int | None, str], _Partner] = {}
    for item in items_on(ground, [account.id for account in accounts]):
        key = (item.partner_id, "" if item.partner_id is not None else item.partner)
        partner = partners.setdefault(key, _Partner(item.partner_id, item.partner))
        partner.items.append(item)
    rows: list[SheetRow] = []
    for place, partner in enumerate(sorted(partners.values(), key=lambda one: one.name.casefold())):
        rows += _rows(ground, partner, f"p{place}", sign)
    tops = [row for row in rows if row.style == "row"]
    return sheet_of(ground, _HEADS, [*rows, total_of(tops, len(_HEADS))], first=msg("Partner"))


def _rows(ground: Ground, partner: _Partner, key: str, sign: int) -> Iterator[SheetRow]:
    lines = [_item_row(ground, item, key, sign) for item in partner.items]
    summed = total_of(lines, len(_HEADS)).cells
    name = partner.name or phrase("Without a partner")
    url = partner_url(ground, partner.id, partner.name)
    cells = (Cell(), Cell(), *summed[2:])
    sums = tuple(line.key for line in lines)
    yield SheetRow(key, name, "row", cells=cells, sums=sums, url=url)
    yield from lines


def _item_row(ground: Ground, item: OpenItem, parent: str, sign: int) -> SheetRow:
    amount = ground.money(sign * item.residual)
    place = bucket(item, ground)
    amounts: list[Decimal | None] = [None] * (len(BUCKETS) + 2)
    amounts[place] = amount
    cells = (
        Cell(item.number or None, f"/accounting/entries/{item.entry_id}"),
        Cell(item.due),
        *(Cell(value) for value in amounts),
        Cell(amount),
    )
    words = " · ".join(part for part in (item.reference, item.text) if part) or item.account
    return SheetRow(
        f"{parent}.{item.line_id}", words, "account", 1, cells, parent=parent, folded=True
    )


def bucket(item: OpenItem, ground: Ground) -> int:
    """Into which column an item falls: 0 is not yet due."""
    late = (ground.end - item.due).days
    if late <= 0:
        return 0
    return next((at + 1 for at, most in enumerate(BUCKETS) if late <= most), len(BUCKETS) + 1)
