"""The statements of a group, each figure beside what it was made of.

A row has a figure for each company (translated, in the group's accounts), one for what was taken
out between companies or by hand, one for what others own, and the group's, which is their sum.
Every one of these columns balances by itself, because every step of a consolidation does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from addons.accounting.models import Consolidation, ConsolidationLine
from addons.accounting.services.companies.consolidating import (
    ATTRIBUTED,
    ATTRIBUTED_RESULT,
    MINORITY,
    TRANSLATION,
    UNEQUAL,
    UNEQUAL_RESULT,
)
from addons.accounting.services.exact import exact_sum
from core.api import msg

_OF_COMPANIES: Final = ("company", "translation")
_OWN_ROWS: Final = frozenset(
    {ATTRIBUTED, ATTRIBUTED_RESULT, MINORITY, TRANSLATION, UNEQUAL, UNEQUAL_RESULT}
)
_Account = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a statement. `code` is empty for rows that are no account of the group; `figures`
    are in the order of the columns, the group's last."""

    code: str
    title: str
    figures: tuple[Decimal, ...]

    @property
    def group(self) -> Decimal:
        """The group's figure."""
        return self.figures[-1]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a statement with its sum."""

    title: str
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True, slots=True)
class GroupStatements:
    """Income statement and balance sheet of a group. Income, liabilities and equity are shown as
    credits, the rest as debits. `owners` and `minority` share `result` between them; `equity` is
    that of the owners, with their part of the result."""

    companies: tuple[str, ...]
    income: Part
    expenses: Part
    result: Row
    minority: Row
    owners: Row
    assets: Part
    liabilities: Part
    equity: Part
    others: Row
    total: Row


def group_statements(made: Consolidation) -> GroupStatements:
    """Both statements of a consolidation as it was worked out last."""
    companies = tuple(dict.fromkeys(line.company for line in made.lines if line.kind == "company"))
    grid = _grid(companies, made.lines)
    income = _part(msg("Income"), grid, "income", -1)
    expenses = _part(msg("Expenses"), grid, "expense", 1)
    result = _combined(msg("Result"), (income.total, 1), (expenses.total, -1))
    width = len(result.figures)
    attributed = _row(grid, ATTRIBUTED_RESULT, 1, width)
    minority = Row("", ATTRIBUTED_RESULT[1], attributed.figures)
    assets = _part(msg("Assets"), grid, "asset", 1)
    liabilities = _part(msg("Liabilities"), grid, "liability", -1)
    equity = _part(
        msg("Equity of the owners"), grid, "equity", -1, leave_out=MINORITY, besides=(result,)
    )
    others = _row(grid, MINORITY, -1, width)
    return GroupStatements(
        companies=companies,
        income=income,
        expenses=expenses,
        result=result,
        minority=minority,
        owners=_combined(msg("Result of the owners"), (result, 1), (minority, -1)),
        assets=assets,
        liabilities=liabilities,
        equity=equity,
        others=others,
        total=_combined(
            msg("Liabilities and equity"), (liabilities.total, 1), (equity.total, 1), (others, 1)
        ),
    )


def _grid(
    companies: Sequence[str], lines: Iterable[ConsolidationLine]
) -> dict[_Account, tuple[Decimal, ...]]:
    """The figures of each account, debits positive, and last their sum."""
    found: dict[_Account, list[list[Decimal]]] = defaultdict(
        lambda: [[] for _ in range(len(companies) + 2)]
    )
    for line in lines:
        cells = found[line.code, line.name, line.type]
        if line.kind in _OF_COMPANIES:
            place = companies.index(line.company)
        else:
            place = len(companies) + (line.kind == "minority")
        cells[place].append(line.amount)
    summed = {account: [exact_sum(cell) for cell in cells] for account, cells in found.items()}
    return {account: (*cells, exact_sum(cells)) for account, cells in summed.items()}


def _part(
    title: str,
    grid: dict[_Account, tuple[Decimal, ...]],
    kind: str,
    sign: int,
    *,
    leave_out: _Account | None = None,
    besides: tuple[Row, ...] = (),
) -> Part:
    accounts = sorted(each for each in grid if each[2] == kind and each != leave_out)
    shown = [_row(grid, each, sign) for each in accounts if any(grid[each])]
    rows = (*shown, *besides)
    width = len(next(iter(grid.values()), ()))
    sums = tuple(exact_sum(row.figures[place] for row in rows) for place in range(width))
    return Part(title, rows, Row("", msg("Total"), sums))


def _row(
    grid: dict[_Account, tuple[Decimal, ...]], account: _Account, sign: int, width: int = 0
) -> Row:
    code, name, _ = account
    figures = grid.get(account, (Decimal(0),) * width)
    return Row("" if account in _OWN_ROWS else code, name, _signed(figures, sign))


def _combined(title: str, *rows: tuple[Row, int]) -> Row:
    columns = zip(*(_signed(row.figures, sign) for row, sign in rows), strict=True)
    return Row("", title, tuple(exact_sum(column) for column in columns))


def _signed(figures: Sequence[Decimal], sign: int) -> tuple[Decimal, ...]:
    # Summed, because the opposite of zero would be shown with its minus sign.
    return tuple(exact_sum([each if sign > 0 else each.copy_negate()]) for each in figures)
