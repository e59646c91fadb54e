"""Thousands of products change at once, from a file or the grid, in a few statements however many
they are: each is written once, its history says what changed, and nobody's change is lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from addons.catalog.models import Product
from addons.catalog.services.changing import update_products
from addons.catalog.services.invariants import INVARIANTS
from addons.catalog.services.products import create_products
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

_WRITTEN = text("""
SELECT table_name, count(*), count(DISTINCT record_id) FROM core.audit_log
 WHERE xid = pg_current_xact_id() AND operation = 'update' GROUP BY table_name
""")


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company for the whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, "catalogmany") as tenant:
        yield tenant


def _articles(session: Session, count: int) -> list[Product]:
    values = [
        {"sku": f"A-{at}", "name": f"Article {at}", "sale_price": Decimal(at)}
        for at in range(count)
    ]
    return create_products(session, values)


def _statements(session: Session, products: list[Product], price: Decimal) -> int:
    """How many statements it takes to change the names and prices of products."""
    said: list[str] = []

    def listen(*told: object) -> None:
        said.append(str(told[2]))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", listen)
    changes = [
        (one, {"name": f"{one.name}, new", "sale_price": price, "barcode": one.barcode})
        for one in products
    ]
    update_products(session, changes)
    event.remove(connection, "before_cursor_execute", listen)
    return len(said)


def test_a_thousand_take_as_many_statements_as_ten(session: Session) -> None:
    products = _articles(session, 1_010)
    few = _statements(session, products[:10], Decimal(7))
    many = _statements(session, products[10:], Decimal("7.5"))
    assert many <= few <= 8
    assert sorted(session.execute(_WRITTEN)) == [
        ("catalog.product", 1_010, 1_010),
        ("catalog.template", 1_010, 1_010),
    ]
    versions = {one.version for one in products}
    session.expire_all()
    assert {one.version for one in products} == versions == {2}
    assert [(one.name, one.sale_price) for one in products[9:11]] == [
        ("Article 9, new", 7),
        ("Article 10, new", Decimal("7.5")),
    ]
    assert all(one.check(session).holds for one in INVARIANTS)


def test_variants_get_prices_of_their_own_together(session: Session) -> None:
    values = {"name": "Shirt", "sale_price": Decimal(10)}
    colours = ("Red", "Blue", "Green")
    shirts = create_products(session, [{**values, "variant": f"Colour: {c}"} for c in colours])
    update_products(
        session,
        [(shirts[0], {"sale_price": Decimal(12)}), (shirts[1], {"sale_price": Decimal(10)})],
    )
    session.expire_all()
    assert [(one.sale_price, one.own) for one in shirts] == [
        (12, ["sale_price"]),
        (10, []),
        (10, []),
    ]
    update_products(session, [(one, {"sale_price": Decimal(10)}) for one in shirts])
    session.expire_all()
    assert {(one.sale_price, *one.own) for one in shirts} == {(10,)}


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(session: Session) -> None:
    products = _articles(session, 2)
    session.execute(
        text("UPDATE catalog.product SET sale_price = 5 WHERE id = :id"), {"id": products[1].id}
    )
    with pytest.raises(StaleDataError):
        update_products(session, [(one, {"sale_price": Decimal(9)}) for one in products])
