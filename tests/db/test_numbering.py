"""Numbers of documents: each once, none left out, whoever asks together and whatever fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from core.errors import InvalidInput
from core.kernel import Kernel
from core.numbering.taking import require_pattern, take_number
from core.tenancy.tenant import Tenant

DAY = date(2026, 3, 9)


def take(platform: Kernel, company: Tenant, pattern: str, day: date = DAY) -> str:
    with platform.session(company) as session:
        return take_number(session, "shop.invoice", pattern, day)


@pytest.mark.parametrize(
    ("pattern", "days", "numbers"),
    [
        ("INV/{year}/{number:05}", (DAY, DAY), ["INV/2026/00001", "INV/2026/00002"]),
        ("{number}", (DAY, date(2027, 1, 1)), ["1", "2"]),
        ("{year}-{number}", (DAY, date(2027, 1, 1)), ["2026-1", "2027-1"]),
        ("{year}{month}{number:03}", (DAY, date(2026, 4, 1)), ["202603001", "202604001"]),
    ],
)
def test_a_series_begins_again_when_its_pattern_says_so(
    platform: Kernel, company: Tenant, pattern: str, days: tuple[date, ...], numbers: list[str]
) -> None:
    assert [take(platform, company, pattern, day) for day in days] == numbers


def test_those_who_ask_at_once_get_numbers_without_gap_or_repetition(
    platform: Kernel, company: Tenant
) -> None:
    with ThreadPoolExecutor(8) as people:
        asked = [people.submit(take, platform, company, "{number}") for _ in range(40)]
    assert sorted(int(one.result()) for one in asked) == list(range(1, 41))


def test_what_fails_gives_its_number_back(platform: Kernel, company: Tenant) -> None:
    def fail() -> None:
        with platform.session(company) as session:
            assert take_number(session, "shop.invoice", "{number}", DAY) == "1"
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert take(platform, company, "{number}") == "1"


@pytest.mark.parametrize(
    "pattern", ["INV", "{number}{number}", "{month}-{number}", "{day}{number}"]
)
def test_a_pattern_that_would_repeat_numbers_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        require_pattern(pattern, "invoice_numbers")
    assert refusal.value.problems[0].field == "invoice_numbers"
