"""Three companies in two currencies are consolidated in a fourth, all of it over HTTP.

Riyadh and Jeddah keep their books in SAR; Dhaka keeps its own in BDT and is owned to 80 %. Riyadh
has lent to Dhaka and billed Jeddah. The figures were worked out by hand:

    Dhaka, in BDT: bank 300,000, owed to Riyadh -100,000, capital -150,000, sales -50,000
    closing rate 0.03, average of 0.05 and 0.03: 9,000 - 3,000 - 4,500 - 2,000 leaves 500
    of others: 20 % of 2,000 and of 4,500 - 500, that is 400 and 800
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.accounting.models import Account, Consolidation, ConsolidationLine
from addons.accounting.services.companies.statements import group_statements
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests.accounting.group import ADDONS, close_month, enter, exchange_all, keep_books

JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
API = "/api/v1/accounting"
CHARTS = {
    "riyadh": ("SAR", "A:Bank", "A:Dhaka", "A:Jeddah", "E:Capital", "I:Sales", "I:Services"),
    "jeddah": ("SAR", "A:Bank", "L:Riyadh", "E:Capital", "I:Sales", "X:Services"),
    "dhaka": ("BDT", "A:Taka", "L:Riyadh", "E:Capital", "I:Sales"),
    "group": ("SAR", "A:Bank", "A:Due", "L:Due", "E:Capital", "I:Sales", "I:Due", "X:Due"),
}
BOOKS: dict[str, tuple[dict[str, str], ...]] = {
    "riyadh": (
        {"A:Bank": "10000", "E:Capital": "-10000"},
        {"A:Dhaka": "3000", "I:Sales": "-3000"},
        {"A:Jeddah": "500", "I:Services": "-500"},
    ),
    "jeddah": (
        {"A:Bank": "2000", "I:Sales": "-2000"},
        {"X:Services": "500", "L:Riyadh": "-500"},
    ),
    "dhaka": (
        {"A:Taka": "150000", "E:Capital": "-150000"},
        {"A:Taka": "100000", "L:Riyadh": "-100000"},
        {"A:Taka": "50000", "I:Sales": "-50000"},
    ),
    "group": (),
}
# Whose account, which of the group it is, and with whom it is.
MAPPING = (
    ("riyadh", "A:Dhaka", "A:Due", "dhaka"),
    ("riyadh", "A:Jeddah", "A:Due", "jeddah"),
    ("riyadh", "I:Services", "I:Due", "jeddah"),
    ("jeddah", "L:Riyadh", "L:Due", "riyadh"),
    ("jeddah", "X:Services", "X:Due", "riyadh"),
    ("dhaka", "A:Taka", "A:Bank", ""),
    ("dhaka", "L:Riyadh", "L:Due", "riyadh"),
)


@dataclass(frozen=True, slots=True)
class Company:
    """A company, and how its people reach it."""

    tenant: Tenant
    admin: httpx.Client
    accountant: httpx.Client
    auditor: httpx.Client


@pytest.fixture
def companies(kernel: Kernel, transport: AppTransport) -> Iterator[dict[str, Company]]:
    """All four with their books of January and February, which are closed; none knows another."""
    with ExitStack() as stack:
        found = {}
        for name, (currency, *chart) in CHARTS.items():
            tenant = stack.enter_context(fresh_tenant(kernel, f"gs-{name}", addons=ADDONS))
            keep_books(kernel, tenant, currency, *chart)
            for amounts in BOOKS[name]:
                enter(kernel, tenant, date(2026, 1, 5), **amounts)
            close_month(kernel, tenant, JANUARY)
            close_month(kernel, tenant, FEBRUARY)
            people = []
            for role in (ADMIN_ROLE, "accounting.accountant", "accounting.auditor"):
                browser = stack.enter_context(open_browser(transport, f"{tenant.slug}.localhost"))
                sign_in(kernel, tenant, browser, [role])
                people.append(browser)
            found[name] = Company(tenant, *people)
        yield found


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return answer.json()


def _agree(who: Company, other: Company, role: str, share: str = "100") -> int:
    sent = {"slug": other.tenant.slug, "role": role, "share": share}
    assert who.accountant.post(f"{API}/companies", json=sent).status_code == 403
    return _made(who.admin.post(f"{API}/companies", json=sent))["id"]


def _do(who: Company, link: int, action: str) -> None:
    answer = who.admin.post(f"{API}/companies/{link}/actions/{action}", json={})
    assert answer.status_code == 200, answer.text


def _received(group: Company) -> set[tuple[str, str]]:
    data = group.accountant.get(f"{API}/trial-snapshots").json()["data"]
    return {(each["link"]["title"], each["period_end"]) for each in data}


def _consolidate(group: Company, end: date) -> httpx.Response:
    sent = {"name": f"{end:%B}", "period_end": end.isoformat()}
    return group.accountant.post(f"{API}/consolidations", json=sent)


def _enter_rates(group: Company) -> None:
    """What a taka was worth at the month ends."""
    for day, rate in ((JANUARY, "0.05"), (FEBRUARY, "0.03")):
        sent = {"currency": "BDT", "date": day.isoformat(), "rate": rate}
        _made(group.accountant.post(f"{API}/rates", json=sent))


def _map_accounts(kernel: Kernel, group: Company, links: dict[str, int]) -> None:
    """Say which of the group's accounts those of its companies are, and with whom they are."""
    with kernel.session(group.tenant) as session:
        accounts = {account.code: account.id for account in session.scalars(select(Account))}
    for company, code, own, counterparty in MAPPING:
        sent: dict[str, Any] = {
            "link_id": links[company],
            "code": code,
            "account_id": accounts[own],
        }
        if counterparty:
            sent["counterparty_id"] = links[counterparty]
        _made(group.accountant.post(f"{API}/group-accounts", json=sent))


