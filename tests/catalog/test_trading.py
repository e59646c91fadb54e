"""Trade without books, taxes and stock: the ports answer all the same, and parts sum to wholes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.catalog.api import TaxDocument, TaxDocumentLine, share_out
from addons.catalog.services.untaxed import work_out_untaxed
from core.api import InvalidInput

DAY = date(2026, 3, 14)
CENT = Decimal("0.01")
_AMOUNTS = st.integers(-(10**7), 10**7).map(lambda cents: Decimal(cents) * CENT)


@settings(max_examples=100)
@given(_AMOUNTS, st.lists(st.integers(0, 10**6).map(Decimal), min_size=1, max_size=20))
def test_what_is_shared_out_sums_to_the_whole(amount: Decimal, weights: list[Decimal]) -> None:
    parts = share_out(amount, weights, CENT)
    assert sum(parts, Decimal(0)) == amount
    whole = sum(weights, Decimal(0))
    for part, weight in zip(parts, weights, strict=True):
        fair = amount * weight / whole if whole else amount / len(weights)
        assert abs(part - fair) <= CENT


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(1, 500), _AMOUNTS.filter(lambda a: a >= 0)), min_size=1, max_size=12
    ),
    st.integers(0, 100),
)
def test_the_lines_of_a_document_sum_to_its_discounted_total(
    lines: list[tuple[int, Decimal]], percent: int
) -> None:
    document = TaxDocument(
        tuple(TaxDocumentLine(Decimal(quantity), price) for quantity, price in lines),
        DAY,
        "SAR",
        discount_percent=Decimal(percent),
    )
    worked = work_out_untaxed(document)
    gross = sum((Decimal(quantity) * price for quantity, price in lines), Decimal(0))
    assert worked.total == sum((line.net for line in worked.lines), Decimal(0))
    assert abs(worked.total - gross * (100 - percent) / 100) <= CENT


def test_amounts_have_the_digits_of_their_currency_and_round_half_up() -> None:
    line = TaxDocumentLine(Decimal(1), Decimal("2.5"), discount_percent=Decimal(0))
    assert work_out_untaxed(TaxDocument((line,), DAY, "JPY")).total == 3
    line = TaxDocumentLine(Decimal(3), Decimal("1.005"), discount_percent=Decimal(10))
    assert work_out_untaxed(TaxDocument((line,), DAY, "KWD")).total == Decimal("2.714")


def test_a_return_takes_back_what_the_sale_gave() -> None:
    sold = TaxDocumentLine(Decimal(3), Decimal("9.99"), (), Decimal(10), Decimal(1))
    back = TaxDocumentLine(Decimal(-3), Decimal("9.99"), (), Decimal(10), Decimal(1))
    worked = work_out_untaxed(TaxDocument((sold, back), DAY, "SAR"))
    assert worked.total == 0


def test_an_amount_beyond_all_measure_names_its_line() -> None:
    line = TaxDocumentLine(Decimal("1e11"), Decimal("1e11"))
    with pytest.raises(InvalidInput) as refused:
        work_out_untaxed(TaxDocument((line,), DAY, "SAR"))
    assert refused.value.problems[0].field == "lines.0.quantity"
