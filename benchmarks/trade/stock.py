"""Reading ten million moves: what there is of one product, a page of stock, and what everything was
worth on a day long past."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Final

from addons.catalog.api import stock
from addons.inventory.permissions import VIEW_STOCK
from addons.inventory.services.valuation.as_of import valuation_as_of
from benchmarks.accounts import api_token
from benchmarks.figure import Figure, against, progress
from benchmarks.pages import Pages
from benchmarks.rates import rounds, seconds
from benchmarks.stage import Stage
from benchmarks.trade.goods import MOVES, PRODUCTS, fill

ONE_MS: Final = 5.0
LIST_MS: Final = 100.0
PAST_S: Final = 2.0
LIST: Final = "/inventory/stock"
PAST: Final = date(2024, 8, 17)
_TIMES: Final = 50


def measure(stage: Stage) -> Iterator[Figure]:
    """`on_hand_one_ms`, `on_hand_list_ms` and `valuation_past_s`."""
    tenant = stage.tenant("bench-goods")
    fill(stage, tenant)
    products = itertools.cycle(range(1, PRODUCTS, 997))

    def one() -> None:
        with stage.kernel.session(tenant, readonly=True) as session:
            keeper = stock(session)
            assert keeper is not None
            product_id = next(products)
            held = keeper.available(session, [product_id], None)[product_id]
            if held.on_hand != MOVES // PRODUCTS // 2 * 5:
                raise RuntimeError(f"there are {held.on_hand} of product {product_id}")

    progress(f"What there is of a product, from {MOVES:,} moves of {PRODUCTS:,}")
    one()
    taken = rounds(lambda: seconds(lambda: [one() for _ in range(_TIMES)]), 5)
    yield against("on_hand_one_ms", taken * 1000 / _TIMES, "ms", ONE_MS, "at most")

    token = api_token(stage.kernel, tenant, [VIEW_STOCK])
    with Pages(stage, tenant, token) as pages:
        pages.get(LIST)
        taken = rounds(lambda: seconds(lambda: pages.get(LIST)), 9)
    yield against("on_hand_list_ms", taken * 1000, "ms", LIST_MS, "at most; the page as it is sent")

    def past() -> None:
        with stage.kernel.session(tenant, readonly=True) as session:
            if len(valuation_as_of(session, PAST)) != PRODUCTS:
                raise RuntimeError("products are missing from the valuation")

    progress(f"What all products were worth on {PAST}")
    past()
    yield against("valuation_past_s", rounds(lambda: seconds(past), 5), "s", PAST_S, "at most")
