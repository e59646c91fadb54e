"""A storekeeper scans: barcodes with check digits, GS1 codes with lots and dates, what a scale
printed; and products have as many codes as their packagings need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from addons.catalog.api import Scanned, find_product, scan
from addons.catalog.options import CatalogOptions
from addons.catalog.services.changing import update_product
from addons.catalog.services.codes import check_digit, is_gtin
from addons.catalog.services.gs1 import SEPARATOR, read_element_string
from addons.catalog.services.invariants import codes_are_current
from addons.catalog.services.products import create_product
from addons.catalog.services.units import find_unit
from core.api import InvalidInput, set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

EAN = "6291041500213"
CARTON = {"name": "Carton", "quantity": Decimal(12), "barcode": "10614141007346"}
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company for the whole file: what a test does not commit is gone after it."""
    with fresh_tenant(kernel, "catalogcodes") as tenant:
        yield tenant


def _unit(session: Session, code: str) -> int:
    unit = find_unit(session, code)
    assert unit is not None
    return unit.id


@pytest.mark.parametrize("code", ["6291041500213", "614141007349", "10614141007346", "73513537"])
def test_a_gtin_is_known_by_its_check_digit(code: str) -> None:
    assert is_gtin(code)
    assert not is_gtin(code[:-1] + str((int(code[-1]) + 1) % 10))


@settings(max_examples=50)
@given(st.text("0123456789", min_size=7, max_size=13).filter(lambda t: len(t) in (7, 11, 12, 13)))
def test_every_single_wrong_digit_is_noticed(digits: str) -> None:
    code = digits + check_digit(digits)
    for place, digit in enumerate(code):
        other = str((int(digit) + 3) % 10)
        assert not is_gtin(code[:place] + other + code[place + 1 :])


def test_a_mistyped_barcode_is_refused_with_the_right_one(session: Session) -> None:
    with pytest.raises(InvalidInput, match="check digit") as refused:
        create_product(session, {"name": "Rice", "barcode": "6291041500214"})
    assert refused.value.problems[0].field == "barcode"
    assert EAN in str(refused.value.fix)


def test_a_product_is_found_by_each_of_its_codes(session: Session) -> None:
    product = create_product(
        session,
        {
            "name": "Rice", "sku": "RICE", "barcode": "614141007349",
            "packagings": [CARTON], "barcodes": [{"code": "OLD-77"}],
        },
    )  # fmt: skip
    assert scan(session, "0614141007349") == Scanned(product.id, Decimal(1))
    assert scan(session, "10614141007346") == Scanned(product.id, Decimal(12))
    assert scan(session, " OLD-77 ") == Scanned(product.id, Decimal(1))
    assert scan(session, "RICE") == Scanned(product.id, Decimal(1))
    found = find_product(session, "OLD-77")
    assert found is not None
    assert found.id == product.id
    assert scan(session, "4711") is None
    assert codes_are_current(session).holds


def test_a_code_belongs_to_one_product_alone(session: Session) -> None:
    rice = create_product(session, {"name": "Rice", "barcode": EAN})
    tea = create_product(session, {"name": "Tea"})
    with pytest.raises(InvalidInput, match="is the barcode of Rice"):
        update_product(session, tea, {"barcodes": [{"code": EAN}]})
    session.rollback()
    rice = create_product(session, {"name": "Rice", "barcode": EAN})
    tea = create_product(session, {"name": "Tea"})
    update_product(session, rice, {"barcode": ""})
    update_product(session, tea, {"barcode": EAN})
    assert scan(session, EAN) == Scanned(tea.id, Decimal(1))


def test_a_gs1_code_says_product_lot_expiry_and_quantity(
    session: Session, frozen_time: Callable[[datetime], Any]
) -> None:
    frozen_time(datetime(2026, 11, 23, tzinfo=UTC))
    product = create_product(session, {"name": "Rice", "barcode": EAN, "tracking": "lot"})
    code = f"]C1010{EAN}17270228" + f"10A7-B{SEPARATOR}37" + "24"
    wanted = Scanned(product.id, Decimal(24), "A7-B", date(2027, 2, 28))
    assert scan(session, code) == wanted
    assert scan(session, f"(01)0{EAN}(17)270228(10)A7-B(37)24") == wanted


