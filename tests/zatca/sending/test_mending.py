"""From the posted invoice to the authority and back: an outage keeps nobody from selling, and a
refused invoice is followed by another that the authority clears. The refused one keeps its place
in the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import select

from addons.sales.models import Invoice
from addons.zatca.jobs import CATCH_UP_JOB
from addons.zatca.models import Device, Document, Unmade
from addons.zatca.services.doctor import examine
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.sales.conftest import Shop, whole_company
from tests.zatca.authority.mischief import REFUSED
from tests.zatca.authority.server import StandIn
from tests.zatca.authority.validator import validate
from tests.zatca.sending.company import Company
from tests.zatca.trade.trader import business, document_of, draft, goods, line, posted

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A trader with books and taxes."""
    with whole_company(kernel) as tenant:
        yield tenant


def test_a_refused_invoice_is_followed_by_one_that_is_cleared(
    company: Company,
    authority: StandIn,
    as_user: Callable[..., httpx.Client],
    work: Callable[..., int],
) -> None:
    device = company.active_device()
    authority.outage(True)
    with company.kernel.session(company.tenant) as session:
        invoice = posted(session, business(session), line(goods(session), "2"))
    work()
    with company.kernel.session(company.tenant) as session:
        refused = document_of(session, invoice)
        assert (refused.state, refused.standard, refused.counter) == ("PENDING", True, 1)
        refused.next_try_at = None
    authority.outage(False)
    authority.misbehave(REFUSED)
    browser = as_user()
    page = f"/zatca/reasons/{refused.id}"
    browser.post(f"{page}/send")
    work()
    told = browser.get(page).text
    assert "The certificate is for another VAT number" in told
    assert "User only allowed to use the vat number" in told

    mended = browser.post(f"{page}/mend")
    assert mended.status_code == 303, mended.text
    work()
    with company.kernel.session(company.tenant) as session:
        chain = session.scalars(
            select(Document).where(Document.device_id == device).order_by(Document.counter)
        ).all()
        assert [one.state for one in chain] == ["SUPERSEDED", "CLEARED"]
        assert chain[1].supersedes_id == chain[0].id
        assert chain[1].previous_hash == chain[0].hash
        assert chain[1].uuid != chain[0].uuid
        verdict = validate(chain[1].xml, chain[0].hash)
        assert (verdict.errors, verdict.warnings) == (frozenset(), frozenset())
        (diagnosis,) = examine(session, device)
        assert not diagnosis.complaints
        kept = authority.register.received
        assert (chain[0].uuid in kept, chain[1].uuid in kept) == (False, True)
    assert browser.post(f"{page}/mend").status_code == 409


def test_what_is_sold_without_any_device_gets_its_document_from_the_next_one(
    company: Company,
    as_user: Callable[..., httpx.Client],
    work: Callable[..., int],
) -> None:
    company.active_device()
    browser = as_user()
    with company.kernel.session(company.tenant) as session:
        signing = session.scalars(select(Device.id).where(Device.state == "active")).all()
        buyer, tea = business(session), goods(session)
        nowhere = Shop(session).customer(kind="company", country="SA", tax_number="")
        sold, unsound = (draft(session, one, line(tea)).id for one in (buyer, nowhere))
    for device in signing:
        browser.post(f"/zatca/registration/{device}/revoke")
    for invoice in (sold, unsound):
        posted = browser.post(f"/api/v1/sales/invoices/{invoice}/actions/post", json={})
        assert posted.is_success, posted.text
        page = browser.get(f"/sales/invoices/{invoice}").text
        assert "No device is active that may sign this kind of invoice" in page
    _catches_up(company)
    assert _waiting(company) == {sold: {"device"}, unsound: {"device"}}

    company.active_device()
    _catches_up(company)
    work()
    with company.kernel.session(company.tenant) as session:
        assert document_of(session, session.get_one(Invoice, sold)).state == "CLEARED"
    # Nobody could look at the other before: it says now what is wrong with it.
    (fields,) = _waiting(company).values()
    assert fields == {"buyer.vat_number", "buyer.address", "buyer.street", "buyer.city"}


def _catches_up(company: Company) -> None:
    with company.kernel.session(company.tenant) as session:
        CATCH_UP_JOB.run(session)


def _waiting(company: Company) -> dict[int, set[str]]:
    """The sales without a document, each with the fields that keep it from having one."""
    with company.kernel.session(company.tenant) as session:
        return {
            one.source_id: {str(problem["field"]) for problem in one.problems}
            for one in session.scalars(select(Unmade))
        }
