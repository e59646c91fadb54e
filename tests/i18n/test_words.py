"""Amounts in words, as they stand on cheques and vouchers in three languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.i18n.formats import currency_digits
from core.i18n.words import LARGEST, amount_in_words, arabic, bengali, english

SAID = (
    ("en", "0", "SAR", "Zero riyals only"),
    ("en", "1", "SAR", "One riyal only"),
    ("en", "0.01", "SAR", "One halala only"),
    ("en", "0.999", "SAR", "One riyal only"),
    ("en", "0.999", "KWD", "Nine hundred ninety-nine fils only"),
    ("en", "-5", "AED", "Minus five dirhams only"),
    ("en", "-0.001", "AED", "Zero dirhams only"),
    ("en", "1234.5", "SAR", "One thousand two hundred thirty-four riyals and fifty halalas only"),
    ("en", "1000000000000", "KWD", "One trillion dinars only"),
    ("en", "1234567", "BDT", "Twelve lakh thirty-four thousand five hundred sixty-seven taka only"),
    ("en", "12.05", "CHF", "Twelve Swiss francs and 05/100 only"),
    ("en", "7", "JPY", "Seven Japanese yen only"),
    ("ar", "0", "SAR", "فقط صفر ريال لا غير"),
    ("ar", "1", "SAR", "فقط ريال واحد لا غير"),
    ("ar", "2", "SAR", "فقط ريالان لا غير"),
    ("ar", "3", "SAR", "فقط ثلاثة ريالات لا غير"),
    ("ar", "11", "SAR", "فقط أحد عشر ريالًا لا غير"),
    ("ar", "100", "SAR", "فقط مئة ريال لا غير"),
    ("ar", "102", "SAR", "فقط مئة وريالان لا غير"),
    ("ar", "200", "SAR", "فقط مئتا ريال لا غير"),
    ("ar", "2000", "SAR", "فقط ألفا ريال لا غير"),
    ("ar", "11000", "SAR", "فقط أحد عشر ألف ريال لا غير"),
    ("ar", "0.03", "SAR", "فقط ثلاث هللات لا غير"),
    ("ar", "0.08", "SAR", "فقط ثماني هللات لا غير"),
    ("ar", "0.28", "SAR", "فقط ثمانٍ وعشرون هللةً لا غير"),
    ("ar", "-5.250", "KWD", "فقط سالب خمسة دنانير ومئتان وخمسون فلسًا لا غير"),
    ("ar", "1000000000000", "AED", "فقط تريليون درهم لا غير"),
    ("bn", "0", "BDT", "শূন্য টাকা মাত্র"),
    ("bn", "0.5", "BDT", "পঞ্চাশ পয়সা মাত্র"),
    ("bn", "0.999", "BDT", "এক টাকা মাত্র"),
    ("bn", "-1250.25", "BDT", "ঋণাত্মক এক হাজার দুইশত পঞ্চাশ টাকা পঁচিশ পয়সা মাত্র"),
    ("bn", "12345678", "BDT", "এক কোটি তেইশ লাখ পঁয়তাল্লিশ হাজার ছয়শত আটাত্তর টাকা মাত্র"),
    ("bn", "1000000000000", "SAR", "এক লাখ কোটি রিয়াল মাত্র"),
)
CURRENCIES = ("SAR", "BDT", "AED", "KWD", "USD", "CHF")


@pytest.mark.parametrize(("locale", "amount", "currency", "words"), SAID)
def test_an_amount_is_said_as_people_say_it(
    locale: str, amount: str, currency: str, words: str
) -> None:
    assert amount_in_words(locale, Decimal(amount), currency) == words


def test_an_amount_beyond_words_is_written_as_a_figure() -> None:
    assert amount_in_words("en", LARGEST, "SAR") == "1000000000000000 SAR"


@given(value=st.integers(0, 10**14 - 1))
@settings(max_examples=60)
def test_english_and_bengali_words_say_one_number_alone(value: int) -> None:
    assert _value_of_english(english.number(value)) == value
    assert _value_of_english(english.number(value, by_lakh=True)) == value
    assert _value_of_bengali(bengali.number(value)) == value


@given(st.integers(0, 10**12), st.integers(0, 10**12))
@settings(max_examples=60)
def test_no_two_numbers_have_the_same_arabic_words(one: int, other: int) -> None:
    assert (arabic.number(one) == arabic.number(other)) == (one == other)


@given(
    amount=st.decimals(-(10**12), 10**12, places=4),
    currency=st.sampled_from(CURRENCIES),
    locale=st.sampled_from(("en", "ar", "bn")),
)
@settings(max_examples=60)
def test_what_is_said_is_the_amount_rounded_half_up(
    amount: Decimal, currency: str, locale: str
) -> None:
    step = Decimal(1).scaleb(-currency_digits(currency))
    rounded = amount.quantize(step, "ROUND_HALF_UP")
    assert amount_in_words(locale, amount, currency) == amount_in_words(locale, rounded, currency)


_ENGLISH = {english.number(value): value for value in range(20)} | {
    english.number(value): value for value in range(20, 100, 10)
}
_SIZES = {
    "hundred": 100,
    "thousand": 1000,
    "lakh": 10**5,
    "crore": 10**7,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_BENGALI_SIZES = {"হাজার": 1000, "লাখ": 10**5, "কোটি": 10**7}


def _value_of_english(words: str) -> int:
    return _add_up([(_ENGLISH.get(w), _SIZES.get(w)) for w in words.replace("-", " ").split()])


def _value_of_bengali(words: str) -> int:
    said = words.replace("শত", " শত").split()
    known = {bengali.number(value): value for value in range(100)}
    return _add_up([(known.get(w), {**_BENGALI_SIZES, "শত": 100}.get(w)) for w in said])


def _add_up(said: list[tuple[int | None, int | None]]) -> int:
    """Read as a listener does: a size multiplies all smaller that was said since a larger one."""
    sums: list[tuple[int, int]] = []  # what was said, and the size it was multiplied by
    for value, size in said:
        if value is not None:
            sums.append((value, 1))
            continue
        assert size is not None
        below = 0
        while sums and sums[-1][1] < size:
            below += sums.pop()[0]
        sums.append((below * size, size))
    return sum(value for value, _ in sums)
