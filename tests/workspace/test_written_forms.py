"""What is shown can be typed back: numbers and dates, in every language, to the last digit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from core.web.resources.culture import culture_of
from core.web.resources.moments import (
    NotAMoment,
    edit_datetime,
    read_date,
    read_datetime,
    rfc3339,
)
from core.web.resources.numbers import NotANumber, edit_decimal, read_decimal, show_decimal

LOCALES = ["en", "ar", "bn", "de", "fr", "de-CH", "en-IN", "hi", "es", "ar-EG", "fa"]
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
locales = st.sampled_from(LOCALES)
zones = st.sampled_from(["UTC", "Asia/Riyadh", "Asia/Dhaka", "Asia/Kathmandu"])
amounts = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places, Context(prec=50)),
    st.integers(-(10**40), 10**40),
    st.integers(11, 20),
)


@given(value=amounts, locale=locales, least=st.sampled_from([0, 2]))
def test_a_decimal_is_read_back_exactly(value: Decimal, locale: str, least: int) -> None:
    culture = culture_of(locale, "UTC")
    assert read_decimal(show_decimal(value, culture, least), culture) == value
    assert read_decimal(edit_decimal(value, culture, least), culture) == value


@given(value=st.decimals(-(10**12), 10**12, places=2), locale=st.sampled_from(["en", "ar", "bn"]))
def test_a_decimal_is_written_as_cldr_says(value: Decimal, locale: str) -> None:
    culture = culture_of(locale, "UTC")
    expected = format_decimal(value, locale=locale, decimal_quantization=False)
    shown = show_decimal(value.normalize(), culture)
    # A mark that keeps the sign at its number in a line of Arabic is no part of the number.
    assert shown.replace("\u200e", "") == expected


@given(day=st.dates(min_value=date(1000, 1, 1)), locale=locales)
def test_a_date_is_read_back(day: date, locale: str) -> None:
    culture = culture_of(locale, "UTC")
    assert read_date(day.isoformat(), culture) == day
    parts = {"d": f"{day.day}", "m": f"{day.month}", "y": f"{day.year}"}
    for separator in ("/", ".", "-", " / "):
        typed = separator.join(parts[part] for part in culture.day_order)
        assert read_date(typed, culture) == day


@given(
    moment=st.integers(0, 4 * 10**15).map(lambda n: _EPOCH + timedelta(microseconds=n)),
    zone=zones,
)
def test_a_moment_is_read_back(moment: datetime, zone: str) -> None:
    culture = culture_of("en", zone)
    assert read_datetime(edit_datetime(moment, culture), culture) == moment
    assert read_datetime(rfc3339(moment), culture) == moment


@pytest.mark.parametrize(
    ("locale", "text", "value"),
    [
        ("en", "1,234,567.5", "1234567.5"),
        ("en", "(12.50)", "-12.50"),
        ("en", "+7", "7"),
        ("en", "12,34,567", "1234567"),
        ("de", "1.234,5", "1234.5"),
        ("fr", "1 234,5", "1234.5"),
        ("de-CH", "1'234.5", "1234.5"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("bn", "১২,৩৪,৫৬৭.৮৯", "1234567.89"),
        ("en", "−5", "-5"),
        ("en", ".5", "0.5"),
    ],
)
def test_numbers_are_understood_as_people_type_them(locale: str, text: str, value: str) -> None:
    assert read_decimal(text, culture_of(locale, "UTC")) == Decimal(value)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "12,5"),
        ("en", "1,23"),
        ("en", "1.2.3"),
        ("de", "12.50"),
        ("en", "1e5"),
        ("en", "NaN"),
        ("en", "--1"),
        ("en", "(-1)"),
        ("en", ""),
        ("en", "1" * 40),
    ],
)
def test_a_number_in_doubt_is_refused(locale: str, text: str) -> None:
    with pytest.raises(NotANumber):
        read_decimal(text, culture_of(locale, "UTC"))


@pytest.mark.parametrize("text", ["31/02/2026", "2026-13-01", "tomorrow", "1/2", "1/2/3/4"])
def test_a_day_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(NotAMoment):
        read_date(text, culture_of("en", "UTC"))