def test_a_carton_code_holds_what_the_packaging_holds(session: Session) -> None:
    product = create_product(session, {"name": "Rice", "packagings": [CARTON]})
    assert scan(session, "(02)10614141007346(37)3") == Scanned(product.id, Decimal(36))


def test_a_packaging_can_have_several_codes(session: Session) -> None:
    carton = {**CARTON, "barcode": "10614141007346 CTN-7"}
    product = create_product(session, {"name": "Rice", "packagings": [carton]})
    assert scan(session, "CTN-7") == scan(session, "10614141007346")
    update_product(session, product, {"packagings": [{**carton, "barcode": "CTN-8"}]})
    assert scan(session, "CTN-7") is None
    assert scan(session, "CTN-8") == Scanned(product.id, Decimal(12))
    assert codes_are_current(session).holds


def test_a_serial_number_is_the_lot_of_what_has_serial_numbers(session: Session) -> None:
    product = create_product(session, {"name": "Scale", "barcode": EAN, "tracking": "serial"})
    assert scan(session, f"(01)0{EAN}(10)LOT(21)S-9") == Scanned(product.id, Decimal(1), "S-9")


def test_a_weight_in_a_gs1_code_becomes_the_stock_unit(session: Session) -> None:
    values = {"name": "Cheese", "barcode": EAN, "unit_id": _unit(session, "kg")}
    product = create_product(session, {**values, "sale_price": Decimal(20)})
    assert scan(session, f"(01)0{EAN}(3103)001250") == Scanned(product.id, Decimal("1.250"))
    pounds = scan(session, f"(01)0{EAN}(3202)000100")
    assert pounds is not None
    assert pounds.quantity == Decimal("0.454")
    priced = scan(session, f"(01)0{EAN}(3922)500")
    assert priced == Scanned(product.id, Decimal("0.250"), price=Decimal("5.00"))


@pytest.mark.parametrize(
    "code",
    [
        "(01)06291041500214(10)A",
        "(01)06291041500213(17)261332",
        "(01)06291041500213(17)2612",
        "]C1010629104150021",
        "(01)06291041500213(37)x",
    ],
)
def test_a_gs1_code_that_breaks_off_is_an_error_and_not_a_guess(
    session: Session, code: str
) -> None:
    create_product(session, {"name": "Rice", "barcode": EAN})
    with pytest.raises(InvalidInput):
        scan(session, code)


def test_years_of_two_digits_are_those_nearest_and_day_zero_ends_the_month() -> None:
    read = read_element_string(f"(01)0{EAN}(17)280200(11)770501(15)760101", TODAY)
    assert read.expires_on == date(2028, 2, 29)
    assert read.produced_on == date(1977, 5, 1)
    assert read.best_before == date(2076, 1, 1)


_PLAIN = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-.", min_size=1, max_size=20)


@settings(max_examples=60)
@given(lot=_PLAIN, serial=_PLAIN, count=st.integers(1, 99_999_999), weight=st.integers(0, 999_999))
def test_what_was_put_into_a_code_comes_out_of_it(
    lot: str, serial: str, count: int, weight: int
) -> None:
    code = f"01{EAN:0>14}3103{weight:06}10{lot}{SEPARATOR}21{serial}{SEPARATOR}30{count}"
    read = read_element_string(code, TODAY)
    assert (read.gtin, read.lot, read.serial, read.count) == (f"0{EAN}", lot, serial, count)
    assert read.measure == (Decimal(weight).scaleb(-3), "KGM")


def test_what_a_scale_printed_holds_a_weight_or_a_price(session: Session) -> None:
    set_options(session, CatalogOptions, weight_prefixes="21, 22", price_prefixes="23")
    values = {"name": "Dates", "sku": "12345", "unit_id": _unit(session, "kg")}
    product = create_product(session, {**values, "sale_price": Decimal(40)})
    weight, price = "211234501250", "231234501000"
    assert scan(session, weight + check_digit(weight)) == Scanned(product.id, Decimal("1.250"))
    assert scan(session, price + check_digit(price)) == Scanned(
        product.id, Decimal("0.250"), price=Decimal("10.00")
    )
    other = "241234501000"
    assert scan(session, other + check_digit(other)) is None
