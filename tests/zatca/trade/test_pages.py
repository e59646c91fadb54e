"""At the screen: the list of electronic invoices, the state and code beside an invoice, the chain
doctor's report and the archive, each for those who may see it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from addons.contacts.models import Contact
from addons.sales.models import Invoice
from addons.zatca.documents.signing import RIYADH
from addons.zatca.models import Device, Document, Exchange, Unmade
from addons.zatca.services.archive import file_name, require_past_keeping
from addons.zatca.services.archiving import wanted
from addons.zatca.services.doctor import examine
from core.api import print_pdf, utc_now
from core.errors import Conflict
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.zatca.trade.pdf_a3 import flaws
from tests.zatca.trade.trader import SAUDI_BUYER, business, document_of, goods, line, posted

Browse = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def tenant(company: Tenant) -> Tenant:
    return company


@pytest.fixture(scope="module")
def document(kernel: Kernel, company: Tenant) -> Document:
    """What a posted invoice became."""
    with kernel.session(company) as session:
        invoice = posted(session, business(session), line(goods(session), "3"))
    with kernel.session(company) as session:
        found = document_of(session, invoice)
        assert found.xml
        return found


def test_an_invoice_shows_its_electronic_one(document: Document, as_user: Browse) -> None:
    browser = as_user()
    page = browser.get(f"/sales/invoices/{document.source_id}").text
    assert "QR code of the electronic invoice" in page
    assert f"/zatca/documents/{document.id}" in page
    listed = browser.get("/zatca/documents").text
    assert document.number in listed
    own = browser.get(f"/zatca/documents/{document.id}").text
    assert document.uuid in own
    assert "QR code of the electronic invoice" in own
    assert browser.get(f"/zatca/files/{document.id}").content == document.xml


def test_a_sale_without_its_document_says_why(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    told = {"field": "seller", "message": "Nobody said who sells.", "remedy": "Fill in Sellers."}
    with kernel.session(company) as session:
        unmade = Unmade(
            source_type="pos.sale", source_id=1, number="R01-7", happened_at=utc_now(),
            problems=[told],
        )  # fmt: skip
        session.add(unmade)
        session.flush()
        page = f"/zatca/waiting/{unmade.id}"
    shown = as_user().get(page).text
    assert "It cannot be made yet:" in shown
    assert f"{told['message']} {told['remedy']}" in shown


def test_the_printed_invoice_holds_its_xml(
    kernel: Kernel, company: Tenant, document: Document
) -> None:
    with kernel.session(company) as session:
        invoice = session.get_one(Invoice, document.source_id)
        printed = print_pdf(session, "sales.invoices", invoice, "ar").content
    reader = PdfReader(io.BytesIO(printed))
    assert reader.attachments == {file_name(document): [document.xml]}
    assert flaws(printed) == []
    with kernel.session(company) as session:
        moved = session.get_one(Contact, document.contact_id)
        moved.street = "Another Street"
        invoice = session.get_one(Invoice, document.source_id)
        again = PdfReader(io.BytesIO(print_pdf(session, "sales.invoices", invoice).content))
        assert SAUDI_BUYER["street"] in again.pages[0].extract_text()
        session.rollback()
    bent = printed.replace(b"<pdfaid:part>3", b"<pdfaid:part>2")
    assert flaws(bent) == ["6.6.4: part is not 3"]


def test_pages_are_for_those_who_may_see_them(document: Document, as_user: Browse) -> None:
    auditor, seller = as_user("zatca.auditor"), as_user("sales.salesperson")
    for page in ("/zatca/documents", "/zatca/archive", f"/zatca/chains/{document.device_id}"):
        assert auditor.get(page).status_code == 200, page
        assert seller.get(page).status_code == 403, page
    assert auditor.get("/zatca/documents/new").status_code in {403, 404, 405}


def test_the_archive_holds_what_was_signed_and_what_was_said_of_it(
    kernel: Kernel, company: Tenant, document: Document, as_user: Browse
) -> None:
    day = document.issue_at.astimezone(RIYADH).date()
    with kernel.session(company) as session:
        session.add_all(
            Exchange(device_id=document.device_id, document_id=about, at=document.issue_at,
                     endpoint=endpoint, status=200, outcome="accepted", body='{"said": "yes"}')
            for about, endpoint in ((document.id, "clearance"), (None, "compliance"))
        )  # fmt: skip
    browser = as_user()
    address = f"/zatca/archive/files?device={document.device_id}&amp;first={day}&amp;last={day}"
    assert address in browser.get("/zatca/archive").text
    content = browser.get(address.replace("&amp;", "&")).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        signed = [name for name in names if name.startswith("signed/")]
        assert not any(name.startswith("pdf/") for name in names)
        assert document.xml in [archive.read(name) for name in signed]
        (row,) = _table(archive, "index.csv")
        assert (row["uuid"], row["hash"], row["file"]) == (
            document.uuid, document.hash, file_name(document),
        )  # fmt: skip
        log = [(one["document"], one["endpoint"]) for one in _table(archive, "exchanges.csv")]
        assert log == [(document.number, "clearance"), ("", "compliance")]
        whole = [json.loads(one) for one in archive.read("exchanges.jsonl").splitlines()]
        assert [one["body"] for one in whole] == ['{"said": "yes"}'] * 2
    printed = browser.get(address.replace("&amp;", "&") + "&paper=1").content
    with zipfile.ZipFile(io.BytesIO(printed)) as archive:
        (name,) = (name for name in archive.namelist() if name.startswith("pdf/"))
        reader = PdfReader(io.BytesIO(archive.read(name)))
        assert reader.attachments == {file_name(document): [document.xml]}
    upside_down = f"/zatca/archive/files?device={document.device_id}&first={day}&last=2020-01-01"
    assert browser.get(upside_down).status_code == 422


def _table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_a_page_hands_out_no_more_than_it_can_make(
    document: Document, as_user: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wanted, "MOST_PRINTED", 0)
    day = document.issue_at.astimezone(RIYADH).date()
    refused = as_user().get(
        f"/zatca/archive/files?device={document.device_id}&first={day}&last={day}&paper=1"
    )
    assert (refused.status_code, "without PDFs" in refused.text) == (422, True)


def test_the_archive_is_turned_over_by_month(document: Document, as_user: Browse) -> None:
    this = document.issue_at.astimezone(RIYADH).date().replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    browser = as_user()
    empty = browser.get(f"/zatca/archive?month={before}").text
    assert "Nothing was signed yet" in empty
    assert f"/zatca/archive?month={this}" in empty
    assert browser.get("/zatca/archive?month=soon").status_code == 422


def test_nothing_is_thrown_away_while_the_law_wants_it(
    kernel: Kernel, company: Tenant, document: Document
) -> None:
    with kernel.session(company) as session, pytest.raises(Conflict, match="kept for 7 years"):
        require_past_keeping(session)


def test_the_chain_doctor_finds_what_somebody_with_the_keys_of_the_database_did(
    kernel: Kernel, company: Tenant, document: Document, as_user: Browse
) -> None:
    page = f"/zatca/chains/{document.device_id}"
    whole = as_user().get(page).text
    assert "The chain is sound" in whole
    assert f'<a href="/zatca/devices/{document.device_id}">' in whole
    with kernel.session(company, role="owner") as session:
        session.execute(text("ALTER TABLE zatca.document DISABLE TRIGGER USER"))
        changed = text(
            "UPDATE zatca.document SET xml = convert_to(replace(convert_from(xml, 'UTF8'),"
            " '>345.00<', '>145.00<'), 'UTF8') WHERE id = :id"
        )
        session.execute(changed, {"id": document.id})
        found = examine(session, document.device_id)[0]
        assert not found.sound
        assert {one.document_id for one in found.complaints} == {document.id}
        session.rollback()
    with kernel.session(company, role="owner") as session:
        for table in ("document", "exchange"):
            session.execute(text(f"ALTER TABLE zatca.{table} DISABLE TRIGGER USER"))
        session.execute(text("DELETE FROM zatca.exchange"))
        for change, complaint in (
            ("state = 'CLEARED'", "no answer says so"),
            ("cleared_xml = 'stamped'", "cannot be read"),
            (
                "cleared_xml = convert_to(replace(convert_from(xml, 'UTF8'), uuid,"
                " gen_random_uuid()::text), 'UTF8')",
                "stamped another document",
            ),
        ):
            before = "UPDATE zatca.document SET state = 'PENDING', cleared_xml = NULL"
            session.execute(text(before))
            session.execute(text(f"UPDATE zatca.document SET {change} WHERE id = {document.id}"))
            (told,) = examine(session, document.device_id)[0].complaints
            assert complaint in told.message
        session.rollback()
    assert "The chain is sound" in as_user().get(page).text


def test_a_device_keeps_what_its_certificate_speaks_for(
    kernel: Kernel, company: Tenant, as_user: Browse
) -> None:
    with kernel.session(company) as session:
        device = session.scalars(select(Device)).one()
    browser, address = as_user(), f"/api/v1/zatca/devices/{device.id}"
    known = {"if-match": browser.get(address).headers["etag"]}
    assert (
        browser.patch(address, json={"environment": "production"}, headers=known).status_code == 409
    )
    assert browser.patch(address, json={"name": "Head office"}, headers=known).status_code == 200