def _table(group: Company, made: int) -> dict[tuple[str, str, str], list[Decimal]]:
    """The statements as CSV: figures by statement, part and account."""
    answer = group.accountant.get(f"/accounting/consolidations/{made}/statements.csv")
    assert answer.status_code == 200, answer.text
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[4:] == ["Gs-Riyadh", "Gs-Jeddah", "Gs-Dhaka", "Eliminated", "Minority", "The group"]
    return {
        (title, part, code or name): [Decimal(figure) for figure in figures]
        for title, part, code, name, *figures in rows
    }


def test_a_group_is_made_of_what_its_companies_let_it_have(
    kernel: Kernel, companies: dict[str, Company]
) -> None:
    group = companies["group"]
    members = {name: company for name, company in companies.items() if name != "group"}
    shares = {"riyadh": "100", "jeddah": "100", "dhaka": "80"}
    links = {name: _agree(group, each, "collects", shares[name]) for name, each in members.items()}

    # The group alone has agreed: nothing comes, and there is nothing to consolidate.
    for link in links.values():
        _do(group, link, "exchange")
    assert _received(group) == set()
    assert "No company has published" in _consolidate(group, FEBRUARY).text

    consents = {}
    for name, member in members.items():
        consents[name] = _agree(member, group, "publishes")
        _do(member, consents[name], "exchange")
    _do(group, links["dhaka"], "exchange")
    months = {JANUARY.isoformat(), FEBRUARY.isoformat()}
    titles = {member.tenant.title for member in members.values()}
    assert _received(group) == {(title, month) for title in titles for month in months}
    for member in members.values():  # what it sent itself, and nothing of the others
        assert _received(member) == {(group.tenant.title, month) for month in months}

    refused = _consolidate(group, FEBRUARY)
    assert (refused.status_code, "BDT" in refused.text) == (422, True)
    _enter_rates(group)
    refused = _consolidate(group, FEBRUARY)
    assert (refused.status_code, "A:Dhaka, A:Jeddah" in refused.text) == (409, True)
    _map_accounts(kernel, group, links)
    made = _made(_consolidate(group, FEBRUARY))["id"]
    _require_statements(group, made)
    for stranger in (group.auditor, members["dhaka"].admin):
        answer = stranger.get(f"/accounting/consolidations/{made}/statements")
        assert answer.status_code == (403 if stranger is group.auditor else 404)

    # Dhaka takes its consent back: what it closes from now on stays at home.
    _do(members["dhaka"], consents["dhaka"], "withdraw")
    for member in members.values():
        close_month(kernel, member.tenant, MARCH)
        exchange_all(kernel, member.tenant)
    _do(group, links["riyadh"], "exchange")
    march = {title for title, month in _received(group) if month == MARCH.isoformat()}
    assert march == titles - {members["dhaka"].tenant.title}
    _require_what_is_left(group, _made(_consolidate(group, MARCH))["id"])


