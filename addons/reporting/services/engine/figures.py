"""The figures of all accounts in all columns of a statement, read once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from addons.accounting.api import (
    BudgetFigure,
    DaySpan,
    Movement,
    Movements,
    ReportAccount,
    budget_figures,
    cash_movements,
    movements,
    movements_by_dimension,
    report_budgets,
)
from addons.reporting.services.definitions.checking import is_cash, is_result
from addons.reporting.services.definitions.values import Basis, Measure
from addons.reporting.services.engine.columns import Column
from addons.reporting.services.engine.ground import Ground
from core.api import InvalidInput, phrase

ZERO = Decimal(0)
_NOTHING = Movement(ZERO, ZERO)
_ONE_DAY = timedelta(days=1)
_FIRST_DAY = date(1, 1, 1)
_NO_DAYS = DaySpan(date(2, 1, 1), date(1, 1, 1))
_BASES: Mapping[Measure, tuple[Basis, ...]] = {
    "opening": ("opening",),
    "opening_debit": ("opening",),
    "opening_credit": ("opening",),
    "debit": ("movement",),
    "credit": ("movement",),
    "result": ("movement",),
    "increase": ("movement",),
    "decrease": ("movement",),
    "closing": ("closing",),
    "closing_debit": ("closing",),
    "closing_credit": ("closing",),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What was debited and credited to each account, by column and basis; and all that stands on
    the accounts at the report's end, for its checks."""

    by_column: Mapping[tuple[str, Basis], Mapping[int, Movement]]
    planned: Sequence[BudgetFigure] = ()
    closing: Mapping[int, Movement] | None = None
    opens_results: bool = False

    def movement(self, column: Column, basis: Basis, account_id: int) -> Movement:
        """Of one account; nothing where nothing was posted."""
        return self.by_column[column.key, basis].get(account_id, _NOTHING)

    def budgeted(self, account_ids: Collection[int]) -> Decimal:
        """What is planned for these accounts, as a debit: plans for some of them together too,
        but none that reach beyond them."""
        held = frozenset(account_ids)
        return sum((one.amount for one in self.planned if one.account_ids <= held), ZERO)

    def standing(self, column: Column, basis: Basis, account: ReportAccount) -> Decimal:
        """What stood on an account at the beginning or the end, debits less credits; of income
        and expenses, where the report opens them with the fiscal year, since that year began."""
        found = self.net(column, basis, account.id)
        if self.opens_results and is_result(account):
            found -= self.net(column, "before_first_year", account.id)
        return found

    def net(self, column: Column, basis: Basis, account_id: int) -> Decimal:
        """Debits less credits."""
        found = self.movement(column, basis, account_id)
        return found.debit - found.credit


def read_figures(ground: Ground, columns: Sequence[Column]) -> Figures:
    """All figures that the definition's rows need, each kind of column in one query."""
    bases = _bases(ground)
    spans: dict[tuple[str, Basis], DaySpan] = {}
    for column in columns:
        for basis in bases:
            spans[column.key, basis] = _span(column, basis)
    found: dict[tuple[str, Basis], Mapping[int, Movement]] = {}
    closing: Mapping[int, Movement] | None = None
    for reading, same in _grouped(ground, columns).items():
        wanted = [spans[column.key, basis] for column in same for basis in bases]
        is_whole = reading == ("books", ground.branches, None, None)
        ending = [DaySpan(None, ground.end)] if is_whole else []
        read = _read(ground, reading, [*(span for span in wanted if span != _NO_DAYS), *ending])
        if is_whole:
            closing = read[ending[0]]
        for column in same:
            for basis in bases:
                found[column.key, basis] = read.get(spans[column.key, basis], {})
    if ground.definition.source == "cash":
        _put_cash(ground, columns, spans, found)
    planned, opens = _planned(ground, columns), ground.definition.opens_results
    return Figures(found, planned, closing, opens)


_Reading = tuple[str, frozenset[int] | None, int | None, int | None]


def _grouped(ground: Ground, columns: Sequence[Column]) -> dict[_Reading, list[Column]]:
    groups: dict[_Reading, list[Column]] = {}
    for column in columns:
        key = (column.source, column.branches, column.dimension, column.value)
        groups.setdefault(key, []).append(column)
    return groups


def _read(ground: Ground, reading: _Reading, spans: list[DaySpan]) -> Movements:
    source, branches, dimension, value = reading
    if source == "budget":
        return {}
    if dimension is None:
        return movements(ground.session, spans, ground.currency, branches)
    return movements_by_dimension(ground.session, dimension, spans, ground.currency, branches).get(
        value, {}
    )


def _planned(ground: Ground, columns: Sequence[Column]) -> list[BudgetFigure]:
    column = next((one for one in columns if one.source == "budget"), None)
    if column is None:
        return []
    known, wanted = report_budgets(ground.session), ground.asked.budget
    if wanted is None:
        days = column.days
        inside = (one.id for one in known if one.start <= days.end <= one.end)
        wanted = next(inside, known[0].id if known else None)
    if wanted is None:
        raise InvalidInput.of("compare", phrase("There is no budget in force."))
    start, end = column.days.start, column.days.end
    return budget_figures(ground.session, wanted, start, end, ground.branches)


def _bases(ground: Ground) -> tuple[Basis, ...]:
    definition = ground.definition
    bases: dict[Basis, None] = {}
    for measure in definition.measures:
        if measure == "amount":
            for row in definition.rows:
                if row.kind == "accounts":
                    bases[row.basis or definition.basis] = None
        else:
            bases.update(dict.fromkeys(_BASES[measure]))
    if definition.opens_results:
        bases["before_first_year"] = None
    return tuple(bases)


def _span(column: Column, basis: Basis) -> DaySpan:
    start, end = column.days.start, column.days.end
    match basis:
        case "movement":
            return DaySpan(start, end)
        case "closing":
            return DaySpan(None, end)
        case "opening":
            return _until(start)
        case "year":
            return DaySpan(column.year, end)
        case "before_year":
            return _until(column.year)
        case "before_first_year":
            return _until(column.first_year)
    raise TypeError(basis)


def _until(start: date | None) -> DaySpan:
    """The days before `start`; none where it is the beginning of time."""
    if start is None or start <= _FIRST_DAY:
        return _NO_DAYS
    return DaySpan(None, start - _ONE_DAY)


def _put_cash(
    ground: Ground,
    columns: Sequence[Column],
    spans: Mapping[tuple[str, Basis], DaySpan],
    found: dict[tuple[str, Basis], Mapping[int, Movement]],
) -> None:
    """Put what stands against cash in the place of movements."""
    cash = [account.id for account in ground.accounts if is_cash(account)]
    for column in columns:
        if column.source == "budget" or column.dimension is not None:
            raise InvalidInput.of(
                "by", phrase("Cash is not kept by budget or dimension; choose another comparison.")
            )
        span = spans[column.key, "movement"]
        read = cash_movements(ground.session, [span], cash, ground.currency, column.branches)
        found[column.key, "movement"] = read[span]
