"""What goods are worth, worked out from the source alone and by nothing that the product has:
first in first out, and moving average, each issue rounded to cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tests.trade.trading_data import RealCompany, cents

Batch = tuple[Decimal, Decimal]
"""Pieces, and what they are worth together."""


def stock_as_of(company: RealCompany, day: date, *, fifo: bool) -> dict[str, Batch]:
    """Quantity and value by product at the end of a day, of the products that have any."""
    batches: dict[str, list[Batch]] = defaultdict(list)
    for happened, sku, quantity, value in _moves(company):
        if happened > day:
            continue
        pile = batches[sku]
        if quantity > 0:
            pile.append((quantity, value))
            if not fifo:
                pile[:] = [_together(pile)]
        else:
            _take(pile, -quantity)
    found = {sku: _together(pile) for sku, pile in batches.items()}
    return {sku: held for sku, held in found.items() if held != (0, 0)}


def _moves(company: RealCompany) -> Iterator[tuple[date, str, Decimal, Decimal]]:
    """Day, product, pieces and what was paid for them, in the order in which they moved: on one
    day what comes before what goes. What was rejected went back the day it came."""
    for opening in company.opening:
        worth = cents(opening.quantity * opening.cost)
        yield company.begins, opening.sku, opening.quantity, worth
    moves = [
        (order.came, 0, line.sku, line.kept, line.billed)
        for order in company.purchases
        if order.came is not None
        for line in order.lines
        if line.kept
    ]
    moves += [
        (order.shipped, 1, line.sku, -line.quantity, Decimal(0))
        for order in company.sales
        if order.shipped is not None
        for line in order.lines
        if line.sku not in company.services
    ]
    for day, _, sku, quantity, value in sorted(moves, key=lambda move: move[:2]):
        yield day, sku, quantity, value


def _take(pile: list[Batch], wanted: Decimal) -> None:
    """Take pieces from the oldest batches; a batch that is taken whole takes its value along."""
    while wanted:
        pieces, worth = pile[0]
        if pieces <= wanted:
            pile.pop(0)
            wanted -= pieces
        else:
            pile[0] = (pieces - wanted, worth - cents(worth * wanted / pieces))
            wanted = Decimal(0)


def _together(pile: list[Batch]) -> Batch:
    return sum((one[0] for one in pile), Decimal(0)), sum((one[1] for one in pile), Decimal(0))
