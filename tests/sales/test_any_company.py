"""Whatever is ordered, delivered, invoiced, returned, credited and paid in whatever parts: what was
delivered stays within what was ordered, what was invoiced within what was delivered, and invoices
less credit notes are what is owed and what was paid, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice, Payment
from addons.sales.services.crediting import credit_invoice, credit_return
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.invariants import INVARIANTS
from addons.sales.services.posting import post_invoice
from addons.sales.services.returning import create_return, receive_return
from core.errors import AppError
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import DAY, Shop, whole_company

D = Decimal
quantities = st.decimals("0.001", "50", places=3)
prices = st.decimals("0.01", "999.99", places=2)
steps = st.lists(
    st.tuples(
        st.sampled_from(["deliver", "invoice", "ahead", "return", "credit", "pay"]),
        st.integers(1, 100),
    ),
    min_size=3,
    max_size=9,
)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with whole_company(kernel, ("sales", "vat", "accounting")) as tenant:
        yield tenant


def _do(shop: Shop, order, what: str, share: int) -> None:
    session, part = shop.session, D(share) / 100
    if what == "deliver":
        wanted = {
            line.id: Wanted(((line.quantity - line.delivered) * part).quantize(D("0.001")))
            for line in order.lines
        }
        deliver(session, order, wanted, day=DAY)
    elif what == "invoice":
        shop.invoiced(order)
    elif what == "ahead":
        shop.invoiced(order, "percent", percent=D(share))
    elif what == "return":
        lines = [
            {
                "order_line_id": line.id,
                "quantity": ((line.delivered - line.returned) * part).quantize(D("0.001")),
            }
            for line in order.lines
        ]
        back = receive_return(
            session, create_return(session, {"order_id": order.id, "lines": lines})
        )
        for note in credit_return(session, back):
            post_invoice(session, note)
    else:
        invoice = session.scalars(
            select(Invoice)
            .where(Invoice.state == "posted", Invoice.kind == "invoice")
            .order_by(Invoice.id.desc())
            .limit(1)
        ).one_or_none()
        if invoice is None:
            return
        if what == "credit":
            post_invoice(session, credit_invoice(session, invoice, "allowance", percent=D(share)))
        elif invoice.residual:
            amount = max((invoice.residual * part * 2).quantize(D("0.01")), D("0.01"))
            shop.paid(invoice, amount=str(amount))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    lines=st.lists(st.tuples(quantities, prices, st.integers(0, 40)), min_size=1, max_size=4),
    discount=st.integers(0, 20),
    steps=steps,
)
def test_documents_stay_in_step(session: Session, lines, discount, steps) -> None:
    shop = Shop(session)
    shop.session.begin_nested()
    order = shop.confirmed(
        [
            {
                "product_id": shop.weighed(),
                "quantity": quantity,
                "price": price,
                "discount_percent": D(percent),
            }
            for quantity, price, percent in lines
        ],
        discount_percent=D(discount),
    )
    for what, share in steps:
        try:
            with session.begin_nested():
                _do(shop, order, what, share)
        except AppError:
            session.expire_all()
        for line in order.lines:
            assert line.delivered <= line.quantity
            assert line.returned <= line.delivered
            assert line.invoiced <= line.quantity
    broken = [one.name for one in INVARIANTS if not one.check(session).holds]
    assert broken == []
    invoices = session.scalars(select(Invoice).where(Invoice.state == "posted")).all()
    asked = sum((one.total if one.kind == "invoice" else -one.total for one in invoices), D(0))
    owed = sum((one.residual if one.kind == "invoice" else -one.residual for one in invoices), D(0))
    used = sum((one.used for one in session.scalars(select(Payment))), D(0))
    assert asked == owed + used
    session.rollback()
