"""Sixteen users sell the last pieces of one product, through as many processes as a deployment on
this machine has: one for each core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from addons.catalog.api import stock
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import rate_over, seconds
from benchmarks.stage import Stage
from benchmarks.trade.shop import Shelf, Shop, open_shop
from core import log
from core.api import Conflict
from core.config import Config
from tenants.composition import running_kernel
from tenants.processes.settling import settle

PER_S: Final = 50.0
USERS: Final = 16
PIECES: Final = 100
WARM: Final = 8
"""Sales of each user before the clock runs: a connection that is in use knows its statements."""


def measure(stage: Stage) -> Iterator[Figure]:
    """`last_pieces_flows_per_s`: no more is sold than there is, and everybody gets an answer."""
    shop = open_shop(stage, "bench-last", pieces=PIECES + USERS * WARM)
    processes = os.cpu_count() or 1
    users = [USERS // processes + (place < USERS % processes) for place in range(processes)]
    sellers = [_start(stage.config, shop, count) for count in users]
    for seller in sellers:
        seller.recv()
    progress(f"{USERS} users in {processes} processes sell the last {PIECES} pieces")
    refused: list[int] = []
    share = [(PIECES + USERS) * count // USERS for count in users]
    share[0] += PIECES + USERS - sum(share)

    def sell() -> None:
        for seller, attempts in zip(sellers, share, strict=True):
            seller.send(attempts)
        refused.extend(seller.recv() for seller in sellers)

    rate = (PIECES + USERS) / seconds(sell)
    _require_sold_out(shop, sum(refused))
    note = f"at least; {sum(refused)} refused, none oversold, no deadlock"
    yield against("last_pieces_flows_per_s", rate, "flows/s", PER_S, note)


def _start(config: Config, shop: Shop, users: int) -> Connection:
    """A process that has sold a little, says so, and waits to be told how often to try."""
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, config, shop.tenant.slug, shop.shelf, users), daemon=True
    ).start()
    theirs.close()
    return ours


def _serve(parent: Connection, config: Config, slug: str, shelf: Shelf, users: int) -> None:
    with Path(os.devnull).open("w") as nowhere, running_kernel(config) as kernel:
        log.configure(stream=nowhere)
        tenant = kernel.directory.find_slug(slug)
        assert tenant is not None
        shop = Shop(kernel, tenant, shelf)
        rate_over(range(users * WARM), lambda _: shop.sell(), users)
        settle()
        parent.send(True)
        refused: list[int] = []
        rate_over(range(parent.recv()), lambda one: _attempt(shop, refused, one), users)
        parent.send(len(refused))


def _attempt(shop: Shop, refused: list[int], number: int) -> None:
    order_id = shop.order(1)
    try:
        shop.confirm(order_id)
        shop.deliver(order_id)
    except Conflict:
        refused.append(number)
        return
    shop.pay(shop.invoice(order_id))


def _require_sold_out(shop: Shop, refused: int) -> None:
    with shop.kernel.session(shop.tenant, readonly=True) as session:
        keeper = stock(session)
        assert keeper is not None
        product_id = shop.shelf.product_id
        left = keeper.available(session, [product_id], None)[product_id].on_hand
    if left != Decimal(0) or refused != USERS:
        raise RuntimeError(f"{left} pieces are left, and {refused} sales were refused")