def _require_statements(group: Company, made: int) -> None:
    """The figures of the group, each beside what it was made of."""
    table = _table(group, made)

    def shown(title: str, part: str, name: str) -> list[str]:
        return [f"{figure:f}" for figure in table[title, part, name]]

    income, sheet = "Income statement", "Balance sheet"
    assert shown(income, "Income", "I:Sales") == [
        "3000.00", "2000.00", "2000.00", "0", "0", "7000.00",
    ]  # fmt: skip
    assert shown(income, "Income", "I:Due")[-3:] == ["-500.00", "0", "0.00"]
    assert shown(income, "Expenses", "Total")[-1] == "0.00"
    assert shown(income, "", "Result of minority shareholders")[-1] == "400.00"
    assert shown(income, "", "Result of the owners")[-1] == "6600.00"
    assert shown(sheet, "Assets", "A:Bank") == [
        "10000.00", "2000.00", "9000.00", "0", "0", "21000.00",
    ]  # fmt: skip
    assert shown(sheet, "Assets", "A:Due")[-3:] == ["-3500.00", "0", "0.00"]
    assert shown(sheet, "Liabilities", "Total")[-1] == "0.00"
    equity = "Equity of the owners"
    assert shown(sheet, equity, "Currency translation differences")[-1] == "-500.00"
    assert shown(sheet, equity, "Total")[-1] == "19800.00"
    assert shown(sheet, "", "Minority interest")[-1] == "1200.00"
    # Each company, what was taken out and what others own balance by themselves.
    assert table[sheet, "Assets", "Total"] == table[sheet, "", "Liabilities and equity"]
    page = group.accountant.get(f"/accounting/consolidations/{made}")
    assert f"/accounting/consolidations/{made}/statements" in page.text
    page = group.accountant.get(f"/accounting/consolidations/{made}/statements")
    assert page.status_code == 200, page.text
    assert "19,800.00" in page.text


def _require_what_is_left(group: Company, made: int) -> None:
    """Without Dhaka, what Riyadh lent it is owed to the group again."""
    answer = group.accountant.get(f"/accounting/consolidations/{made}/statements")
    assert answer.status_code == 200, answer.text
    assert "Gs-Dhaka" not in answer.text
    assert "3,000.00" in answer.text


_AMOUNTS: Final = st.decimals(-(10**6), 10**6, places=2)
_KINDS: Final = st.sampled_from(["asset", "liability", "equity", "income", "expense"])
_STEPS: Final = (("company", "Riyadh"), ("company", "Dhaka"), ("internal", ""), ("minority", ""))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(_STEPS), _KINDS, _AMOUNTS), max_size=25))
def test_each_column_of_any_group_balances(
    figures: list[tuple[tuple[str, str], str, Decimal]],
) -> None:
    lines = [
        ConsolidationLine(
            kind=step, company=company, code=kind, name=kind, type=kind, amount=amount
        )
        for (step, company), kind, amount in figures
    ]
    for step, company in _STEPS:
        left = sum(line.amount for line in lines if (line.kind, line.company) == (step, company))
        lines.append(
            ConsolidationLine(
                kind=step, company=company, code="rest", name="rest", type="asset", amount=-left
            )
        )
    shown = group_statements(Consolidation(lines=lines))
    assert set(shown.companies) == {"Riyadh", "Dhaka"}
    assert shown.assets.total.figures == shown.total.figures
    for part in (shown.income, shown.expenses, shown.assets, shown.liabilities, shown.equity):
        assert all(sum(row.figures[:-1]) == row.group for row in (*part.rows, part.total))
    together = zip(shown.owners.figures, shown.minority.figures, strict=True)
    assert shown.result.figures == tuple(owners + others for owners, others in together)
