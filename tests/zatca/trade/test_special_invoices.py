"""What the authority wants to know of an invoice that is not ordinary is said beside it, before
it is posted: issued by a third party, a nominal supply, a summary of a period."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from addons.zatca.models import Document, SpecialInvoice
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop
from tests.zatca.authority.validator import validate
from tests.zatca.trade.trader import business, draft, goods, line, posted, said

Browse = Callable[..., httpx.Client]
MARKS = "/api/v1/zatca/special-invoices"


@pytest.fixture(scope="module")
def tenant(company: Tenant) -> Tenant:
    return company


def test_a_special_invoice_tells_the_authority_what_is_special(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    with kernel.session(company) as session:
        person = Shop(session).customer(kind="person")
        drafts = [draft(session, buyer, line(goods(session))).id
                  for buyer in (business(session), person, business(session))]  # fmt: skip
        at_a_till = draft(session, person, line(goods(session))).id
    browser, until = as_user(), utc_now().date() + timedelta(days=6)
    for invoice, standard, marks, code in (
        (drafts[0], True, {"third_party": True, "nominal": True}, "0111000"),
        (drafts[2], True, {"self_billed": True}, "0100001"),
        (drafts[1], False, {"summary": True, "supply_until": f"{until}"}, "0200010"),
    ):
        page = browser.get(f"/sales/invoices/{invoice}").text
        assert f"/zatca/special-invoices/new?invoice_id={invoice}" in page
        marked = browser.post(MARKS, json={"invoice_id": invoice, **marks})
        assert marked.status_code == 201, marked.text
        twice = browser.post(MARKS, json={"invoice_id": invoice, "nominal": True})
        assert (twice.status_code, "marked already" in twice.text) == (422, True)
        posted = browser.post(f"/api/v1/sales/invoices/{invoice}/actions/post", json={})
        assert posted.status_code == 200, posted.text
        with kernel.session(company) as session:
            document = session.query(Document).filter_by(source_id=invoice).one()
            verdict = validate(document.xml, previous_hash=document.previous_hash)
            assert [*verdict.errors, *verdict.warnings] == []
            assert f'name="{code}"' in document.xml.decode()
            assert document.standard is standard
            if "summary" in marks:
                assert said(document, "LatestDeliveryDate") == [f"{until}"]
        late = browser.patch(
            f"{MARKS}/{marked.json()['id']}",
            json={"nominal": True},
            headers={"if-match": marked.headers["etag"]},
        )
        assert (late.status_code, "is signed" in late.text) == (409, True)

    assert browser.post(MARKS, json={"invoice_id": at_a_till, "self_billed": True}).is_success
    refused = browser.post(f"/api/v1/sales/invoices/{at_a_till}/actions/post", json={})
    assert (refused.status_code, "made out by its buyer" in refused.text) == (422, True)


def test_an_invoice_that_asks_for_more_is_a_debit_note(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    with kernel.session(company) as session:
        buyer, stranger, tea = business(session), business(session), goods(session)
        first, other = posted(session, buyer, line(tea)), posted(session, stranger, line(tea))
        asked = draft(session, buyer, line(tea))
        names = first.id, other.id, asked.id, first.number
    corrected, foreign, invoice, number = names
    browser = as_user()
    why = {"reason": "The price was too low"}
    for marks, field in (
        ({"corrects_id": corrected}, "reason"),
        ({"corrects_id": invoice, **why}, "corrects_id"),
    ):
        refused = browser.post(MARKS, json={"invoice_id": invoice, **marks})
        assert [one["field"] for one in refused.json()["errors"]] == [field]
    wrong = browser.post(MARKS, json={"invoice_id": invoice, "corrects_id": foreign, **why})
    refused = browser.post(f"/api/v1/sales/invoices/{invoice}/actions/post", json={})
    assert (refused.status_code, "of the same customer" in refused.text) == (422, True)
    page = f"/zatca/special-invoices/{wrong.json()['id']}"
    assert "<h1>Debit note</h1>" in _headed(browser.get(page).text)
    mended = browser.patch(
        f"{MARKS}/{wrong.json()['id']}",
        json={"corrects_id": corrected},
        headers={"if-match": wrong.headers["etag"]},
    )
    assert mended.is_success, mended.text
    assert browser.post(f"/api/v1/sales/invoices/{invoice}/actions/post", json={}).is_success
    with kernel.session(company) as session:
        document = session.query(Document).filter_by(source_id=invoice).one()
        verdict = validate(document.xml, previous_hash=document.previous_hash)
        assert [*verdict.errors, *verdict.warnings] == []
        assert (document.kind, said(document, "InstructionNote")) == ("383", [why["reason"]])
        assert number in said(document, "ID")
        own = document.number
    assert f"<h1>{own}</h1>" in _headed(browser.get(page).text)


def _headed(page: str) -> str:
    """The page with its headings alone in their tags."""
    return re.sub(r"<h1[^>]*>\s*(?:<bdi>)?([^<]*?)(?:</bdi>)?\s*</h1>", r"<h1>\1</h1>", page)


def test_marks_that_cannot_be_are_refused_at_their_field(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    with kernel.session(company) as session:
        invoice = draft(session, business(session), line(goods(session))).id
    browser = as_user()
    for marks, field in (
        ({}, "summary"),
        ({"summary": True}, "supply_until"),
    ):
        refused = browser.post(MARKS, json={"invoice_id": invoice, **marks})
        assert refused.status_code == 422
        assert [one["field"] for one in refused.json()["errors"]] == [field]
    before = utc_now().date() - timedelta(days=1)
    marked = browser.post(
        MARKS, json={"invoice_id": invoice, "summary": True, "supply_until": f"{before}"}
    )
    refused = browser.post(f"/api/v1/sales/invoices/{invoice}/actions/post", json={})
    assert (refused.status_code, "ends before it begins" in refused.text) == (422, True)
    mended = browser.delete(
        f"{MARKS}/{marked.json()['id']}", headers={"if-match": marked.headers["etag"]}
    )
    assert mended.status_code == 204
    assert browser.post(f"/api/v1/sales/invoices/{invoice}/actions/post", json={}).is_success
    assert as_user("zatca.auditor").post(MARKS, json={"invoice_id": invoice}).status_code == 403


def test_marks_can_be_mended_while_the_authority_refuses_the_document(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    with kernel.session(company) as session:
        invoice = draft(session, business(session), line(goods(session))).id
    browser = as_user()
    assert browser.post(f"/api/v1/sales/invoices/{invoice}/actions/post", json={}).is_success
    with kernel.session(company) as session:
        document = session.query(Document).filter_by(source_id=invoice).one()
        document.state = "REJECTED"
        document.errors = [{"code": "BR-KSA-07", "category": "", "message": "told"}]
    assert browser.post(MARKS, json={"invoice_id": invoice, "third_party": True}).is_success
    assert browser.post(f"/zatca/reasons/{document.id}/mend").status_code == 303
    with kernel.session(company) as session:
        following = session.query(Document).filter_by(supersedes_id=document.id).one()
        assert 'name="0110000"' in following.xml.decode()
        assert session.query(SpecialInvoice).filter_by(invoice_id=invoice).one().third_party
