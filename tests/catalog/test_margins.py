"""A company wants a margin of 20 percent. Its settings allow, warn or refuse what brings less; who
may sell below it is asked, and what they let through is written down."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.catalog.api import MarginLine, MarginSource, margin_of, require_margin
from addons.catalog.models import KnownCost, MarginOverride
from addons.catalog.options import PriceOptions
from addons.catalog.services.bundles import create_bundle
from addons.catalog.services.products import create_product
from core.addons.options import set_options
from core.api import Actor, Conflict, NeedsConfirmation
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.confirmation import bind_confirmations
from tenants.testing.tenants import fresh_tenant

SELLER = Actor("user", "Rahim", 1)
CHIEF = Actor("user", "Layla", 2, grants={"catalog.margin.override": "all"})
_d = Decimal


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """Rice costs 8; what salt costs nobody knows; a box holds two of rice."""
    with fresh_tenant(kernel, "margins", addons=("contacts", "catalog")) as tenant:
        with kernel.session(tenant) as session:
            for name in ("Rice", "Salt", "Box"):
                create_product(session, {"name": name, "sku": name.upper()})
            session.add(KnownCost(product_id=1, cost=_d(8)))
            part = {"product_id": 1, "quantity": _d(2)}
            create_bundle(session, {"product_id": 3, "parts": (part,)})
        yield tenant


def _line(net: str, product: int = 1, quantity: int = 1) -> MarginLine:
    return MarginLine(product, _d(quantity), _d(net))


def _decided(session: Session, policy: str) -> None:
    set_options(session, PriceOptions, minimum_margin=_d(20), below_margin=policy)


def test_margins_are_of_the_price_and_of_what_the_goods_cost(session: Session) -> None:
    _decided(session, "warn")
    lines = [
        _line("10"), _line("9.99"), _line("7"), _line("5", product=2), _line("20", product=3),
        _line("-10", quantity=-1), _line("0"),
    ]  # fmt: skip
    found = margin_of(session, lines)
    assert [one.verdict for one in found] == [
        "good", "low", "loss", "unknown", "good", "good", "loss",
    ]  # fmt: skip
    assert (found[0].percent, found[0].amount) == (20, 2)
    assert (found[4].cost, found[4].percent) == (16, 20)
    assert found[3].cost is None
    assert found[6].percent is None


def test_a_warning_asks_back_and_a_yes_goes_on(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant, actor=SELLER) as session:
        _decided(session, "warn")
        require_margin(session, [_line("10")])
        with pytest.raises(NeedsConfirmation, match=r"margin of 11\.11 %, and 20\.00 %") as asked:
            require_margin(session, [_line("9")])
        bind_confirmations(session, frozenset({asked.value.key}))
        assert require_margin(session, [_line("9")])[0].verdict == "low"
        with pytest.raises(NeedsConfirmation):
            require_margin(session, [_line("8.5")])
        session.rollback()


def test_a_refusal_names_each_line_and_only_who_may_gets_past_it(
    kernel: Kernel, tenant: Tenant
) -> None:
    sale = [_line("10"), _line("7"), _line("15", product=3)]
    source = MarginSource("sales.order", 17, "SO/17")
    with kernel.session(tenant, actor=SELLER) as session:
        _decided(session, "refuse")
        with pytest.raises(Conflict, match=r"sold for 7\.00, and costs 8\.00") as refused:
            require_margin(session, sale, source=source)
        assert [one.field for one in refused.value.problems] == ["lines.1.price", "lines.2.price"]
        session.rollback()
    with kernel.session(tenant, actor=CHIEF) as session:
        _decided(session, "refuse")
        with pytest.raises(NeedsConfirmation) as asked:
            require_margin(session, sale, source=source)
        bind_confirmations(session, frozenset({asked.value.key}))
        require_margin(session, sale, source=source, reason="Ends this week")
        kept = session.scalars(select(MarginOverride).order_by(MarginOverride.id)).all()
        assert [(one.number, one.net, one.cost, one.allowed_by, one.reason) for one in kept] == [
            ("SO/17", 7, 8, "Layla", "Ends this week"),
            ("SO/17", 15, 16, "Layla", "Ends this week"),
        ]
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(text("UPDATE catalog.margin_override SET reason = ''"))
        session.rollback()


def test_imports_and_companies_that_allow_it_are_never_asked(
    kernel: Kernel, tenant: Tenant, session: Session
) -> None:
    _decided(session, "refuse")
    assert require_margin(session, [_line("1")])[0].verdict == "loss"
    session.rollback()
    with kernel.session(tenant, actor=SELLER) as own:
        _decided(own, "allow")
        assert require_margin(own, [_line("1")])[0].verdict == "loss"
        own.rollback()
