"""Where a figure leads: to the lines of an account in the days that it is the sum of."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from addons.reporting.services.definitions.values import Row
from addons.reporting.services.engine.columns import Column
from addons.reporting.services.engine.ground import Ground

_ONE_DAY = timedelta(days=1)


def account_url(ground: Ground, row: Row, column: Column, account_id: int) -> str:
    """The ledger of an account over the days behind a figure. What no line shows, such as a
    budget or the part of a dimension's value, leads nowhere."""
    if column.source == "budget" or column.dimension is not None:
        return ""
    start, end = _days(ground, row, column)
    return f"/reporting/account/{account_id}?{urlencode(_given(ground, column, start, end))}"


def figure_url(ground: Ground, row: Row, column: Column) -> str:
    """The page on which a figure is taken apart."""
    if column.source == "budget":
        return ""
    query = {**ground.asked.to_query(), "row": row.key, "column": column.key}
    return f"/reporting/view/{ground.definition.key}/figure?{urlencode(query)}"


def _days(ground: Ground, row: Row, column: Column) -> tuple[date | None, date]:
    start, end = column.days.start, column.days.end
    of_all = ground.definition.basis if ground.definition.measures == ("amount",) else "movement"
    basis = row.basis or of_all
    match basis:
        case "year":
            return column.year, end
        case "before_year" if column.year is not None:
            return None, column.year - _ONE_DAY
        case "before_first_year" if column.first_year is not None:
            return None, column.first_year - _ONE_DAY
        case "opening" if start is not None:
            return None, start - _ONE_DAY
    return start, end


def _given(ground: Ground, column: Column, start: date | None, end: date) -> dict[str, str]:
    given = {"from": "" if start is None else start.isoformat(), "to": end.isoformat()}
    given["currency"] = ground.currency
    if column.branches is not None and len(column.branches) == 1:
        given["branch"] = str(next(iter(column.branches)))
    given["report"] = ground.definition.key
    return {name: value for name, value in given.items() if value}
