"""The till in Chromium: from a key to the next screen, starts, and what a full device costs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from benchmarks.figure import Figure, against, progress
from benchmarks.pos.counter import Counter, counter
from benchmarks.pos.filling import fill
from benchmarks.stage import Stage

KEY_MS: Final = 50.0
COLD_MS: Final = 1_500.0
SLOWED_MS: Final = 2_000.0
SLOWED: Final = 6
FEW: Final = 1_000
MANY: Final = 100_000
RECEIPTS: Final = 6_000
"""Thirty days of two hundred."""
SAMPLES: Final = 40
STARTS: Final = 5
_NUMBERS: Final = itertools.count(1)


def measure_keys(stage: Stage) -> Iterator[Figure]:
    """`key_to_screen_ms`, `key_to_screen_offline_ms`: each key of a sale, until what it leads to
    is shown."""
    with counter(stage, _slug()) as till:
        yield _key(till, "key_to_screen_ms")
        till.context.set_offline(True)
        yield _key(till, "key_to_screen_offline_ms")


def measure_starts(stage: Stage) -> Iterator[Figure]:
    """`cold_start_offline_ms`, from a browser that was just started; `usable_slowed_ms`, with the
    processor slowed. Both until a full till takes the keys of a PIN."""
    with counter(stage, _slug()) as till:
        till.sale()
        _fill(till, MANY, RECEIPTS)
        colds = []
        for _ in range(STARTS):
            till.switch_off()
            till.switch_on(offline=True)
            colds.append(till.start())
        yield against("cold_start_offline_ms", median(colds), "ms", COLD_MS, _spread(colds))
        tools = till.context.new_cdp_session(till.page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        slowed = [till.start() for _ in range(STARTS)]
        note = f"{_spread(slowed)}; slowed {SLOWED}-fold"
        yield against("usable_slowed_ms", median(slowed), "ms", SLOWED_MS, note)


def measure_full(stage: Stage) -> Iterator[Figure]:
    """`search_100k_ms`: from a key to the list that answers it; `sale_100k_ms`: from the key that
    takes the payment to the receipt. The limits are the same of a till with few products."""
    with counter(stage, _slug()) as till:
        till.sale()
        till.context.set_offline(True)
        _fill(till, FEW, 0)
        few = _searches(till), _payments(till)
        _fill(till, MANY, RECEIPTS)
        many = _searches(till), _payments(till)
        for name, full, beside in zip(("search_100k_ms", "sale_100k_ms"), many, few, strict=True):
            note = f"{_spread(full)}; beside {FEW:,} products: {_spread(beside)}"
            yield against(name, median(full), "ms", median(beside), note)


def _key(till: Counter, name: str) -> Figure:
    till.sale()
    taken = list(itertools.chain.from_iterable(till.sale() for _ in range(SAMPLES // 3 + 1)))
    return against(name, _p95(taken), "ms", KEY_MS, f"p95; {_spread(taken)}")


def _searches(till: Counter) -> list[float]:
    till.search()
    return [till.search() for _ in range(SAMPLES)]


def _payments(till: Counter) -> list[float]:
    till.sale()
    return [till.sale()[1] for _ in range(SAMPLES)]


def _fill(till: Counter, products: int, receipts: int) -> None:
    progress(f"{products:,} products and {receipts:,} receipts go onto the device")
    fill(till.page, products, receipts)


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def _spread(taken: Sequence[float]) -> str:
    return f"median {median(taken):.0f}, p95 {_p95(taken):.0f} ms"


def _slug() -> str:
    return f"bench-counter-{next(_NUMBERS)}"
