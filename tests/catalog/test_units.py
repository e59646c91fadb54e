"""Quantities mean the same in every unit: conversions are exact, what is counted stays whole, and
a unit that is in use keeps what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.catalog.api import Unit, convert, get_products, to_stock_unit, to_stock_units, units
from addons.catalog.models import Unit as UnitRow
from addons.catalog.services.changing import update_product
from addons.catalog.services.products import create_product, delete_product
from addons.catalog.services.units import create_unit, delete_unit, find_unit, update_unit
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company for the whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, "catalogunits") as tenant:
        yield tenant


def _unit(session: Session, code: str) -> UnitRow:
    unit = find_unit(session, code)
    assert unit is not None
    return unit


def _made(factor: str, digits: int) -> Unit:
    return Unit(1, 1, "u", "Unit", "", Decimal(factor), digits, "", True)


def test_a_new_company_has_units_with_standard_codes(session: Session) -> None:
    known = {unit.code: unit for unit in units(session).values()}
    assert (known["kg"].standard_code, known["pcs"].standard_code) == ("KGM", "H87")
    assert known["dozen"].factor == 12


@pytest.mark.parametrize(
    ("quantity", "source", "target", "expected"),
    [
        ("2", "dozen", "pcs", "24"),
        ("36", "pcs", "dozen", "3"),
        ("1", "lb", "kg", "0.454"),
        ("1", "t", "kg", "1000.000"),
        ("90", "min", "h", "1.500"),
        ("0.0005", "kg", "g", "0.5"),
    ],
)
def test_quantities_convert_exactly_to_the_digits_of_the_unit(
    session: Session, quantity: str, source: str, target: str, expected: str
) -> None:
    known = {unit.code: unit for unit in units(session).values()}
    assert str(convert(Decimal(quantity), known[source], known[target])) == expected


@settings(max_examples=50)
@given(
    quantity=st.integers(0, 10**6),
    packs=st.integers(1, 500),
)
def test_there_and_back_is_the_same_quantity(quantity: int, packs: int) -> None:
    one, other = _made("1", 0), _made(str(packs), 0)
    assert convert(convert(Decimal(quantity), other, one), one, other) == quantity


def test_what_is_counted_is_never_a_fraction(session: Session) -> None:
    product = create_product(session, {"name": "Chair"})
    dozen = _unit(session, "dozen").id
    assert to_stock_unit(session, product.id, Decimal("1.5"), dozen) == 18
    with pytest.raises(InvalidInput, match="whole numbers"):
        to_stock_unit(session, product.id, Decimal("0.3"), dozen)


@pytest.mark.parametrize("quantity", ["1e12", "-1e13", "Infinity", "NaN"])
def test_huge_quantities_are_refused_and_name_their_line(session: Session, quantity: str) -> None:
    product = create_product(session, {"name": "Chair"})
    lines = [(product.id, Decimal(1), None), (product.id, Decimal(quantity), None)]
    with pytest.raises(InvalidInput) as refused:
        to_stock_units(session, lines)
    assert refused.value.problems[0].field == "lines.1.quantity"


def test_kilograms_are_no_pieces(session: Session) -> None:
    product = create_product(session, {"name": "Chair"})
    with pytest.raises(InvalidInput, match="cannot be converted"):
        to_stock_unit(session, product.id, Decimal(1), _unit(session, "kg").id)
    with pytest.raises(InvalidInput, match="converts into Piece"):
        update_product(session, product, {"sale_unit_id": _unit(session, "kg").id})


def test_a_unit_in_use_cannot_change_what_it_is_worth(session: Session) -> None:
    dozen = _unit(session, "dozen")
    create_product(session, {"name": "Eggs", "unit_id": dozen.id})
    with pytest.raises(Conflict, match="Dozen is the unit of Eggs"):
        update_unit(session, dozen, {"factor": Decimal(13)})
    with pytest.raises(Conflict, match="Dozen is the unit of Eggs") as refused:
        delete_unit(session, dozen)
    assert "inactive" in str(refused.value.fix)
    update_unit(session, dozen, {"name": "Twelve", "digits": 2})
    assert dozen.name == "Twelve"


def test_a_unit_that_nobody_uses_can_change(session: Session) -> None:
    weight = _unit(session, "kg").category_id
    values = {"code": "bag", "name": "Bag", "category_id": weight, "factor": Decimal(25)}
    bag = create_unit(session, {**values, "digits": 0})
    update_unit(session, bag, {"factor": Decimal(50)})
    assert bag.factor == 50
    for wrong in ("0", "-1", "NaN"):
        with pytest.raises(InvalidInput, match="above zero"):
            update_unit(session, bag, {"factor": Decimal(wrong)})


def test_a_product_in_stock_keeps_its_unit_and_cannot_be_deleted(session: Session) -> None:
    product = create_product(session, {"name": "Milk", "tracking": "lot"})
    lot = text("INSERT INTO inventory.lot (product_id, name) VALUES (:product, 'A1')")
    session.execute(lot, {"product": product.id})
    with pytest.raises(Conflict, match="present unit") as refused:
        update_product(session, product, {"unit_id": _unit(session, "dozen").id})
    assert "another product" in str(refused.value.fix)
    with pytest.raises(Conflict, match="as it is"):
        update_product(session, product, {"tracking": "none"})
    with pytest.raises(Conflict, match="named in stock"):
        delete_product(session, product)
    update_product(session, product, {"active": False, "name": "Milk 1 l"})
    assert not get_products(session, [product.id])[product.id].active
