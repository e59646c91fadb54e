"""What a sale keeps in memory is read from the tables that it names, and from no other: one that
was left out could change without anybody noticing.

A company sells, delivers, invoices and is paid. Then everything that the process keeps for it is
read once more, while every statement is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.db.cached import MEMORY
from core.db.session import binding
from core.kernel import Kernel
from tests.sales.conftest import DAY, Shop, stocked, whole_company

_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+\.[a-z_]+)")
_OF_THE_CATALOG = "pg_catalog."


@contextmanager
def tables_read() -> Iterator[set[str]]:
    """The tables of the statements that run meanwhile."""
    seen: set[str] = set()

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        found = _TABLE.findall(statement)
        seen.update(table for table in found if not table.startswith(_OF_THE_CATALOG))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_what_is_kept_of_a_sale_is_read_from_the_tables_that_it_names(kernel: Kernel) -> None:
    with whole_company(kernel) as tenant:
        with kernel.session(tenant) as session:
            shop = Shop(session)
            product, customer = shop.product("10", tax_group="standard"), shop.customer()
            stocked(session, product, "5", "4")
        with kernel.session(tenant) as session:
            shop = Shop(session)
            line = {"product_id": product, "quantity": Decimal(2)}
            order = shop.delivered(shop.confirmed([line], contact_id=customer))
            shop.paid(shop.invoiced(order, day=DAY))
        kept: list[Any] = [key for key in kernel.memory.kept() if key[0] == tenant.id]
        assert len({read for _, read, *_ in kept}) >= 12
        for _, read, args, _ in kept:
            with kernel.session(tenant, readonly=True) as session, tables_read() as seen:
                binding(session).context.pop(MEMORY)  # what it asks in turn is read as well
                read(session, *args)
            assert seen, read
            assert seen <= set(read.tables), read
