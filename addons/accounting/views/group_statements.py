"""The statements of a consolidation: as a page, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.models import Consolidation
from addons.accounting.permissions import CONSOLIDATE
from addons.accounting.services.companies.statements import (
    GroupStatements,
    Part,
    Row,
    group_statements,
)
from core.api import (
    File,
    NotFound,
    Page,
    Reader,
    Request,
    Route,
    Slot,
    harmless,
    msg,
    phrase,
    reader,
)

_ELIMINATED: Final = msg("Eliminated")
_MINORITY: Final = msg("Minority")
_GROUP: Final = msg("The group")


def show(session: Session, request: Request) -> Page:
    """Income statement and balance sheet of the group, each figure beside what it was made of."""
    made = _consolidation(session, request)
    shown = group_statements(made)
    return Page(
        "accounting/companies/statements.html",
        {
            "made": made,
            "shown": shown,
            "columns": (_ELIMINATED, _MINORITY, _GROUP),
            "statements": _statements(shown),
        },
    )


def download(session: Session, request: Request) -> File:
    """The same as CSV: decimal points, and no formula anywhere."""
    made = _consolidation(session, request)
    said = reader(session, request.locale, request.written)
    buffer = io.StringIO()
    csv.writer(buffer).writerows(_lines(group_statements(made), said))
    name = f"consolidation-{made.period_end}.csv"
    return File(f"\ufeff{buffer.getvalue()}".encode(), name, "text/csv")


def _statements(
    shown: GroupStatements,
) -> tuple[tuple[str, tuple[Part, ...], tuple[Row, ...]], ...]:
    """Each statement with its parts and the rows below them."""
    return (
        (
            msg("Income statement"),
            (shown.income, shown.expenses),
            (shown.result, shown.minority, shown.owners),
        ),
        (
            msg("Balance sheet"),
            (shown.assets, shown.liabilities, shown.equity),
            (shown.others, shown.total),
        ),
    )


def _lines(shown: GroupStatements, said: Reader) -> Iterator[list[str]]:
    heads = map(said.say, (_ELIMINATED, _MINORITY, _GROUP))
    names = [harmless(company) for company in shown.companies]
    words = map(said.say, (msg("Statement"), msg("Part"), msg("Account"), msg("Name")))
    yield [*words, *names, *heads]
    for title, parts, below in _statements(shown):
        for part in parts:
            for row in (*part.rows, part.total):
                yield [said.say(title), said.say(part.title), *_cells(row, said)]
        for row in below:
            yield [said.say(title), "", *_cells(row, said)]


def _cells(row: Row, said: Reader) -> list[str]:
    name = row.title if row.code else said.say(row.title)
    return [harmless(row.code), harmless(name), *(f"{figure:f}" for figure in row.figures)]


def _consolidation(session: Session, request: Request) -> Consolidation:
    made = session.get(Consolidation, request.path_params["id"])
    if made is None:
        raise NotFound(phrase("There is no such consolidation."))
    return made


def _link(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if given["shape"].full_name != "accounting.consolidations":
        return None
    href = f"/accounting/consolidations/{given['record'].id}/statements"
    return {"href": href, "label": msg("Statements"), "icon": "layout-three-columns"}


ROUTES: Final = (
    Route("GET", "/consolidations/{id:int}/statements", show, CONSOLIDATE),
    Route("GET", "/consolidations/{id:int}/statements.csv", download, CONSOLIDATE),
)
SLOTS: Final = (Slot("core.record.tools", "accounting/record_tool.html", _link, CONSOLIDATE),)
