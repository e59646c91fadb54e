"""Two people at the same document: one gets it done, the other is told so, and nothing is done
twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.sales.models import Invoice, SalesOrder
from addons.sales.services.confirming import confirm_order
from addons.sales.services.delivering import deliver
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.payments import pay_invoices
from addons.sales.services.posting import post_invoice
from core.errors import AppError
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop


def both(kernel: Kernel, tenant: Tenant, work: Callable[[Session], Any]) -> list[str]:
    """What comes of two doing the same at once, each in a transaction of their own."""
    start = threading.Barrier(2)
    said: list[str] = []

    def one() -> None:
        with kernel.session(tenant) as session:
            start.wait(timeout=20)
            try:
                work(session)
                session.commit()
                said.append("done")
            except AppError as error:
                session.rollback()
                said.append(error.code)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)


def test_of_two_who_confirm_deliver_invoice_or_pay_one_does(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        shop = Shop(session)
        order = shop.order({"product_id": shop.product(), "quantity": Decimal(1)})
        order_id = order.id

    def order_in(session: Session) -> SalesOrder:
        return session.get_one(SalesOrder, order_id)

    told = both(kernel, tenant, lambda s: confirm_order(s, order_in(s)))
    assert told == ["conflict", "done"]
    told = both(kernel, tenant, lambda s: deliver(s, order_in(s), day=DAY))
    assert told == ["conflict", "done"]
    with kernel.session(tenant) as session:
        invoice_id = invoice_orders(session, [order_id]).id

    told = both(kernel, tenant, lambda s: post_invoice(s, s.get_one(Invoice, invoice_id)))
    assert told == ["conflict", "done"]
    told = both(kernel, tenant, lambda s: pay_invoices(s, [invoice_id]))
    with kernel.session(tenant) as session:
        invoice = session.get_one(Invoice, invoice_id)
        assert (invoice.settled, invoice.residual) == (10, 0)
    assert "done" in told
