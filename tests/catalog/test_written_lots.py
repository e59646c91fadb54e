"""Lots are written beside a quantity in one way, wherever goods are bought, sold or returned: as
"A1=5, A2=7"; what people wrote with colons is understood as well, and what cannot be meant is
answered beside the field that holds it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.catalog.api import read_lots
from core.api import InvalidInput

_NAME = st.text("ABZ-0123456789", min_size=1, max_size=8)
_COUNT = st.decimals("0.01", "1000", places=2)


@pytest.mark.parametrize(
    ("written", "quantity", "expected"),
    [
        ("", "5", {}),
        (" , \n", "5", {}),
        ("A1", "5", {"A1": "5"}),
        ("A1=5, A2=7", "12", {"A1": "5", "A2": "7"}),
        ("A-17: 5, A-18: 3", "8", {"A-17": "5", "A-18": "3"}),
        ("A1:5\nA2 = 7.5", "12.5", {"A1": "5", "A2": "7.5"}),
        ("S1, S2, S3", "3", {"S1": "1", "S2": "1", "S3": "1"}),
        ("S1، S2=٢", "3", {"S1": "1", "S2": "2"}),
        ("00:1A:2B:05, 00:1A:2B:06", "2", {"00:1A:2B:05": "1", "00:1A:2B:06": "1"}),
        ("00:1A:05: 3", "3", {"00:1A:05": "3"}),
        ("B:7=3", "3", {"B:7": "3"}),
        ("North:red", "4", {"North:red": "4"}),
    ],
)
def test_lots_are_read_as_they_are_meant(
    written: str, quantity: str, expected: dict[str, str]
) -> None:
    found = read_lots(written, Decimal(quantity), "lots")
    assert dict(found) == {name: Decimal(count) for name, count in expected.items()}


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("A1=5, A2=8", "come to 13; the quantity is 12"),
        ("A1, A2", "come to 2; the quantity is 12"),
        ("A1=6, A1=6", "A1 is named twice"),
        ("A1=5, A2=much", "A2=much is no lot"),
        ("A1=15, A2=-3", "A2=-3 is no lot"),
        ("A1: 15, A2: -3", "A2: -3 is no lot"),
        ("A1=NaN", "A1=NaN is no lot"),
        ("A1=Infinity", "A1=Infinity is no lot"),
        ("=12", "=12 is no lot"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(written: str, answer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_lots(written, Decimal(12), "lots.7")
    assert refused.value.problems[0].field == "lots.7"
    assert answer in refused.value.problems[0].message


@pytest.mark.parametrize("mark", ["=", ":"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lots=st.dictionaries(_NAME, _COUNT, min_size=1, max_size=5))
def test_both_spellings_say_the_same(lots: dict[str, Decimal], mark: str) -> None:
    written = ", ".join(f"{name}{mark}{count}" for name, count in lots.items())
    assert dict(read_lots(written, sum(lots.values(), Decimal(0)), "lots")) == lots
