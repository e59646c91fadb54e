"""A till without a network works taxes out as the server does, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from addons.vat.services.engine.compute import compute
from addons.vat.services.engine.values import Document, Line, TaxRule
from tests.pos.engine.conftest import Till

D = Decimal
STANDARD = TaxRule("S15", D(15))
WITHIN = TaxRule("I15", D(15), included=True)
DUTY = TaxRule("SD20", D(20), sequence=5)
ON_DUTY = TaxRule("S15-SD", D(15), compound=True)
DUTY_WITHIN = TaxRule("ISD20", D(20), sequence=5, included=True)
ON_DUTY_WITHIN = TaxRule("I15-SD", D(15), compound=True, included=True)
TAXES: list[tuple[TaxRule, ...]] = [
    (), (STANDARD,), (WITHIN,), (DUTY, ON_DUTY), (DUTY_WITHIN, ON_DUTY_WITHIN),
    (TaxRule("Z", D(0), kind="zero"),), (TaxRule("E", D(0), kind="exempt", included=True),),
    (STANDARD, TaxRule("WH", D("7.5"), kind="withholding")), (STANDARD, WITHIN),
]  # fmt: skip
LINES = st.builds(
    Line,
    quantity=st.decimals("-50", "500", places=3),
    price=st.decimals("0", "9999", places=4),
    taxes=st.sampled_from(TAXES),
    discount_percent=st.sampled_from([D(0), D(5), D("33.33"), D(100)]),
    discount=st.sampled_from([D(0), D("0.07")]),
)
DOCUMENTS = st.builds(
    Document,
    lines=st.lists(LINES, min_size=1, max_size=7).map(tuple),
    digits=st.sampled_from([0, 2, 3]),
    rounding=st.sampled_from(["line", "document"]),
)


@settings(max_examples=150, deadline=None)
@given(document=DOCUMENTS)
def test_any_basket_has_the_same_taxes_in_the_till(till: Till, document: Document) -> None:
    said = till("compute", _as_given(document))
    found = compute(document)
    assert (D(said["net"]), D(said["tax"]), D(said["total"])) == (found.net, found.tax, found.total)
    assert [_parts(line["taxes"]) for line in said["lines"]] == [
        [(part.code, part.base, part.amount) for part in line.taxes] for line in found.lines
    ]
    assert _parts(said["taxes"]) == [(part.code, part.base, part.amount) for part in found.taxes]


def test_prices_that_contain_their_tax_come_back_to_the_cent(till: Till) -> None:
    line = Line(D(3), D("0.99"), (WITHIN,))
    for count in range(1, 5):
        document = Document((line, replace(line, quantity=D(1))) * count, rounding="document")
        assert D(till("compute", _as_given(document))["total"]) == D("3.96") * count


def _as_given(document: Document) -> dict[str, object]:
    return {
        "digits": document.digits,
        "rounding": document.rounding,
        "lines": [
            {
                "quantity": str(line.quantity),
                "price": str(line.price),
                "discount_percent": str(line.discount_percent),
                "discount": str(line.discount),
                "taxes": [
                    {
                        "code": rule.code,
                        "kind": rule.kind,
                        "rate": str(rule.rate),
                        "included": rule.included,
                        "compound": rule.compound,
                        "sequence": rule.sequence,
                    }
                    for rule in line.taxes
                ],
            }
            for line in document.lines
        ],
    }


def _parts(taxes: list[dict[str, str]]) -> list[tuple[str, Decimal, Decimal]]:
    return [(one["code"], D(one["base"]), D(one["amount"])) for one in taxes]
