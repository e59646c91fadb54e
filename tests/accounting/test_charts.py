"""A company takes a chart of accounts: its accounts stand in lines of the statements, services
know where to post, taking it twice does no harm, and books of another chart stay as they are."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, post_entry
from addons.accounting.models import Account, Journal
from addons.accounting.options import AccountingOptions
from addons.accounting.services.charts.catalog import Chart, charts
from addons.accounting.services.charts.install import install_chart, installed_chart
from addons.accounting.services.default_accounts import AccountIsNotChosen, default_code
from addons.accounting.services.report_lines import LINES_BY_KEY, line_of
from core.api import Conflict, InvalidInput, NotFound, options

Browse = Callable[..., httpx.Client]
EVERY = pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.key)


@EVERY
def test_every_account_stands_in_a_line_that_takes_its_type(chart: Chart) -> None:
    assert 80 <= len(chart.accounts) <= 160
    assert len({account.code for account in chart.accounts}) == len(chart.accounts)
    for account in chart.accounts:
        assert account.type in LINES_BY_KEY[account.report_line].types, account
        assert all(account.names[language].strip() for language in chart.languages), account
        assert len({account.name, *account.names.values()}) == 1 + len(chart.languages), account


@EVERY
def test_control_accounts_have_open_items_and_every_default_is_an_account(chart: Chart) -> None:
    by_code = {account.code: account for account in chart.accounts}
    for account in chart.accounts:
        assert account.reconcilable or account.subtype not in ("receivable", "payable"), account
    assert by_code[chart.defaults["receivable_account"]].subtype == "receivable"
    assert by_code[chart.defaults["payable_account"]].subtype == "payable"
    assert by_code[chart.defaults["suspense_account"]].reconcilable
    assert set(chart.defaults.values()) <= set(by_code)
    for option in chart.defaults:
        assert hasattr(AccountingOptions(), option), option


@EVERY
def test_taking_a_chart_twice_changes_nothing(session: Session, chart: Chart) -> None:
    first = install_chart(session, chart.key)
    assert first.created == len(chart.accounts)
    company = options(session, AccountingOptions)
    assert company.company_currency == (chart.currency or AccountingOptions().company_currency)
    assert default_code(session, "exchange_gain_account") == "4610"
    again = install_chart(session, chart.key)
    assert (again.created, again.kept) == (0, len(chart.accounts))
    assert installed_chart(session) == chart.key
    assert session.scalar(select(func.count()).where(Journal.code == "OPN")) == 1
    cash = session.scalars(select(Account).where(Account.code == "1010")).one()
    assert (
        cash.name_local
        == next(a for a in chart.accounts if a.code == "1010").names[chart.languages[0]]
    )


def test_what_a_company_changed_stays_when_it_takes_the_chart_again(session: Session) -> None:
    install_chart(session, "saudi_arabia")
    cash = session.scalars(select(Account).where(Account.code == "1010")).one()
    cash.name = "Till in the shop"
    session.flush()
    install_chart(session, "saudi_arabia")
    session.refresh(cash)
    assert cash.name == "Till in the shop"


def test_a_chart_is_refused_where_entries_stand_on_other_accounts(
    session: Session, sale: Callable[..., EntryDraft]
) -> None:
    post_entry(session, sale("10"))
    with pytest.raises(Conflict, match="on 2 accounts that this chart does not have: Assets:Cash"):
        install_chart(session, "bangladesh")
    assert installed_chart(session) == ""


def test_a_code_of_another_type_is_named(session: Session) -> None:
    session.add(Account(code="1100", name="Rent", type="expense"))
    session.flush()
    with pytest.raises(Conflict, match="Account 1100 is there with the type expense"):
        install_chart(session, "general")


def test_a_chart_or_language_that_is_not_there_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="no chart of accounts atlantis") as raised:
        install_chart(session, "atlantis")
    assert "saudi_arabia" in str(raised.value.fix)
    with pytest.raises(InvalidInput):
        install_chart(session, "saudi_arabia", "bn")


def test_without_a_chart_a_service_says_which_account_is_to_be_chosen(session: Session) -> None:
    with pytest.raises(AccountIsNotChosen, match="Account for exchange gains"):
        default_code(session, "exchange_gain_account")


def test_accounts_of_an_imported_ledger_stand_in_a_line_by_their_type() -> None:
    assert line_of("asset", "bank").key == "bs.cash"
    assert line_of("expense").key == "pl.admin"
    assert line_of("liability", "", "pl.revenue").key == "bs.other_payables"
    assert line_of("asset", "", "bs.inventory").key == "bs.inventory"


def test_an_account_stands_in_a_line_of_its_type_and_is_found_by_its_second_name(
    as_user: Browse,
) -> None:
    browser = as_user("accounting.accountant")
    api = "/api/v1/accounting/accounts"
    sent = {"code": "7777", "name": "Zakat of the year", "name_local": "زكاة العام"}
    wrong = browser.post(api, json={**sent, "type": "expense", "report_line": "bs.cash"})
    assert wrong.status_code == 422
    assert "takes no account of this type" in wrong.text
    made = browser.post(api, json={**sent, "type": "expense", "report_line": "pl.zakat_tax"})
    assert made.status_code == 201, made.text
    found = browser.get(api, params={"q": "زكاة"})
    assert [account["code"] for account in found.json()["data"]] == ["7777"]
    address = f"{api}/{made.json()['id']}"
    version = {"If-Match": browser.get(address).headers["etag"]}
    assert browser.patch(address, json={"type": "asset"}, headers=version).status_code == 422


def test_an_accountant_takes_a_chart_on_its_page_and_an_auditor_only_looks(
    as_user: Browse,
) -> None:
    browser = as_user("accounting.accountant")
    page = browser.get("/accounting/charts", headers={"Accept-Language": "en"})
    assert page.status_code == 200, page.text
    assert "الذمم المدينة التجارية" in page.text
    assert "বাণিজ্যিক প্রাপ্য" in page.text
    auditor = as_user("accounting.auditor")
    assert "Put it in" not in auditor.get("/accounting/charts").text
    token = browser.cookies.get("csrf", "")
    assert auditor.post("/accounting/charts/general", data={"csrf": token}).status_code == 403
