"""Titles in three languages, and the rows that are made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from addons.reporting.services.definitions.values import Basis, Detail, Row, Sign, Titles


def in_three(english: str, arabic: str, bengali: str) -> Titles:
    """A title in every shipped language."""
    return {"en": english, "ar": arabic, "bn": bengali}


EARLIER_RESULTS: Final = in_three(
    "Results of earlier years", "نتائج السنوات السابقة", "পূর্ববর্তী বছরসমূহের ফলাফল"
)
"""What income and expenses held before the fiscal year in which a report begins."""


def heading(key: str, titles: Titles, *, level: int = 0) -> Row:
    """A row that only names what follows."""
    return Row(key, "heading", titles, level, strong=True)


def accounts(
    key: str,
    titles: Titles,
    select: str,
    sign: Sign,
    *,
    level: int = 1,
    basis: Basis | None = None,
    memo: bool = False,
    detail: Detail = "folded",
    hide_zero: bool = True,
) -> Row:
    """A row with the sum of accounts."""
    return Row(
        key,
        "accounts",
        titles,
        level,
        select=select,
        sign=sign,
        basis=basis,
        memo=memo,
        detail=detail,
        hide_zero=hide_zero,
    )


def total(key: str, titles: Titles, formula: str, *, level: int = 0) -> Row:
    """A row that a formula works out."""
    return Row(key, "formula", titles, level, formula=formula, strong=True)


def sum_of(keys: Iterable[str]) -> str:
    """The formula that adds rows up."""
    return " + ".join(keys)


def lines(*keys: str) -> str:
    """The selection of lines of the statements."""
    return ", ".join(f"line:{key}" for key in keys)
