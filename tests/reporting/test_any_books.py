"""Whatever is posted, the statements hold together: the balance sheet balances, the cash flow ends
in the ledger's cash, the result is what equity gained, and any row is the sum of its accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from addons.accounting.api import DaySpan, movements, report_accounts
from addons.accounting.services.ledger import seal_now
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.definitions.selections import parse_selection
from addons.reporting.services.definitions.shipped import SHIPPED
from addons.reporting.services.definitions.values import Row
from tests.reporting.conftest import CHART, post_lines

CODES = [code for code, *_ in CHART]
FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
entries = st.lists(
    st.tuples(
        st.integers(0, 800),
        st.sampled_from(CODES),
        st.sampled_from(CODES),
        st.decimals("0.01", "99999.99", places=2),
    ),
    min_size=1,
    max_size=12,
)
days = st.tuples(st.integers(0, 800), st.integers(0, 400))
FIRST = date(2024, 1, 1)


def _keep(session: Session, made: list[tuple[int, str, str, Decimal]]) -> None:
    for ahead, debit, credit, amount in made:
        if debit != credit:
            day = FIRST + timedelta(days=ahead)
            post_lines(session, day, {debit: amount, credit: -amount})
    seal_now(session)


def _asked(report: str, span: tuple[int, int]) -> Asked:
    start = FIRST + timedelta(days=span[0])
    return Asked(report, "custom", start, start + timedelta(days=span[1]))


@FEW
@given(made=entries, span=days)
def test_every_statement_agrees_with_the_books(
    session: Session, made: list[tuple[int, str, str, Decimal]], span: tuple[int, int]
) -> None:
    with session.begin_nested() as nested:
        _keep(session, made)
        sheets = {key: build(session, _asked(key, span), "en").sheet for key in _STATEMENTS}
        nested.rollback()
    for sheet in sheets.values():
        assert [check for check in sheet.checks if check.state in ("bad", "warning")] == []
    sheet, equity = sheets["balance-sheet"], sheets["changes-in-equity"]
    assert sheet.value("assets_total") == sheet.value("claims_total")
    assert equity.value("equity_total", 4) == sheet.value("equity_total")
    profit = sheets["profit-and-loss"].value("profit")
    assert equity.value("equity_total", 1) == profit
    assert sheets["profit-and-loss-by-nature"].value("profit") == profit
    for key in ("cash-flow", "cash-flow-direct"):
        flow = sheets[key]
        opening, closing = flow.value("opening_cash"), flow.value("closing_cash")
        assert opening is not None
        assert closing is not None
        assert flow.value("net_change") == closing - opening


_STATEMENTS = (
    "profit-and-loss",
    "profit-and-loss-by-nature",
    "balance-sheet",
    "cash-flow",
    "cash-flow-direct",
    "changes-in-equity",
    "trial-balance",
)
conditions = st.sampled_from(
    (
        *("type:asset", "type:expense", "-type:income", "code:1*", "code:2000..4999"),
        *("-code:1010", "subtype:bank", "line:pl.revenue", "line:pl.admin", "all"),
    )
)
selections = st.lists(
    st.lists(conditions, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3
).map(", ".join)


@FEW
@given(made=entries, span=days, select=selections)
def test_any_row_is_the_sum_of_the_accounts_that_it_selects(
    session: Session,
    made: list[tuple[int, str, str, Decimal]],
    span: tuple[int, int],
    select: str,
) -> None:
    row = Row("mine", "accounts", {"en": "Mine"}, select=select, detail="open")
    twice = Row("twice", "formula", {"en": "Twice"}, formula="2 * mine - 0")
    definition = replace(SHIPPED["profit-and-loss"], rows=(row, twice), covers=(), proof={})
    with session.begin_nested() as nested:
        _keep(session, made)
        asked = _asked("profit-and-loss", span)
        sheet = build(session, asked, "en", definition=definition).sheet
        read = movements(session, [DaySpan(asked.start, asked.end)], "USD")
        chosen = parse_selection(select).choose(report_accounts(session))
        nested.rollback()
    (found,) = read.values()
    wanted = sum(
        (found[one.id].debit - found[one.id].credit for one in chosen if one.id in found),
        Decimal(0),
    )
    assert sheet.value("mine") == wanted
    assert sheet.value("twice") == 2 * wanted
    children = [one.cells[0].value for one in sheet.rows if one.parent == "mine"]
    assert sum((value for value in children if isinstance(value, Decimal)), Decimal(0)) == wanted
