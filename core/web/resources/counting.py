"""How many records a list has, and what its columns add up to, without reading all of a large
table: exact while that is cheap, the planner's estimate beyond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Executable,
    ScalarSelect,
    Select,
    Table,
    cast,
    func,
    select,
    table,
)
from sqlalchemy import column as named
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from core.web.resources.shape import Shown

EXACT_UP_TO: Final = 1_000
"""Records counted one by one, for every page: a tenth of a millisecond."""
TOTALS_UP_TO: Final = 200_000
"""Records that are added up for every page; for more, whoever looks asks for the totals."""
_CLASSES: Final = table("pg_class", named("oid"), named("reltuples"), schema="pg_catalog")


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and whether that is exact."""

    number: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a column; `currency` is the code that its figures share, if it has one."""

    column: str
    amount: Decimal | int
    currency: str


def count(session: Session, matching: Select[Any]) -> Count:
    """The number of rows of a statement."""
    bounded = matching.order_by(None).limit(EXACT_UP_TO + 1).subquery()
    number = session.execute(select(func.count()).select_from(bounded)).scalar_one()
    if number <= EXACT_UP_TO:
        return Count(number, exact=True)
    return Count(max(estimate(session, matching), number), exact=False)


def totals(session: Session, matching: Select[Any], columns: Sequence[Shown]) -> list[Total]:
    """The sums of these columns over a statement's rows, a sum for each currency."""
    found: list[Total] = []
    for currency in dict.fromkeys(column.currency for column in columns):
        summed = [column for column in columns if column.currency is currency]
        sums = [func.sum(column.attribute.expression) for column in summed]
        statement = matching.order_by(None)
        if currency is None:
            statement = statement.with_only_columns(*sums)
        else:
            code = currency.expression
            statement = statement.with_only_columns(code, *sums).group_by(code).order_by(code)
        for row in session.execute(statement):
            label, figures = ("", row) if currency is None else (row[0] or "", row[1:])
            for column, amount in zip(summed, figures, strict=True):
                found.append(Total(column.name, Decimal(0) if amount is None else amount, label))
    return found


def expected_in(of: Table) -> ScalarSelect[int]:
    """How many rows a table's statistics expect, as a part of a statement; 0 for a new table."""
    name = cast(f'"{of.schema}"."{of.name}"', REGCLASS)
    expected = cast(func.greatest(_CLASSES.c.reltuples, 0), BigInteger)
    return select(expected).where(_CLASSES.c.oid == name).scalar_subquery()


def estimate(session: Session, matching: Select[Any]) -> int:
    """What the planner expects, from statistics alone."""
    # On the connection: the session takes whatever is no SELECT for a write.
    plan = session.connection().execute(_Explain(matching.order_by(None))).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


class _Explain(Executable, ClauseElement):
    """EXPLAIN in front of a statement, with its parameters bound as always."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _compile_explain(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"
