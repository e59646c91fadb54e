"""The costs of goods are those that hledger's own tests expect of its lots.

A journal buys and sells pieces from accounts. What the sold ones cost is what they brought less the
gain, which the journal states or hledger adds to it. Methods that look at each account by itself
are those of a product whose lots are valued by themselves, an account being a lot; the others look
at all that the company has. Last in first out and highest first are not offered, see
docs/decisions/0043.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from addons.inventory.models import Location
from core.api import Conflict
from tests.inventory.conftest import Store

pytestmark = pytest.mark.real_data
D: Final = Decimal
_METHODS: Final = {"": "fifo", "FIFO": "fifo", "FIFOALL": "fifo", "AVERAGE": "average",
                   "AVERAGEALL": "average"}  # fmt: skip
_TOLD: Final = re.compile(r"commodity AAPL  ; lots: ?(\w*)\n")
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d) ")
_BOUGHT: Final = re.compile(r"    (\S+)\s+(\d+) AAPL \{\$(\d+)\}$")
_SOLD: Final = re.compile(r"    (\S+)\s+-(\d+) AAPL \{\} @ \$(\d+)$")
_GAIN: Final = re.compile(r"    revenues?:gains?\s+\$-(\d+)$", re.MULTILINE)
_MONEY: Final = re.compile(r"    (assets:(checking|cash)(\s+\$\d+)?|revenue:gains\s+\$-\d+)$")


@dataclass(frozen=True)
class Piece:
    """So many pieces came to an account at a cost, or left it for a price."""

    day: date
    account: str
    quantity: Decimal
    price: Decimal
    sold: bool


@dataclass(frozen=True)
class Case:
    """A journal that can be lived through, and what hledger says that its sales cost; None where it
    refuses them."""

    title: str
    method: str
    whole: bool
    pieces: tuple[Piece, ...]
    cost: Decimal | None


def read_cases(folder: Path) -> Iterator[Case]:
    """The journals of purchases and sales of one kind of goods, by a method that is offered."""
    for found in json.loads((folder / "lots" / "hledger_lot_cases.json").read_text()):
        told = _TOLD.match(found["journal"])
        if told is None or told[1] not in _METHODS:
            continue
        pieces = _pieces(found["journal"])
        # A sale that a method for all accounts forbids in one of them is nothing of costs.
        forbidden = found["expected_exit"] == "1" and "insufficient" not in str(
            found["expected_stderr"]
        )
        if pieces is None or forbidden or not any(piece.sold for piece in pieces):
            continue
        gains = _GAIN.findall(found["journal"]) or _GAIN.findall(found["expected_stdout"] or "")
        brought = sum((one.quantity * one.price for one in pieces if one.sold), D(0))
        cost = None if found["expected_exit"] == "1" else brought - sum(map(D, gains), D(0))
        yield Case(found["title"], _METHODS[told[1]], told[1].endswith("ALL"), pieces, cost)


def _pieces(journal: str) -> tuple[Piece, ...] | None:
    """What was bought and sold, the earliest first; None for a journal that does anything else."""
    pieces, day = [], date.min
    for line in journal.splitlines()[1:]:
        text = line.split(";")[0].rstrip()
        if not text or _MONEY.match(text):
            continue
        if dated := _DAY.match(text):
            day = date.fromisoformat(dated[1])
        elif traded := _BOUGHT.match(text) or _SOLD.match(text):
            account, quantity, price = traded.groups()
            sold = _SOLD.match(text) is not None
            pieces.append(Piece(day, account, D(quantity), D(price), sold))
        else:
            return None
    return tuple(pieces)


def live(store: Store, case: Case) -> Decimal:
    """Let a case happen; what the goods that were sold cost."""
    more: dict[str, Any] = {} if case.whole else {"tracking": "lot", "per_lot": True}
    product = store.product(case.method, **more)
    shelves: dict[str, dict[str, Any]] = {}
    for name in sorted({piece.account for piece in case.pieces}):
        place = Location(name=name, path=f"{name} {product}")
        store.session.add(place)
        store.session.flush()
        lot = None if case.whole else store.lot(product, name)
        shelves[name] = {"place": place.id, "lot_id": lot}
    for piece in case.pieces:
        shelf = dict(shelves[piece.account])
        place, quantity = shelf.pop("place"), str(piece.quantity)
        if piece.sold:
            store.deliver(product, quantity, from_id=place, day=piece.day, **shelf)
        else:
            price = str(piece.price)
            store.receive(product, quantity, price, to_id=place, day=piece.day, **shelf)
    return store.roles(product)["sold"]


def test_what_was_sold_cost_what_hledger_says(store: Store, real_data: Path) -> None:
    cases = list(read_cases(real_data))
    assert len(cases) == 11
    for case in cases:
        if case.cost is None:
            with pytest.raises(Conflict), store.session.begin_nested():
                live(store, case)
        else:
            assert live(store, case) == case.cost, case.title
