"""A till without a network reads what a scanner reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.catalog.services.codes import check_digit
from addons.catalog.services.gs1 import read_element_string
from tests.pos.engine.conftest import Till

D = Decimal
TODAY = "2026-03-13"
GS = "\x1d"
CHEESE, TEA, PHONE = 1, 2, 3
KNOWN: dict[str, Any] = {
    "products": [
        {"id": CHEESE, "sku": "12345", "unit": 2, "price": "40.00", "tracking": "none",
         "barcodes": []},
        {"id": TEA, "sku": "TEA", "unit": 1, "price": "9.50", "tracking": "lot",
         "barcodes": [{"code": "6291041500213", "quantity": "1"},
                      {"code": "16291041500210", "quantity": "12"}]},
        {"id": PHONE, "sku": "PHONE", "unit": 1, "price": "999", "tracking": "serial",
         "barcodes": [{"code": "0614141007349", "quantity": "1"}]},
    ],
    "units": [
        {"id": 1, "category": 1, "factor": "1", "digits": 0, "standard_code": "H87"},
        {"id": 2, "category": 2, "factor": "1", "digits": 3, "standard_code": "KGM"},
    ],
    "settings": {"weight_prefixes": ["21"], "weight_digits": 3,
                 "price_prefixes": ["22"], "price_digits": 2},
}  # fmt: skip


def with_check(digits: str) -> str:
    return digits + check_digit(digits)


@pytest.mark.parametrize(
    ("code", "product", "quantity", "more"),
    [
        ("6291041500213", TEA, "1", {}),
        ("16291041500210", TEA, "12", {}),
        ("TEA", TEA, "1", {}),
        ("614141007349", PHONE, "1", {}),
        (with_check("211234501250"), CHEESE, "1.25", {}),
        (with_check("221234501000"), CHEESE, "0.25", {"price": "10"}),
        ("(01)06291041500213(17)270131(10)L-7", TEA, "1",
         {"lot": "L-7", "expires_on": "2027-01-31"}),
        (f"]C10106291041500213310200125010X{GS}3712", TEA, "12", {"lot": "X"}),
        ("010061414100734921SN-1", PHONE, "1", {"lot": "SN-1"}),
        (f"010629104150021315150200{GS}10A", TEA, "1", {"lot": "A", "expires_on": "2015-02-28"}),
    ],
)  # fmt: skip
def test_codes_say_the_product_and_how_much_of_it(
    till: Till, code: str, product: int, quantity: str, more: dict[str, str]
) -> None:
    said = till("scan", code, KNOWN, TODAY)
    assert (said["product"], D(said["quantity"])) == (product, D(quantity))
    assert {name: said[name] for name in ("lot", "expires_on", "price") if said[name]} == more


@pytest.mark.parametrize("code", ["", "  ", "nothing", with_check("211234601250"), "6291041500214"])
def test_what_nobody_has_is_nothing(till: Till, code: str) -> None:
    assert till("scan", code, KNOWN, TODAY) is None


@pytest.mark.parametrize("code", ["(01)06291041500214", "0106291041500213171399", "]C10106291"])
def test_a_code_that_breaks_off_is_told(till: Till, code: str) -> None:
    with pytest.raises(AssertionError, match="Error"):
        till("scan", code, KNOWN, TODAY)


@settings(max_examples=40, deadline=None)
@given(weight=st.integers(1, 99_999), year=st.integers(0, 99))
def test_weights_and_years_are_read_as_the_server_reads_them(
    till: Till, weight: int, year: int
) -> None:
    said = till("scan", with_check(f"2112345{weight:05}"), KNOWN, TODAY)
    assert D(said["quantity"]) == D(weight).scaleb(-3)
    code = f"010629104150021317{year:02}0600"
    found = read_element_string(code, date.fromisoformat(TODAY))
    assert till("scan", code, KNOWN, TODAY)["expires_on"] == str(found.expires_on)
