"""Coupons and points at a till without a network: it tells codes as the server makes them, and
reckons points as the server takes them."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.sales.models import LoyaltyProgram
from addons.sales.services.coupons.codes import ALPHABET, new_code
from addons.sales.services.loyalty.redeeming import worth_in_payment
from tests.pos.engine.conftest import Till

DAY = "2026-11-23"
KNOWN = {"promotion": 3, "code": "", "prefix": "TEA", "contact": None} | dict.fromkeys(
    ("starts_on", "ends_on")
)


def known(**more: Any) -> list[dict[str, Any]]:
    """What the feed tells of a batch of coupons."""
    return [{**KNOWN, **more}]


@given(st.integers(0, 10), st.sampled_from(ALPHABET))
@settings(max_examples=25, deadline=None)
def test_a_till_knows_a_code_and_any_single_mistake_in_it(
    till: Till, place: int, other: str
) -> None:
    code = new_code("TEA")
    assert till("coupon", f" {code[:4]}-{code[4:]}".lower(), known(), DAY, []) == 3
    wrong = code[: place + 3] + other + code[place + 4 :]
    assert till("coupon", wrong, known(), DAY, []) == (3 if wrong == code else None)


def test_a_coupon_holds_on_its_days_and_for_its_customer(till: Till) -> None:
    eid = known(code="EID26", prefix="", starts_on="2026-11-20", ends_on="2026-11-25")
    assert till("coupon", "eid٢٦", eid, DAY, []) == 3
    assert till("coupon", "EID26", eid, "2026-11-26", []) is None
    assert till("coupon", "EID26", eid, "2026-11-19", []) is None
    own = known(code="SALMA", prefix="", contact=17)
    assert till("coupon", "SALMA", own, DAY, [17, 4]) == 3
    assert till("coupon", "SALMA", own, DAY, []) is None


@given(
    st.decimals("0.001", "9", places=3),
    st.integers(0, 5000),
    st.decimals("0.01", "500", places=2),
)
@settings(max_examples=60, deadline=None)
def test_points_pay_what_the_server_takes_for_them(
    till: Till, value: Decimal, points: int, left: Decimal
) -> None:
    told = {"point_value": str(value), "least_points": "0"}
    paid = till("payable", told, str(points), str(left), 2)
    if paid is None:
        program = cast("Any", LoyaltyProgram(currency="SAR", point_value=value))
        most = min(Decimal(points), left // value)
        assert worth_in_payment(program, most) == 0
        return
    assert Decimal(paid) <= left
    taken = (Decimal(paid) / value).to_integral_value(ROUND_CEILING)
    assert Decimal(till("pointsFor", paid, told)) == taken <= points
