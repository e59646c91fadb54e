"""The charts there are, read from `data/`: accounts from a CSV file, decisions from a TOML file.

The accounts, their words and their numbers are our own. They follow the lines of the IFRS for SMEs
Standard (`services/report_lines.py`), and have what the law of the country asks a company to keep
apart:

- Saudi Arabia: VAT (VAT Implementing Regulations), zakat and income tax, withholding tax on
  payments abroad (Income Tax Law, article 68), GOSI, end-of-service award (Labour Law, article 84).
- United Arab Emirates: VAT (Federal Decree-Law 8 of 2017), corporate tax (Federal Decree-Law 47 of
  2022), GPSSA, end-of-service gratuity (Federal Decree-Law 33 of 2021, article 51).
- Bangladesh: VAT, supplementary duty and VAT deducted at source (Value Added Tax and Supplementary
  Duty Act 2012), tax deducted at source and in advance (Income Tax Act 2023), profit participation
  (Labour Act 2006, chapter XV). Its usual year runs from July to June.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from core.api import NotFound, msg, phrase

_FOLDER: Final = Path(__file__).parent / "data"

# What the files say in English, for translation.
TEXTS: Final = (
    msg("General chart"),
    msg("Saudi Arabia"),
    msg("United Arab Emirates"),
    msg("Bangladesh"),
    msg("In the order of the IFRS for SMEs Standard, for companies of any country."),
    msg("With VAT, zakat, withholding tax, GOSI and end-of-service benefits."),
    msg("With VAT, corporate tax, GPSSA and end-of-service benefits."),
    msg(
        "With VAT and tax deducted at source, advance tax, provident fund and profit participation."
    ),
    msg("Opening balances"),
)


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account of a chart, with its names in other languages by their codes."""

    code: str
    name: str
    names: Mapping[str, str]
    type: str
    subtype: str
    reconcilable: bool
    report_line: str


@dataclass(frozen=True, slots=True)
class ChartJournal:
    """A journal of a chart."""

    code: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with what is decided along with it. `defaults` are options of accounting and the
    accounts that they name; an empty currency and a month of 0 leave the company's own."""

    key: str
    title: str
    note: str
    order: int
    country: str
    currency: str
    fiscal_year_first_month: int
    languages: Sequence[str]
    accounts: Sequence[ChartAccount]
    journals: Sequence[ChartJournal]
    defaults: Mapping[str, str]


@cache
def charts() -> tuple[Chart, ...]:
    """All charts, in the order in which they are offered."""
    found = (_read(path) for path in _FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda chart: (chart.order, chart.key)))


def chart_named(key: str) -> Chart:
    """The chart of this name; raises NotFound naming those there are."""
    for chart in charts():
        if chart.key == key:
            return chart
    raise NotFound(
        phrase("There is no chart of accounts {name}.", name=key),
        fix=phrase("There are: {codes}.", codes=", ".join(chart.key for chart in charts())),
    )


def _read(path: Path) -> Chart:
    decided = tomllib.loads(path.read_text(encoding="utf-8"))
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        accounts = tuple(_account(row, decided["languages"]) for row in csv.DictReader(file))
    return Chart(
        key=path.stem,
        title=decided["title"],
        note=decided["note"],
        order=decided["order"],
        country=decided["country"],
        currency=decided["currency"],
        fiscal_year_first_month=decided["fiscal_year_first_month"],
        languages=tuple(decided["languages"]),
        accounts=accounts,
        journals=tuple(ChartJournal(**journal) for journal in decided["journals"]),
        defaults=decided["accounts"],
    )


def _account(row: Mapping[str, str], languages: Sequence[str]) -> ChartAccount:
    return ChartAccount(
        code=row["code"],
        name=row["name"],
        names={language: row[f"name_{language}"] for language in languages},
        type=row["type"],
        subtype=row["subtype"],
        reconcilable=row["reconcilable"] == "yes",
        report_line=row["report_line"],
    )
