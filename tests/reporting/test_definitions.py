"""Definitions: read, checked against the chart with what is wrong named, changed by whoever may,
kept apart from others' changes, and restored."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from addons.accounting.api import report_accounts
from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.definitions.checking import plan
from addons.reporting.services.definitions.formulas import FormulaError, parse, work_out
from addons.reporting.services.definitions.reading import from_json, to_json
from addons.reporting.services.definitions.shipped import ALL, SHIPPED
from addons.reporting.services.definitions.store import copy_definition, save_definition
from addons.reporting.services.definitions.values import LANGUAGES, Row
from core.api import Conflict, InvalidInput
from tests.reporting.conftest import Post

PROFIT = SHIPPED["profit-and-loss"]
Browse = Callable[..., httpx.Client]


def _changed(**changes: Any) -> dict[str, Any]:
    """The content of the income statement with rows changed by key."""
    content = to_json(PROFIT)
    for row in content["rows"]:
        row.update(changes.get(row["key"], {}))
    return content


@pytest.mark.parametrize("definition", ALL, ids=lambda one: one.key)
def test_a_shipped_definition_is_whole_in_every_language(session: Session, definition: Any) -> None:
    assert set(definition.titles) == set(LANGUAGES)
    assert all(set(row.titles) == set(LANGUAGES) for row in definition.rows)
    assert plan(definition, report_accounts(session)).findings == ()
    assert from_json(definition, to_json(definition)) == definition


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("revenue +", "ends too early"),
        ("(revenue", "not closed"),
        ("revenue revenue", "not expected"),
        ("__import__('os')", "neither a row, a number"),
        ("revenue ** 2", "not expected"),
        ("(" * 60 + "1" + ")" * 60, "too many brackets"),
        ("nothing_here", "no row nothing_here"),
        ("profit", "goes in a circle"),
    ],
)
def test_a_formula_that_cannot_be_worked_out_is_named_with_its_row(
    session: Session, formula: str, reason: str
) -> None:
    definition = from_json(PROFIT, _changed(gross_profit={"formula": formula}))
    found = plan(definition, report_accounts(session)).findings
    assert any(reason in one.sentence for one in found), found
    assert found[0].severity == "bad"
    with pytest.raises(InvalidInput, match=re.escape(reason)):
        build(session, Asked(PROFIT.key), "en", definition=definition)


@given(st.text(max_size=40))
def test_no_text_is_executed_or_breaks_the_parser(formula: str) -> None:
    with suppress(FormulaError):
        found = work_out(parse(formula), lambda key: Decimal(1))
        assert found is None or isinstance(found, Decimal)


@pytest.mark.parametrize(
    ("select", "reason"),
    [
        ("", "Say which accounts"),
        ("type:profit", "none of"),
        ("line:pl.nothing", "none of"),
        ("color:red", "choose type, subtype, line or code"),
        ("all -rest", "cannot be turned round"),
    ],
)
def test_a_selection_that_nothing_can_read_is_named(
    session: Session, select: str, reason: str
) -> None:
    definition = from_json(PROFIT, _changed(revenue={"select": select}))
    (finding,) = [
        one for one in plan(definition, report_accounts(session)).findings if one.row is not None
    ]
    assert reason in finding.sentence
    assert finding.row == 0


def test_accounts_that_stand_twice_or_nowhere_are_named_on_the_report(session: Session) -> None:
    twice = from_json(PROFIT, _changed(revenue={"select": "line:pl.revenue, code:6000"}))
    sheet = build(session, Asked(PROFIT.key), "en", definition=twice).sheet
    told = [check.sentence for check in sheet.checks if check.state == "warning"]
    assert told == ["6000 is counted 2 times: in revenue, admin."]
    nowhere = from_json(PROFIT, _changed(admin={"select": "code:6000"}))
    sheet = build(session, Asked(PROFIT.key), "en", definition=nowhere).sheet
    assert [check.sentence for check in sheet.checks if check.state == "warning"] == [
        "No row has 6200."
    ]


def test_a_result_that_leaves_an_account_out_is_red(session: Session, post: Post) -> None:
    from addons.accounting.services.ledger import seal_now

    post(date(2026, 2, 1), {"6200": 70, "1010": -70})
    seal_now(session)
    nowhere = from_json(PROFIT, _changed(admin={"select": "code:6000"}))
    asked = Asked(PROFIT.key, "custom", date(2026, 1, 1), date(2026, 12, 31))
    checks = build(session, asked, "en", definition=nowhere).sheet.checks
    assert checks[0].state == "bad"
    assert checks[0].sentence == (
        "The result is not that of all income and expense accounts. Difference: 70.00 USD."
    )


def test_a_row_takes_what_others_leave(session: Session) -> None:
    rest = Row("rest", "accounts", {"en": "Rest"}, select="rest -code:1* -code:2* -code:3*")
    sales = Row("sales", "accounts", {"en": "Sales"}, select="code:4*")
    made = replace(PROFIT, rows=(rest, sales), proof={})
    ready = plan(made, report_accounts(session))
    assert [one.code for one in ready.accounts["rest"]] == ["5000", "6000", "6100", "6200"]


def test_two_who_change_a_report_at_once_do_not_overwrite_each_other(session: Session) -> None:
    content = _changed(revenue={"titles": {"en": "Turnover"}})
    save_definition(session, PROFIT.key, content, version=0)
    with pytest.raises(Conflict, match="Somebody else has changed this report"):
        save_definition(session, PROFIT.key, content, version=0)


def test_a_copy_is_a_report_of_its_own(session: Session) -> None:
    key = copy_definition(session, PROFIT.key, "Board view", "en")
    assert key == "board-view"
    sheet = build(session, Asked(key), "en").sheet
    assert sheet.title == "Board view"
    assert copy_definition(session, key, "Board view", "en") == "board-view-2"


def test_an_auditor_reads_reports_and_changes_none(as_user: Browse) -> None:
    auditor = as_user("accounting.auditor")
    page = auditor.get("/reporting/view/profit-and-loss")
    assert page.status_code == 200
    assert "/reporting/edit/" not in page.text
    assert auditor.get("/reporting/edit/profit-and-loss").status_code == 403


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("period=someday", "no period called someday"),
        ("from=2026-13-01", "is not a date"),
        ("from=2026-02-01&to=2026-01-01", "last day is before the first"),
        ("compare=weather", "Choose one of"),
        ("branch=99", "no such branch"),
        ("present=XXX", "no rate of XXX"),
        ("by=dimension&dimension=4", "Choose a dimension"),
        ("from=0001-01-01&to=9999-12-31&compare=previous", "No calendar has these days"),
        ("period=fiscal:1066", "no fiscal year 1066"),
    ],
)
def test_what_cannot_be_asked_is_said_so_and_never_breaks(
    as_user: Browse, query: str, reason: str
) -> None:
    answer = as_user("accounting.auditor").get(f"/reporting/view/balance-sheet?{query}")
    assert answer.status_code in (404, 422), answer.text
    assert reason in answer.text
