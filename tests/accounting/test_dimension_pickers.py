"""Cost centres and projects are looked up while a split is typed: in entries, templates and
deferrals, and at the bank, where the contact is chosen too and its file can be had again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalLine
from addons.accounting.models.bank import BankLine
from addons.accounting.services.dimensions.masters import create_dimension, create_value
from addons.accounting.services.dimensions.splits import read_split
from addons.accounting.services.dimensions.suggesting import suggest_split
from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import csrf_token
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.accounting.banking import camt, open_bank
from tests.accounting.trading import Trade, set_up

FILE = camt(("-60", "Taxi Riyadh"), ("-40", "Parking"))


@pytest.fixture(scope="module")
def trade(kernel: Kernel, tenant: Tenant) -> Trade:
    """A company with cost centres, a project, and a bank account."""
    with kernel.session(tenant) as session:
        trade = set_up(session)
        centre = create_dimension(session, {"code": "CC", "name": "Cost centre"})
        project = create_dimension(session, {"code": "PRJ", "name": "Project"})
        for dimension, code, name in (
            (centre, "RUH", "Riyadh"),
            (centre, "JED", "Jeddah"),
            (centre, "DMM", "Dammam"),
            (project, "P7", "Project 7"),
        ):
            create_value(session, {"dimension_id": dimension.id, "code": code, "name": name})
        open_bank(session)
        return trade


@pytest.fixture
def accountant(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, trade: Trade
) -> Iterator[httpx.Client]:
    with ExitStack() as stack:
        http = stack.enter_context(open_browser(transport, f"{tenant.slug}.localhost"))
        sign_in(kernel, tenant, http, ["accounting.accountant"])
        http.headers["x-csrf-token"] = csrf_token(http.cookies[SESSION_COOKIE])
        yield http


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["CC: DMM", "CC: JED", "CC: RUH", "PRJ: P7"]),
        ("riy", ["CC: RUH"]),
        ("jeddah", ["CC: JED"]),
        ("CC: ", ["CC: DMM", "CC: JED", "CC: RUH"]),
        ("CC: RUH 60, ", ["CC: RUH 60, DMM", "CC: RUH 60, JED"]),
        ("CC: RUH 60", ["CC: RUH 60, DMM", "CC: RUH 60, JED"]),
        ("RUH 60, j", ["RUH 60, JED"]),
        ("CC: RUH 60, JED 40", []),
        ("CC: RUH; ", ["CC: RUH; PRJ: P7"]),
        ("CC: RUH; p", ["CC: RUH; PRJ: P7"]),
        ("CC: 100%_", []),
        ("nothing like it", []),
    ],
)
def test_the_last_value_of_a_split_is_completed(
    session: Session, trade: Trade, typed: str, offered: list[str]
) -> None:
    assert [one.text for one in suggest_split(session, typed)] == offered


def test_whatever_is_offered_can_be_read(session: Session, trade: Trade) -> None:
    for typed in ("", "CC: RUH 60", "RUH 60, ", "CC: RUH; ", "ri"):
        for one in suggest_split(session, typed):
            assert read_split(session, one.text) is not None


def test_what_is_left_of_the_hundred_percent_is_said(session: Session, trade: Trade) -> None:
    (first, *_) = suggest_split(session, "CC: RUH 60.5, ")
    assert str(first.title) == "Cost centre: DMM · Dammam (39.5 % left)"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("entries", "lines.dimensions"),
        ("entry-templates", "lines.dimensions"),
        ("deferrals", "dimensions"),
    ],
)
def test_forms_ask_for_values_where_splits_are_typed(
    accountant: httpx.Client, form: str, field: str
) -> None:
    page = accountant.get(f"/accounting/{form}/new").text
    address = f"/accounting/{form}/suggestions?field={field}"
    assert f'data-lookup="{address}"' in page
    options = accountant.get(f"{address}&q=rIy", headers={"hx-request": "true"})
    assert re.findall(r'data-text="([^"]*)"', options.text) == ["CC: RUH"]
    assert "Riyadh" in options.text


def test_only_fields_that_have_suggestions_are_asked(accountant: httpx.Client) -> None:
    for field in ("lines.label", "number", "", "lines.dimensions.code"):
        answer = accountant.get(f"/accounting/entries/suggestions?field={field}")
        assert answer.status_code == 404
    assert accountant.get("/accounting/journals/suggestions?field=code").status_code == 404


def test_a_movement_is_booked_with_its_contact_and_dimensions(
    accountant: httpx.Client, session: Session, trade: Trade
) -> None:
    answer = accountant.post("/accounting/bank/import", files={"file": ("march.xml", FILE)})
    assert answer.status_code == 303, answer.text
    session.rollback()
    lines = {one.text: one.id for one in session.scalars(select(BankLine))}
    taxi = f"/accounting/bank/lines/{lines['Taxi Riyadh']}"
    form = accountant.get(taxi, headers={"hx-request": "true"}).text
    assert 'data-lookup="/contacts/contacts/lookup"' in form
    assert 'data-lookup="/accounting/entries/suggestions?field=lines.dimensions"' in form
    given = {
        "partner_id": "", "partner_id.text": "eastern supplies", "account": "5000", "part": "-60",
        "label": "Taxi", "tax_code": "", "dimensions": "RUH 60, JED; P7",
    }  # fmt: skip
    wrong = accountant.post(f"{taxi}/accept", data={**given, "dimensions": "Mecca"})
    assert wrong.status_code == 422
    nobody = accountant.post(f"{taxi}/accept", data={**given, "partner_id.text": "Nobody"})
    assert "Nothing is called" in unescape(nobody.text)
    assert accountant.post(f"{taxi}/accept", data=given).status_code == 303
    session.rollback()
    line = session.scalars(select(JournalLine).where(JournalLine.label == "Taxi")).one()
    assert line.dimensions == "CC: RUH 60, JED 40; PRJ: P7"
    assert line.partner_id == trade.eastern


def test_the_original_file_can_be_had_again_to_the_byte(
    accountant: httpx.Client, as_user: object
) -> None:
    accountant.post("/accounting/bank/import", files={"file": ("march.xml", FILE)})
    (statement,) = accountant.get("/api/v1/accounting/bank-statements").json()["data"]
    page = accountant.get(f"/accounting/bank-statements/{statement['id']}").text
    address = f"/accounting/bank/statements/{statement['id']}/file"
    assert f'href="{address}"' in page
    file = accountant.get(address)
    assert file.content == FILE
    assert "attachment" in file.headers["content-disposition"]
    assert "march.xml" in file.headers["content-disposition"]
    stranger: httpx.Client = as_user("contacts.manager")  # type: ignore[operator]
    assert stranger.get(address).status_code == 403
    assert accountant.get("/accounting/bank/statements/999/file").status_code == 404
