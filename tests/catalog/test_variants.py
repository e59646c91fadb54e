"""Shirts in colours and sizes: a variant is there once somebody needs it, attributes come and go
while there is stock, and what the template says reaches every variant."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.catalog.api import variant_for, variants_for
from addons.catalog.models import Attribute, Product, Template
from addons.catalog.services.attributes import create_attribute, update_attribute
from addons.catalog.services.changing import update_product
from addons.catalog.services.invariants import INVARIANTS
from addons.catalog.services.products import create_products, delete_product
from addons.catalog.services.templates import create_template, delete_template, update_template
from addons.catalog.services.variant_page import make_combinations, variant_page
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company for the whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, "catalogvariants") as tenant:
        yield tenant


def _attribute(session: Session, name: str, values: Sequence[str]) -> Attribute:
    place = {"Color": 1, "Size": 2}.get(name, 3)
    lines = tuple({"name": value} for value in values)
    return create_attribute(session, {"name": name, "position": place, "values": lines})


def _shirt(session: Session, **more: object) -> tuple[Template, dict[str, int]]:
    """A shirt in two colours, one of them 2 dearer, and the ids of the values by name."""
    color = _attribute(session, "Color", ("Red", "Blue"))
    size = _attribute(session, "Size", ("S", "L"))
    ids = {value.name: value.id for one in (color, size) for value in one.values}
    lines = [{"value_id": ids["Red"]}, {"value_id": ids["Blue"], "price_extra": Decimal(2)}]
    values = {"name": "Shirt", "sale_price": Decimal(10), "choices": lines, **more}
    return create_template(session, values), ids


def _lines(template: Template) -> list[dict[str, object]]:
    return [{"id": choice.id} for choice in template.choices]


def _sound(session: Session) -> None:
    session.flush()
    for invariant in INVARIANTS:
        result = invariant.check(session)
        assert result.holds, (invariant.name, result)


def test_a_template_has_no_variants_until_somebody_needs_one(session: Session) -> None:
    shirt, ids = _shirt(session, sku_pattern="{template}-{color}")
    count = select(func.count()).select_from(Product).where(Product.template_id == shirt.id)
    assert session.scalar(count) == 0
    blue = variant_for(session, shirt.id, [ids["Blue"]])
    assert variant_for(session, shirt.id, [ids["Blue"]]) == blue
    assert session.scalar(count) == 1
    product = session.get_one(Product, blue)
    assert (product.sku, product.name, product.variant, product.sale_price) == (
        "SHIRT-BLUE",
        "Shirt (Blue)",
        "Color: Blue",
        12,
    )
    _sound(session)


def test_five_thousand_combinations_cost_no_more_than_five(session: Session) -> None:
    several = [
        _attribute(session, name, [f"{name} {number}" for number in range(count)])
        for name, count in (("Color", 20), ("Size", 25), ("Length", 10))
    ]
    lines = [{"value_id": value.id} for one in several for value in one.values]
    template = create_template(session, {"name": "Trousers", "choices": lines})
    first = [one.values[0].id for one in several]
    variant_for(session, template.id, first)
    page = variant_page(session, template.id, [], 0)
    assert (page.possible, page.made, len(page.shown)) == (5000, 1, 1)
    with pytest.raises(InvalidInput, match="more than 500"):
        make_combinations(session, template.id, [])
    made, new = make_combinations(session, template.id, [*first[:2]])
    assert (len(made), new) == (10, 9)
    assert variant_page(session, template.id, [first[2]], 0).made == 10
    _sound(session)


def test_an_attribute_can_come_later_and_go_again(session: Session) -> None:
    shirt, ids = _shirt(session)
    red, blue = variants_for(session, shirt.id, [[ids["Red"]], [ids["Blue"]]])
    lot = text("INSERT INTO inventory.lot (product_id, name) VALUES (:product, 'A1')")
    session.execute(lot, {"product": blue})
    sizes = [{"value_id": ids["S"]}, {"value_id": ids["L"], "is_default": True}]
    update_template(session, shirt, {"choices": _lines(shirt) + sizes})
    assert session.get_one(Product, blue).variant == "Color: Blue; Size: L"
    small = variant_for(session, shirt.id, [ids["Blue"], ids["S"]])
    _sound(session)
    with pytest.raises(Conflict, match="would be the same"):
        update_template(session, shirt, {"choices": _lines(shirt)[:2]})
    session.expire_all()
    delete_product(session, session.get_one(Product, small))
    update_template(session, shirt, {"choices": _lines(shirt)[:2]})
    assert session.get_one(Product, red).name == "Shirt (Red)"
    _sound(session)


def test_a_product_alone_can_get_its_first_attribute(session: Session) -> None:
    (cap,) = create_products(session, [{"name": "Cap", "sku": "CAP"}])
    color = _attribute(session, "Color", ("Red", "Blue"))
    template = session.get_one(Template, cap.template_id)
    update_template(session, template, {"choices": [{"value_id": v.id} for v in color.values]})
    assert (cap.sku, cap.name) == ("CAP", "Cap (Red)")
    assert variant_for(session, template.id, [color.values[0].id]) == cap.id
    _sound(session)


def test_what_the_template_says_reaches_every_variant_but_what_is_their_own(
    session: Session,
) -> None:
    shirt, ids = _shirt(session)
    red, blue = variants_for(session, shirt.id, [[ids["Red"]], [ids["Blue"]]])
    update_product(session, session.get_one(Product, red), {"sale_price": Decimal(99)})
    update_template(
        session, shirt, {"name": "T-shirt", "sale_price": Decimal(20), "tracking": "lot"}
    )
    held = {one: session.get_one(Product, one) for one in (red, blue)}
    assert [held[one].sale_price for one in (red, blue)] == [99, 22]
    assert {one.tracking for one in held.values()} == {"lot"}
    assert held[red].name == "T-shirt (Red)"
    update_product(session, held[blue], {"name": "Sky shirt", "sale_price": Decimal(5)})
    update_product(session, held[blue], {"name": "T-shirt (Blue)", "sale_price": Decimal(22)})
    assert (held[blue].own, held[blue].name) == ([], "T-shirt (Blue)")
    with pytest.raises(InvalidInput, match="All variants of T-shirt share this") as refused:
        update_product(session, held[red], {"tracking": "serial"})
    assert refused.value.problems[0].field == "tracking"
    _sound(session)


def test_a_value_that_is_renamed_is_renamed_in_every_variant(session: Session) -> None:
    shirt, ids = _shirt(session)
    red = variant_for(session, shirt.id, [ids["Red"]])
    color = session.scalars(select(Attribute).where(Attribute.name == "Color")).one()
    lines = tuple({"id": v.id, "name": v.name.upper()} for v in color.values)
    update_attribute(session, color, {"values": lines})
    assert session.get_one(Product, red).name == "Shirt (RED)"
    with pytest.raises(Conflict, match="comes with this value"):
        update_attribute(session, color, {"values": lines[1:]})


def test_values_that_do_not_go_together_make_no_variant(session: Session) -> None:
    shirt, ids = _shirt(session)
    sizes = [{"value_id": ids["S"]}, {"value_id": ids["L"]}]
    update_template(session, shirt, {"choices": _lines(shirt) + sizes})
    pair = {"value_id": ids["Blue"], "other_id": ids["L"]}
    update_template(session, shirt, {"exclusions": [pair]})
    with pytest.raises(InvalidInput, match="does not come as Blue, L"):
        variant_for(session, shirt.id, [ids["Blue"], ids["L"]])
    assert len(make_combinations(session, shirt.id, [])[0]) == 3
    other = {"value_id": ids["Red"], "other_id": ids["S"]}
    with pytest.raises(Conflict, match="There is Shirt"):
        update_template(
            session, shirt, {"exclusions": [*[{"id": e.id} for e in shirt.exclusions], other]}
        )


@pytest.mark.parametrize("values", [[], ["Red", "Blue"], ["S"]])
def test_a_variant_has_one_value_of_each_attribute(session: Session, values: list[str]) -> None:
    shirt, ids = _shirt(session)
    with pytest.raises(InvalidInput):
        variant_for(session, shirt.id, [ids[name] for name in values])


def test_a_value_of_an_active_variant_cannot_be_taken_away(session: Session) -> None:
    shirt, ids = _shirt(session)
    red = session.get_one(Product, variant_for(session, shirt.id, [ids["Red"]]))
    with pytest.raises(Conflict, match="would be gone"):
        update_template(session, shirt, {"choices": _lines(shirt)[1:]})
    session.expire_all()
    update_product(session, red, {"active": False})
    update_template(session, shirt, {"choices": _lines(shirt)[1:]})
    assert not red.active
    delete_template(session, shirt)
    assert session.get(Template, shirt.id) is None


def test_two_who_need_the_same_variant_get_the_same(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant) as session:
        shirt, ids = _shirt(session)
        template_id, value = shirt.id, ids["Red"]
    found: list[int] = []
    start = threading.Barrier(4)

    def need() -> None:
        start.wait()
        with kernel.session(tenant) as session:
            found.append(variant_for(session, template_id, [value]))

    threads = [threading.Thread(target=need) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
