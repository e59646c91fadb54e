"""Prices of sales held against those that the server finds: what differs is flagged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from addons.catalog.api import PriceFound, PriceQuestion, prices_for
from addons.pos.models import Register
from addons.pos.services.booking.settling import SettledLine, SettledSale
from core.api import AppError


def note_prices(session: Session, register: Register, sales: Sequence[SettledSale]) -> None:
    """Flag sales at other prices than the server's, unless somebody overrode them. Each price is
    asked for once. A register with a price list of its own is left alone: its till decides among
    lists that no contact has."""
    if register.price_list_id is not None:
        return
    asked = {question for sale in sales for _, question in _questions(sale)}
    if not asked:
        return
    wanted = sorted(asked, key=repr)
    try:
        known = dict(zip(wanted, prices_for(session, wanted), strict=True))
    except AppError:
        return
    for sale in sales:
        if any(_differs(line, known[question]) for line, question in _questions(sale)):
            sale.flag("price")


def _questions(sale: SettledSale) -> Iterator[tuple[SettledLine, PriceQuestion]]:
    overridden = {one.get("line") for one in sale.said.overrides if one.get("what") == "price"}
    for line in sale.lines:
        said = line.said
        if said.back or said.line in overridden:
            continue
        yield (
            line,
            PriceQuestion(
                said.product_id,
                sale.contact_id,
                abs(said.quantity),
                said.unit_id,
                sale.day,
                sale.said.currency,
            ),
        )


def _differs(line: SettledLine, found: PriceFound) -> bool:
    return line.said.price not in (found.price, found.net)
