"""Who sees what: somebody who keeps one branch sees its figures alone and is told so, in pages,
files, lines and the command line; and a saved report shows each reader only what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal

import httpx
import pytest
from sqlalchemy.orm import Session

from addons.reporting.services.asking import Asked
from addons.reporting.services.build import build
from addons.reporting.services.definitions.shipped import ALL
from core.auth.actor import Actor
from core.auth.models import Branch, BranchMember
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tests.reporting.conftest import post_lines
from tests.workspace.conftest import Person, hired

YEAR = "?from=2026-01-01&to=2026-12-31"
Browse = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def places(kernel: Kernel, tenant: Tenant) -> dict[str, int]:
    """Riyadh sold for 100, Jeddah for 30, and the company as such for 7."""
    with kernel.session(tenant) as session:
        branches = {name: Branch(name=name) for name in ("Riyadh", "Jeddah")}
        session.add_all(branches.values())
        session.flush()
        ids = {name: branch.id for name, branch in branches.items()}
        day = date(2026, 3, 1)
        for name, amount in (("Riyadh", 100), ("Jeddah", 30)):
            lines = {"1100": amount, "4000": -amount}
            post_lines(session, day, lines, branch_id=ids[name], partner=f"{name} customer")
        post_lines(session, day, {"1010": 7, "4000": -7})
        return ids


@pytest.fixture(scope="module")
def keeper(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, places: dict[str, int]
) -> Iterator[Person]:
    """A signed-in bookkeeper of Riyadh."""
    with ExitStack() as stack:
        person = hired(
            stack,
            kernel,
            transport,
            tenant,
            {"accounting.books.view": "branch", "accounting.reports.send": "branch"},
        )
        with kernel.session(tenant) as session:
            member = BranchMember(branch_id=places["Riyadh"], user_id=person.user_id)
            session.add(member)
        yield person


@pytest.mark.parametrize("report", [one.key for one in ALL])
def test_a_keeper_of_a_branch_sees_nothing_of_the_others(keeper: Person, report: str) -> None:
    for kind in ("", "/file", "xlsx"):
        url = f"/reporting/view/{report}/file{YEAR}&format=csv" if kind else ""
        answer = keeper.http.get(url or f"/reporting/view/{report}{YEAR}")
        assert answer.status_code == 200, answer.text
        assert "Jeddah" not in answer.text
        assert "137" not in answer.text.split("<main", 1)[-1].replace("2137", "")


def test_the_report_says_of_whom_it_is(keeper: Person) -> None:
    page = keeper.http.get(f"/reporting/view/profit-and-loss{YEAR}").text
    assert "Of your branches alone: Riyadh." in page
    assert "100.00" in page
    assert "130.00" not in page


def test_lines_and_other_branches_are_out_of_reach_too(
    keeper: Person, places: dict[str, int], session: Session
) -> None:
    from addons.accounting.api import report_accounts

    ids = {account.code: account.id for account in report_accounts(session)}
    lines = keeper.http.get(f"/reporting/account/{ids['4000']}{YEAR}").text
    assert "100.00" in lines
    assert "30.00" not in lines.replace("130.00", "")
    other = keeper.http.get(f"/reporting/view/balance-sheet{YEAR}&branch={places['Jeddah']}")
    assert other.status_code == 404
    partner = keeper.http.get(f"/reporting/partner{YEAR}&name=Jeddah customer").text
    assert "30.00" not in partner


def test_who_keeps_no_branch_sees_no_figure(kernel: Kernel, tenant: Tenant) -> None:
    from core.api import Forbidden

    who = Actor("user", "Nobody", grants={"accounting.books.view": "branch"})
    with kernel.session(tenant, actor=who) as session, pytest.raises(Forbidden, match="no branch"):
        build(session, Asked("balance-sheet"), "en")


def test_the_branches_side_by_side_add_up_to_the_company(
    session: Session, places: dict[str, int]
) -> None:
    asked = Asked("profit-and-loss", "custom", date(2026, 1, 1), date(2026, 12, 31), by="branch")
    sheet = build(session, asked, "en").sheet
    row = sheet.row("profit")
    assert row is not None
    *parts, together = [cell.value for cell in row.cells]
    assert {str(part) for part in parts} == {"7", "30", "100"}
    assert together == Decimal(137)


def test_a_shared_report_shows_each_reader_their_own_figures(
    as_user: Browse, keeper: Person, tenant: Tenant
) -> None:
    owner = as_user()
    token = _token(owner.get(f"/reporting/view/profit-and-loss{YEAR}").text)
    kept = owner.post(
        "/reporting/view/profit-and-loss/keep",
        data={
            "csrf_token": token,
            "name": "Results",
            "period": "custom",
            "from": "2026-01-01",
            "to": "2026-12-31",
        },
    )
    address = kept.headers["location"]
    assert keeper.http.get(address).status_code == 404
    shared = owner.post(
        address, data={"csrf_token": token, "name": "Results", "shared": "everybody"}
    )
    assert shared.status_code == 303, shared.text
    page = keeper.http.get(address)
    assert page.status_code == 200
    assert "Results" in keeper.http.get("/reporting").text
    refused = keeper.post(address, {"name": "Mine now", "shared": "private"})
    assert refused.status_code == 403


def _token(page: str) -> str:
    import re

    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]
