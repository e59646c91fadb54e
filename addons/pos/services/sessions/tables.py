"""A report as tables with headings: what the screen, the paper and the file show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from addons.pos.models import LOGGED, METHOD_KINDS
from core.api import msg

Cell = str | int | Decimal


@dataclass(frozen=True, slots=True)
class ReportSection:
    """Rows under a heading: the first cell of each is a word, the others are figures. `translated`
    says that the words are the project's own and not the company's."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    translated: bool = False


_KINDS: Final = {"sale": msg("Sales"), "refund": msg("Refunds")}
_CASH: Final = (
    ("float", msg("Float")),
    ("paid", msg("Paid in cash")),
    ("in", msg("Put in")),
    ("out", msg("Taken out")),
    ("expected", msg("Should be in the drawer")),
)


def tables_of(report: Mapping[str, Any]) -> list[ReportSection]:
    """The sections of a report that have something to say."""
    found = [
        _receipts(report),
        ReportSection(
            msg("Reductions"),
            (msg("Lines"), msg("Amount")),
            (
                (msg("Discounts"), *_times(report["discounts"])),
                (msg("Goods taken back"), *_times(report["returns"])),
            ),
            translated=True,
        ),
        _section(report, msg("Taxes"), "taxes", "code", base=msg("Base"), amount=msg("Tax")),
        _methods(report),
        _cash(report),
        _section(
            report,
            msg("Counted"),
            "counts",
            "method",
            expected=msg("Expected"),
            counted=msg("Counted"),
            difference=msg("Difference"),
        ),
        _section(report, msg("Categories"), "categories", "name", net=msg("Net"), tax=msg("Tax")),
        _section(
            report,
            msg("Cashiers"),
            "cashiers",
            "name",
            receipts=msg("Receipts"),
            total=msg("Total"),
        ),
        _log(report),
    ]
    return [one for one in found if one.rows]


def _section(report: Mapping[str, Any], title: str, name: str, word: str, **heads: str) -> Any:
    rows = tuple(
        (str(row[word] or "–"), *(_figure(row[column]) for column in heads)) for row in report[name]
    )
    return ReportSection(title, tuple(heads.values()), rows)


def _receipts(report: Mapping[str, Any]) -> ReportSection:
    heads = (msg("Receipts"), msg("Net"), msg("Tax"), msg("Total"), msg("Rounding"))
    columns = ("receipts", "net", "tax", "total", "rounding")
    rows = tuple(
        (_KINDS[row["kind"]], *(_figure(row[name]) for name in columns))
        for row in report["receipts"]
    )
    return ReportSection(msg("Sold"), heads, rows, translated=True)


def _methods(report: Mapping[str, Any]) -> ReportSection:
    kinds = dict(METHOD_KINDS)
    rows = tuple(
        (row["name"] or kinds[row["kind"]], row["times"], _figure(row["amount"]))
        for row in report["methods"]
    )
    return ReportSection(msg("Paid"), (msg("Times"), msg("Amount")), rows)


def _cash(report: Mapping[str, Any]) -> ReportSection:
    rows = tuple((title, _figure(report["cash"][name])) for name, title in _CASH)
    return ReportSection(msg("Cash"), (msg("Amount"),), rows, translated=True)


def _log(report: Mapping[str, Any]) -> ReportSection:
    titles = dict(LOGGED)
    rows = tuple((str(titles.get(what, what)), times) for what, times in report["log"].items())
    return ReportSection(msg("Noted"), (msg("Times"),), rows, translated=True)


def _times(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (row["lines"], _figure(row["amount"]))


def _figure(value: Any) -> Cell:
    return value if isinstance(value, int) else Decimal(value)
