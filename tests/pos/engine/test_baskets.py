"""What lies on the counter becomes what an operation carries: it sums up, it is what the tax engine
says, and what comes back against a receipt is what was paid for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.sales.api import Rule, as_json
from addons.sales.services.promotions.rules import Target, Tier
from addons.vat.services.engine.compute import compute
from addons.vat.services.engine.values import Document, Line, Rounding, TaxRule
from tests.pos.engine.conftest import Till

D = Decimal
DAY = "2026-03-13"
ROUNDINGS: list[Rounding] = ["line", "document"]
RATES = {"S15": D(15), "I15": D(15), "Z0": D(0)}
PRODUCTS: list[dict[str, Any]] = [
    {
        "id": number, "unit": 1, "price": price, "tax_group": group, "cost": None,
        "targets": [f"product:{number}", "all"], "categories": [], "brand": None,
        "of_parts": False, "parts": [], "percent": "0",
    }
    for number, price, group in [
        (1, "11.50", "standard"), (2, "0.99", "within"), (3, "7.333", "none"),
    ]
]  # fmt: skip
FEED: dict[str, Any] = {
    "settings": {"tax_rounding": "line", "register": {"digits": 2, "price_list": None}},
    "taxes": {
        "rules": [
            {"code": code, "kind": "zero" if code == "Z0" else "standard",
             "included": code == "I15", "compound": False, "sequence": 10,
             "rates": [{"from": "2018-01-01", "rate": "5"},
                       {"from": "2020-07-01", "rate": str(rate)}]}
            for code, rate in RATES.items()
        ],
        "groups": {"standard": ["S15"], "within": ["I15"]},
        "treatments": {"abroad": {"standard": ["Z0"], "within": ["Z0"]}},
    },
    "lists": [],
    "promotions": [
        as_json(Rule(4, "Tea days", "percent", (Tier(min_quantity=D(3), percent=D(10)),),
                     (Target(product_id=1),))),
    ],
    "products": PRODUCTS,
}  # fmt: skip


def on_the_counter(product: int, quantity: str, **more: Any) -> dict[str, Any]:
    return {
        "product": PRODUCTS[product - 1], "label": "Goods", "quantity": quantity, "unit": 1,
        "factor": "1", "price": None, "discount_percent": None, "discount": "0", "lots": [], **more,
    }  # fmt: skip


def basket(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "lines": lines, "customer": None, "coupons": [], "day": DAY, "clock": "12:00",
        "currency": "SAR", "discount_percent": "0", "discount": "0", **more,
    }  # fmt: skip


LINES = st.lists(
    st.builds(
        on_the_counter,
        product=st.integers(1, 3),
        quantity=st.decimals("0.1", "30", places=1).map(str),
        price=st.sampled_from([None, None, "12.25"]),
        discount_percent=st.sampled_from([None, "0", "12.5"]),
        discount=st.sampled_from(["0", "0.05"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(
    lines=LINES,
    rounding=st.sampled_from(ROUNDINGS),
    percent=st.sampled_from(["0", "5", "33.3"]),
    treatment=st.sampled_from([None, "abroad"]),
)
def test_any_basket_sums_up_and_has_the_taxes_of_the_engine(
    till: Till, lines: list[dict[str, Any]], rounding: Rounding, percent: str, treatment: str | None
) -> None:
    customer = {"id": 9, "company": None, "groups": [], "treatment": treatment}
    feed = {**FEED, "settings": {**FEED["settings"], "tax_rounding": rounding}}
    said = till("basket", basket(*lines, discount_percent=percent, customer=customer), feed)
    sent = said["lines"]
    assert sum(D(line["net"]) for line in sent) == D(said["net"])
    assert sum(D(line["tax"]) for line in sent) == D(said["tax"])
    assert D(said["total"]) == D(said["net"]) + D(said["tax"])
    found = compute(
        Document(tuple(map(_line, sent)), 2, "line" if rounding == "line" else "document")
    )
    assert [(D(line["net"]), D(line["tax"])) for line in sent] == [
        (line.net, line.tax) for line in found.lines
    ]
    assert {one["code"]: D(one["amount"]) for one in said["taxes"]} == {
        one.code: one.amount for one in found.taxes
    }


@settings(max_examples=60, deadline=None)
@given(line=LINES.map(lambda lines: lines[0]), data=st.data())
def test_what_comes_back_in_parts_is_what_was_paid(
    till: Till, line: dict[str, Any], data: st.DataObject
) -> None:
    sold = till("basket", basket(line), FEED)["lines"][0]
    left, before, parts = D(sold["quantity"]), D(0), []
    while left:
        tenths = data.draw(st.integers(1, int(left * 10)))
        part = D(tenths) / 10
        parts.append(till("returned", sold, str(part), str(before), {"sale": "S", "line": 1}, 2))
        left, before = left - part, before + part
    for name in ("quantity", "net", "tax", "discount"):
        assert sum(D(one[name]) for one in parts) == -D(sold[name])
    back = till("basket", basket(*parts), FEED)
    assert D(back["total"]) == -(D(sold["net"]) + D(sold["tax"]))


def test_promotions_are_said_on_the_lines_they_make_cheaper(till: Till) -> None:
    said = till("basket", basket(on_the_counter(1, "4"), on_the_counter(2, "1")), FEED)
    assert said["lines"][0]["promotions"] == [{"id": 4, "amount": "4.60"}]
    assert (said["lines"][0]["discount"], said["lines"][1]["promotions"]) == ("4.60", [])
    assert D(said["total"]) == D("41.40") * D("1.15") + D("0.99")


def test_the_registers_own_list_stands_where_everybodys_would(till: Till) -> None:
    rule = {
        "id": 70, "list_id": 2, "target": "all", "unit_id": None, "min_quantity": "0",
        "valid_from": None, "valid_until": None, "method": "fixed", "amount": "5.00",
        "percent": "0", "base_list_id": None, "surcharge": "0", "rounding_step": None,
        "rounding_ending": "0", "rounding": "nearest",
    }  # fmt: skip
    lists = [
        {"id": 1, "name": "All", "digits": None, "shows_discount": False,
         "parties": [{"party": "all", "valid_from": None, "valid_until": None}]},
        {"id": 2, "name": "Kiosk", "digits": None, "shows_discount": False, "parties": []},
    ]  # fmt: skip
    rules = [rule, {**rule, "id": 71, "list_id": 1, "amount": "6.00"}]
    feed = {**FEED, "lists": lists, "price_rules": rules}
    assert till("basket", basket(on_the_counter(1, "1")), feed)["lines"][0]["price"] == "6.00"
    register = {"digits": 2, "price_list": 2}
    own = {**feed, "settings": {**FEED["settings"], "register": register}}
    assert till("basket", basket(on_the_counter(1, "1")), own)["lines"][0]["price"] == "5.00"


def _line(sent: dict[str, Any]) -> Line:
    rules = tuple(
        TaxRule(code, RATES[code], "zero" if code == "Z0" else "standard", included=code == "I15")
        for code in sent["tax_codes"]
    )
    return Line(
        D(sent["quantity"]),
        D(sent["price"]),
        rules,
        D(sent["discount_percent"]),
        D(sent["discount"]),
    )
