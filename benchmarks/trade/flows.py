"""Whole sales, every step its own transaction with everything posted: stock and its value, invoice,
tax, payment and settlement. Beside the best of the peers, measured on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.figure import Figure, against, progress
from benchmarks.rates import seconds
from benchmarks.stage import Stage
from benchmarks.trade.shop import open_shop

PEER_PER_S: Final = 2.4
P95_MS: Final = 50.0
FLOWS: Final = 300
WARM: Final = 20


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
