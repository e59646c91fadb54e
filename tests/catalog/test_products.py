"""The catalog is kept: codes by a pattern without gaps, a tree of categories, bad input answered
with the field and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from addons.catalog.api import find_product, get_products, search_products
from addons.catalog.models import Category, Product, Template
from addons.catalog.options import CatalogOptions
from addons.catalog.services.categories import create_category, delete_category, update_category
from addons.catalog.services.changing import update_product
from addons.catalog.services.ensuring import ensure_categories
from addons.catalog.services.invariants import INVARIANTS
from addons.catalog.services.products import create_product, create_products, delete_product
from addons.catalog.services.sample import fill
from core.api import Conflict, InvalidInput, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company for the whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, "catalogproducts") as tenant:
        yield tenant


def test_codes_follow_the_pattern_and_have_no_gaps(session: Session) -> None:
    set_options(session, CatalogOptions, sku_pattern="{category}-{number:03}")
    food = create_category(session, {"name": "Food", "code": "FD"})
    made = create_products(session, [{"name": n, "category_id": food.id} for n in ("Rice", "Tea")])
    assert [one.sku for one in made] == ["FD-001", "FD-002"]
    with session.begin_nested() as taken_back:
        create_product(session, {"name": "Salt", "category_id": food.id})
        taken_back.rollback()
    create_product(session, {"name": "Dates", "sku": "FD-003"})
    following = create_product(session, {"name": "Salt", "category_id": food.id})
    assert following.sku == "FD-004"


def test_a_code_belongs_to_one_product(session: Session) -> None:
    create_product(session, {"name": "Rice", "sku": "R-1"})
    with pytest.raises(InvalidInput, match="R-1 is taken") as refused:
        create_product(session, {"name": "Other rice", "sku": " R-1 "})
    assert refused.value.problems[0].field == "sku"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"sale_price": Decimal(-1)}, "sale_price"),
        ({"sale_price": Decimal("NaN")}, "sale_price"),
        ({"weight": Decimal("1e12")}, "weight"),
        ({"kind": "service", "tracking": "lot"}, "tracking"),
        ({"expires": True}, "expires"),
        ({"unit_id": 10**9}, "unit_id"),
        ({"barcode": "1234567890123"}, "barcode"),
        ({"packagings": [{"name": "Box", "quantity": Decimal(0)}]}, "packagings.0.quantity"),
        ({"packagings": [{"name": "", "quantity": Decimal(1)}]}, "packagings.0.name"),
        ({"variant": "Red"}, "variant"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(
    session: Session, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_product(session, {"name": "Rice", **values})
    assert refused.value.problems[0].field == field


def test_a_product_alone_and_its_template_say_the_same(session: Session) -> None:
    product = create_product(session, {"name": "Rice", "sale_price": Decimal(5)})
    update_product(session, product, {"name": "Basmati", "active": False})
    template = session.get_one(Template, product.template_id)
    assert (template.name, template.active) == ("Basmati", False)
    delete_product(session, product)
    assert session.get(Template, template.id) is None


def test_products_are_found_by_words_of_either_language_and_by_codes(session: Session) -> None:
    fill(session)
    session.flush()

    def found(words: str) -> list[str]:
        return [product.sku for product in search_products(session, words)]

    assert found("rice basm") == ["RICE-5"]
    assert found("شاي اسود") == ["TEA-100"]
    assert found("5012345") == ["TEA-100"]
    assert found("5012345678900") == ["TEA-100"]
    assert found("SHIRT-B-M") == ["SHIRT-B-M"]
    assert found("shirt blue") == ["SHIRT-B-M"]
    assert found("100%") == ["TEA-100"]
    assert found("nothing like it") == []
    for invariant in INVARIANTS:
        assert invariant.check(session).holds, invariant.name


def test_products_are_values_got_many_at_once(session: Session) -> None:
    categories = ensure_categories(session, {("Food", "Rice")})
    values = {"name": "Rice", "category_id": categories["Food", "Rice"], "tracking": "lot"}
    made = create_products(session, [values, {"name": "Delivery", "kind": "service"}])
    got = get_products(session, [made[1].id, made[0].id, 10**9])
    assert set(got) == {one.id for one in made}
    rice = got[made[0].id]
    assert (rice.category_name, rice.unit, rice.tracking) == ("Food / Rice", "pcs", "lot")
    assert find_product(session, made[1].sku) == got[made[1].id]


def test_the_tree_of_categories_moves_whole_and_has_no_circles(session: Session) -> None:
    ids = ensure_categories(session, {("A", "B", "C"), ("D",)})
    from_id = {name: session.get_one(Category, ids[path]) for name, path in (
        ("C", ("A", "B", "C")), ("D", ("D",)))}  # fmt: skip
    top, middle = from_id["C"].path[0], from_id["C"].path[1]
    update_category(session, session.get_one(Category, middle), {"parent_id": ids["D",]})
    assert from_id["C"].full_name == "D / B / C"
    assert from_id["C"].path == [ids["D",], middle, from_id["C"].id]
    with pytest.raises(InvalidInput, match="inside itself"):
        update_category(session, from_id["D"], {"parent_id": from_id["C"].id})
    session.expire_all()
    with pytest.raises(Conflict, match="C is in D / B"):
        delete_category(session, session.get_one(Category, middle))
    delete_category(session, session.get_one(Category, top))


def test_a_new_product_takes_the_tax_group_of_its_category(session: Session) -> None:
    food = create_category(session, {"name": "Food", "tax_group": "zero"})
    rice = create_category(session, {"name": "Rice", "parent_id": food.id})
    made = create_products(
        session,
        [
            {"name": "Basmati", "category_id": rice.id},
            {"name": "Spoon"},
            {"name": "Saffron", "category_id": rice.id, "tax_group": "standard"},
        ],
    )
    assert [one.tax_group for one in made] == ["zero", "", "standard"]
    assert isinstance(made[0], Product)
