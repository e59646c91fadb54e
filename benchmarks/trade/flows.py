"""Whole sales, every step its own transaction with everything posted: stock and its value, invoice,
tax, payment and settlement. Beside the best of the peers, measured on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from addons.catalog.api import stock
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import rate_over, seconds
from benchmarks.stage import Stage
from benchmarks.trade.shop import Shop, open_shop
from core.api import Conflict

PEER_PER_S: Final = 2.4
P95_MS: Final = 50.0
LAST_PER_S: Final = 50.0
FLOWS: Final = 300
WARM: Final = 20
USERS: Final = 16
PIECES: Final = 100


def measure(stage: Stage) -> Iterator[Figure]:
    """`sale_flows_per_s` and `sale_flow_p95_ms`, one after the other; nothing else runs."""
    shop = open_shop(stage, "bench-sales", pieces=FLOWS + WARM)
    for _ in range(WARM):
        shop.sell()
    progress(f"{FLOWS} sales, five transactions each")
    taken = sorted(seconds(shop.sell) for _ in range(FLOWS))
    note = "at least 10 times; the peer: Odoo, a transaction a step"
    yield against("sale_flows_per_s", FLOWS / sum(taken), "flows/s", PEER_PER_S, note)
    p95 = taken[int(FLOWS * 0.95)] * 1000
    yield against("sale_flow_p95_ms", p95, "ms", P95_MS, "at most; the peer: 500 ms")


def measure_last_pieces(stage: Stage) -> Iterator[Figure]:
    """`last_pieces_flows_per_s`: sixteen users, one product, and no more than there is of it."""
    shop = open_shop(stage, "bench-last", pieces=PIECES + WARM)
    for _ in range(WARM):
        shop.sell()
    refused: list[int] = []
    progress(f"{USERS} users sell the last {PIECES} pieces")

    def attempt(number: int) -> None:
        order_id = shop.order(1)
        try:
            shop.confirm(order_id)
            shop.deliver(order_id)
        except Conflict:
            refused.append(number)
            return
        shop.pay(shop.invoice(order_id))

    rate = rate_over(range(PIECES + USERS), attempt, USERS)
    _require_sold_out(shop, refused)
    note = f"at least; {len(refused)} refused, none oversold, no deadlock"
    yield against("last_pieces_flows_per_s", rate, "flows/s", LAST_PER_S, note)


def _require_sold_out(shop: Shop, refused: list[int]) -> None:
    with shop.stage.kernel.session(shop.tenant, readonly=True) as session:
        keeper = stock(session)
        assert keeper is not None
        left = keeper.available(session, [shop.product_id], None)[shop.product_id].on_hand
    if left != Decimal(0) or len(refused) != USERS:
        raise RuntimeError(f"{left} pieces are left, and {len(refused)} sales were refused")
