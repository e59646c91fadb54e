"""One engine works out the taxes of every document: what a shop, a supplier and an auditor would
each recompute by hand must come out, in whatever order the lines stand."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.vat.services.engine.compute import compute
from addons.vat.services.engine.values import Document, DocumentResult, Line, TaxRule

D = Decimal
CENT = D("0.01")
VAT15 = TaxRule("VAT15", D(15))
IN15 = TaxRule("IN15", D(15), included=True)
VAT5 = TaxRule("VAT5", D(5))
DUTY20 = TaxRule("SD20", D(20), sequence=5)
ON_DUTY = TaxRule("VAT-ON-SD", D(15), compound=True)
IN_DUTY = TaxRule("SD-IN", D(20), sequence=5, included=True)
IN_ON_DUTY = TaxRule("VAT-IN", D(15), compound=True, included=True)
ZERO = TaxRule("Z", D(0), kind="zero")
EXEMPT = TaxRule("E", D(0), kind="exempt", included=True)
REVERSE = TaxRule("RC", D(15), kind="reverse_charge")
WITHHELD = TaxRule("VDS", D("7.5"), kind="withholding")

TAXES: list[tuple[TaxRule, ...]] = [
    (), (VAT15,), (IN15,), (VAT5,), (DUTY20, ON_DUTY), (IN_DUTY, IN_ON_DUTY), (ZERO,),
    (EXEMPT,), (REVERSE,), (VAT15, WITHHELD),
]  # fmt: skip
money = st.decimals("-9999999", "9999999", places=4)
lines = st.builds(
    Line,
    quantity=st.decimals("-500", "500", places=3),
    price=st.decimals("0", "99999", places=4),
    taxes=st.sampled_from(TAXES),
    discount_percent=st.sampled_from([D(0), D(5), D("33.33"), D(100)]),
    discount=st.sampled_from([D(0), D("0.07")]),
)
documents = st.builds(
    Document,
    lines=st.lists(lines, min_size=1, max_size=9).map(tuple),
    digits=st.sampled_from([0, 2, 3]),
    rounding=st.sampled_from(["line", "document"]),
    discount_percent=st.sampled_from([D(0), D("2.5")]),
)


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def one(line: Line, **more: object) -> DocumentResult:
    return compute(Document((line,), **more))  # type: ignore[arg-type]


def summary(result: DocumentResult) -> object:
    return (
        result.net,
        result.tax,
        result.withheld,
        sorted((t.code, t.base, t.amount) for t in result.taxes),
    )


@given(documents)
@settings(max_examples=150, deadline=None)
def test_the_parts_always_sum_to_the_whole(document: Document) -> None:
    result = compute(document)
    assert result.total == result.net + result.tax
    assert sum(line.net for line in result.lines) == result.net
    assert sum(line.gross for line in result.lines) == result.total
    assert result.payable == result.total - result.withheld
    for tax in result.taxes:
        own = [part for line in result.lines for part in line.taxes if part.code == tax.code]
        assert sum(part.amount for part in own) == tax.amount
        assert sum(part.base for part in own) == tax.base
    unit = D(1).scaleb(-document.digits)
    assert all(part.amount % unit == 0 for line in result.lines for part in line.taxes)


@given(documents, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_lines_changes_no_total(document: Document, random: object) -> None:
    shuffled = list(document.lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summary(compute(document)) == summary(compute(replace(document, lines=tuple(shuffled))))


@given(documents)
@settings(max_examples=100, deadline=None)
def test_a_return_is_the_exact_negative_of_its_sale(document: Document) -> None:
    returned = tuple(
        replace(line, quantity=-line.quantity, discount=-line.discount) for line in document.lines
    )
    sale, back = compute(document), compute(replace(document, lines=returned))
    assert [-line.net for line in back.lines] == [line.net for line in sale.lines]
    for there, here in zip(back.lines, sale.lines, strict=True):
        assert [-part.amount for part in there.taxes] == [part.amount for part in here.taxes]


@given(
    st.lists(st.tuples(st.decimals("0", "99999", places=2), st.booleans()), min_size=1, max_size=8)
)
@settings(max_examples=100, deadline=None)
def test_prices_that_contain_their_tax_come_back_to_the_cent(prices: list) -> None:
    for rounding in ("line", "document"):
        taxes = {True: (IN_DUTY, IN_ON_DUTY), False: (IN15,)}
        given_lines = tuple(Line(D(1), price, taxes[duty]) for price, duty in prices)
        result = compute(Document(given_lines, rounding=rounding))
        assert [line.gross for line in result.lines] == [price for price, _ in prices]


@given(documents)
@settings(max_examples=100, deadline=None)
def test_a_tax_on_top_is_rate_times_the_base_that_is_posted(document: Document) -> None:
    result = compute(document)
    unit = D(1).scaleb(-document.digits)
    rules = {rule.code: rule for line in document.lines for rule in line.taxes}
    level = (
        [result.taxes] if document.rounding == "document" else [line.taxes for line in result.lines]
    )
    for parts in level:
        for part in parts:
            if not rules[part.code].included:
                exact = part.base * rules[part.code].rate / 100
                assert part.amount == exact.quantize(unit, ROUND_HALF_UP)


@given(documents)
@settings(max_examples=60, deadline=None)
def test_line_and_document_rounding_differ_by_no_more_than_the_lines_can(
    document: Document,
) -> None:
    by_line = compute(replace(document, rounding="line"))
    by_document = compute(replace(document, rounding="document"))
    unit = D(1).scaleb(-document.digits)
    assert abs(by_line.total - by_document.total) <= unit * 4 * len(document.lines)


def test_an_inclusive_price_of_a_hundred_is_a_hundred() -> None:
    """The cent that is missing elsewhere: 86.96 and 13.04, three times 33.33 with 4.35 each."""
    result = one(Line(D(1), D(100), (IN15,)))
    assert (result.net, result.tax, result.total) == (D("86.96"), D("13.04"), D(100))
    thrice = compute(Document((Line(D(1), D("33.33"), (IN15,)),) * 3, rounding="document"))
    assert (thrice.net, thrice.tax, thrice.total) == (D("86.95"), D("13.04"), D("99.99"))


def test_a_compound_tax_is_charged_on_the_duty_before_it() -> None:
    """VAT and Supplementary Duty Act 2012 of Bangladesh, s. 32: VAT on value plus duty."""
    result = one(Line(D(2), D(500), (DUTY20, ON_DUTY)))
    assert [(t.code, t.base, t.amount) for t in result.taxes] == [
        ("SD20", D(1000), D(200)),
        ("VAT-ON-SD", D(1200), D(180)),
    ]
    included = one(Line(D(1), D(1380), (IN_DUTY, IN_ON_DUTY)))
    assert [(t.base, t.amount) for t in included.taxes] == [(D(1000), D(200)), (D(1200), D(180))]


def test_reverse_charge_is_worked_out_and_not_paid_to_the_seller() -> None:
    result = one(Line(D(1), D(1000), (REVERSE,)))
    assert (result.total, result.taxes[0].amount, result.taxes[0].deductible) == (1000, 150, 150)


def test_withholding_lowers_what_is_paid_and_not_the_total() -> None:
    result = one(Line(D(1), D(1000), (VAT15, WITHHELD)))
    assert (result.total, result.withheld, result.payable) == (D(1150), D(75), D(1075))


def test_zero_exempt_and_out_of_scope_report_their_base() -> None:
    for kind in ("zero", "exempt", "out_of_scope"):
        result = one(Line(D(3), D(10), (TaxRule("N", D(15), kind=kind),)))  # type: ignore[arg-type]
        assert (result.total, result.taxes[0].base, result.taxes[0].amount) == (30, 30, 0)


def test_only_the_deductible_part_is_recovered() -> None:
    half = replace(VAT15, deductible=D(50))
    part = one(Line(D(1), D("100.07"), (half,))).taxes[0]
    assert (part.amount, part.deductible, part.not_deductible) == (D("15.01"), D("7.51"), D("7.50"))


def test_a_discount_on_the_document_is_shared_to_the_cent() -> None:
    lines_of = tuple(Line(D(1), D("33.33"), (tax,)) for tax in (VAT15, VAT5, ZERO))
    result = compute(Document(lines_of, discount=D(10)))
    assert result.net == D("89.99")
    assert sorted(line.net for line in result.lines) == [D("29.99"), D("30.00"), D("30.00")]


def test_halves_of_a_cent_go_away_from_zero_and_long_numbers_keep_their_digits() -> None:
    assert one(Line(D(1), D("0.10"), (VAT5,))).tax == D("0.01")
    assert one(Line(D(-1), D("0.10"), (VAT5,))).tax == D("-0.01")
    huge = one(Line(D("1000000.0001"), D("1000000000.123456789"), (VAT15,)))
    assert huge.total == huge.net + huge.tax
    assert huge.net == D("1000000000223456.79")


@pytest.mark.parametrize(
    "document",
    [
        Document((Line(D(1), D(1), (VAT15, VAT15)),)),
        Document((Line(D(1), D(1), (replace(REVERSE, included=True),)),)),
        Document((Line(D(1), D(1), (VAT15,)), Line(D(1), D(1), (replace(VAT15, rate=D(5)),)))),
        Document((Line(D(1), D(1), discount_percent=D(101)),)),
        Document((Line(D(0), D(1)),), discount=D(1)),
    ],
)
def test_a_document_without_meaning_is_refused(document: Document) -> None:
    with pytest.raises(ValueError, match=r"tax|discount"):
        compute(document)
