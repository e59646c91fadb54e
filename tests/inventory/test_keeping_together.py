"""Many sell the last pieces at once, and two people do one transfer: nothing is sold that is not
there, nothing moves twice, and nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from addons.inventory.services.operations_invariants import INVARIANTS
from addons.inventory.services.transfers.acts import do_transfer
from core.api import Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.inventory.operations import (
    DAY,
    expect,
    make_product,
    move,
    promised,
    receive,
    there,
    transfers,
)

SELLERS = 8
PIECES = 10


def test_the_last_pieces_are_sold_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        tea, jam = make_product(session), make_product(session, "Jam")
        receive(session, tea, str(PIECES))
        receive(session, jam, str(PIECES))
    barrier, sold = threading.Barrier(SELLERS), []

    def sell(seller: int) -> None:
        barrier.wait()
        for round_ in range(2):
            source = 7000 + seller * 10 + round_
            goods = [(tea, "1"), (jam, "1")]
            try:
                with kernel.session(tenant) as session:
                    expect(session, "delivery", source, *(goods if seller % 2 else goods[::-1]))
                with kernel.session(tenant) as session:
                    move(session, "delivery", source, (1, "1"), (2, "1"))
                sold.append(source)
            except Conflict:
                continue

    with ThreadPoolExecutor(SELLERS) as pool:
        for future in [pool.submit(sell, one) for one in range(SELLERS)]:
            future.result()
    assert len(sold) == PIECES
    with kernel.session(tenant) as session:
        assert there(session, tea) == there(session, jam) == 0
        assert promised(session, tea) == 0
        for invariant in INVARIANTS:
            assert invariant.check(session).holds, invariant.name


def test_two_people_do_one_transfer_and_it_is_done_once(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        tea = make_product(session)
        receive(session, tea, "9")
        expect(session, "delivery", 7900, (tea, "4"))
        transfer = transfers(session, 7900)[0].id
    barrier, answers = threading.Barrier(2), []

    def do(_: int) -> None:
        barrier.wait()
        try:
            with kernel.session(tenant) as session:
                do_transfer(session, transfer, day=DAY)
            answers.append("done")
        except Conflict:
            answers.append("refused")

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(do, one) for one in range(2)]:
            future.result()
    assert sorted(answers) == ["done", "refused"]
    with kernel.session(tenant) as session:
        assert there(session, tea) == Decimal(5)
