"""Tills sell, and their sales are booked by the batch: each becomes a simplified invoice of the
till's own device, a refund its note, and nothing that has happened is ever refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, select, update
from sqlalchemy.orm import undefer

from addons.pos.models import Register, Sale
from addons.pos.views.sales import SALES
from addons.zatca.documents.signing import RIYADH
from addons.zatca.jobs import EXPIRE_JOB
from addons.zatca.models import Device, Document, Seller, Unmade
from addons.zatca.services.archive import file_name
from addons.zatca.services.archiving.wanted import Wanted
from addons.zatca.services.archiving.zipped import export
from addons.zatca.services.issuing import make_up_for
from core.api import print_pdf, utc_now
from core.events.replay import replay
from core.kernel import Kernel
from core.printing.codes import qr_svg
from core.tenancy.tenant import Tenant
from core.web.printing.codes import codes_of
from tenants.testing.browser import AppTransport, open_browser
from tests.pos.shop import TillShop
from tests.zatca.authority.validator import validate
from tests.zatca.trade.pdf_a3 import flaws
from tests.zatca.trade.trader import have_device, have_seller, said

MILLIMETRES_OF_CODE = 40
POINTS_PER_MILLIMETRE = 72 / 25.4


@pytest.fixture
def shop(kernel: Kernel, tenant: Tenant, transport: AppTransport) -> Iterator[TillShop]:
    """A company that sells at tills."""
    with open_browser(transport, f"{tenant.slug}.localhost") as http:
        yield TillShop(kernel, tenant, http)


def _documents(shop: TillShop) -> list[Document]:
    with shop.kernel.session(shop.tenant) as session:
        wanted = select(Document).options(undefer(Document.xml))
        return list(session.scalars(wanted.order_by(Document.device_id, Document.counter)))


def _sound(document: Document) -> None:
    verdict = validate(document.xml, previous_hash=document.previous_hash)
    assert [*verdict.errors, *verdict.warnings] == []


def test_what_a_till_sells_is_chained_by_its_own_device(shop: TillShop) -> None:
    till, tea, cash = shop.till(), shop.product("11.50"), shop.methods["cash"]
    with shop.kernel.session(shop.tenant) as session:
        register = session.scalars(select(Register).where(Register.code == "R01")).one()
        have_seller(session)
        have_device(session)
        own = have_device(session, register_id=register.id, invoice_kinds="0100")
    till.open()
    sold = till.sell(shop.line(tea, "11.50", "3"), method=cash)
    till.sell(shop.line(tea, "11.50"), method=cash)
    back = {"sale": sold["sync_id"], "line": 1}
    till.refund(shop.line(tea, "11.50", "-1", of=back), method=cash)
    till.sync()
    shop.book()
    documents = _documents(shop)
    assert [(one.device_id, one.counter) for one in documents] == [(own, 1), (own, 2), (own, 3)]
    assert [one.kind for one in documents] == ["388", "388", "381"]
    for document in documents:
        _sound(document)
        assert not document.standard
        with shop.kernel.session(shop.tenant) as session:
            sale = session.get_one(Sale, document.source_id)
            assert (document.total, document.tax) == (abs(sale.total), abs(sale.tax))
            assert sale.number in said(document, "ID")
    assert documents[0].number in said(documents[2], "ID")


def test_a_receipt_from_the_server_carries_the_code_of_its_electronic_invoice(
    shop: TillShop,
) -> None:
    till, tea, cash = shop.till(), shop.product("11.50"), shop.methods["cash"]
    till.open()
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    with shop.kernel.session(shop.tenant) as session:
        have_seller(session)
        have_device(session)
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    (document,) = _documents(shop)
    with shop.kernel.session(shop.tenant) as session:
        plain, stamped = session.scalars(select(Sale).order_by(Sale.id))
        assert stamped.id == document.source_id
        form = SALES.prints[0]
        assert [code.square for code in codes_of(session, form, plain)] == [False]
        drawn = codes_of(session, form, stamped)
        assert [code.square for code in drawn] == [True, False]
        assert drawn[0].svg == qr_svg(document.printed_qr)
        bare, printed = (print_pdf(session, SALES, one).content for one in (plain, stamped))
        # The roll is as long as it must be: there is room for the code.
        assert _height(printed) - _height(bare) > MILLIMETRES_OF_CODE * POINTS_PER_MILLIMETRE
        assert PdfReader(io.BytesIO(printed)).attachments == {file_name(document): [document.xml]}
        assert flaws(printed) == []
        day = document.issue_at.astimezone(RIYADH).date()
        wanted = Wanted(document.device_id, day, day, paper=True)
        archive = zipfile.ZipFile(io.BytesIO(b"".join(export(session, wanted))))
        (paper,) = (name for name in archive.namelist() if name.startswith("pdf/"))
        assert flaws(archive.read(paper)) == []


def _height(pdf: bytes) -> float:
    return float(PdfReader(io.BytesIO(pdf)).pages[0].mediabox.height)


def test_a_sale_that_cannot_be_signed_is_booked_and_waits(shop: TillShop) -> None:
    till, tea, cash = shop.till(), shop.product("11.50"), shop.methods["cash"]
    with shop.kernel.session(shop.tenant) as session:
        have_device(session)
    till.open()
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    assert _documents(shop) == []
    with shop.kernel.session(shop.tenant) as session:
        assert session.scalars(select(Sale)).one()
        assert [one["field"] for one in session.scalars(select(Unmade)).one().problems] == [
            "seller"
        ]
    with shop.kernel.session(shop.tenant) as session:
        session.execute(delete(Seller))
        have_seller(session)
        session.flush()
        make_up_for(session, session.scalars(select(Unmade)).one())
    (document,) = _documents(shop)
    _sound(document)
    with shop.kernel.session(shop.tenant) as session:
        assert session.scalars(select(Unmade)).all() == []


def test_nothing_is_signed_once_the_certificate_has_ended(shop: TillShop) -> None:
    till, tea, cash = shop.till(), shop.product("11.50"), shop.methods["cash"]
    with shop.kernel.session(shop.tenant) as session:
        have_seller(session)
        device = have_device(session, expires_at=utc_now())
    till.open()
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    assert _documents(shop) == []
    with shop.kernel.session(shop.tenant) as session:
        (problem,) = session.scalars(select(Unmade)).one().problems
        assert problem["field"] == "device"
        EXPIRE_JOB.run(session)
        assert session.get_one(Device, device).state == "expired"


def test_a_document_that_cannot_be_written_costs_no_sale(shop: TillShop) -> None:
    till, tea, cash = shop.till(), shop.product("11.50"), shop.methods["cash"]
    with shop.kernel.session(shop.tenant) as session:
        have_seller(session)
        have_device(session)
        session.execute(update(Seller).values(street="King Road\x07"))
    till.open()
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    assert _documents(shop) == []
    with shop.kernel.session(shop.tenant) as session:
        assert session.scalars(select(Sale)).one()
        (problem,) = session.scalars(select(Unmade)).one().problems
        assert "street" in problem["field"]


def test_what_was_sold_before_the_first_device_is_no_electronic_invoice(shop: TillShop) -> None:
    till, tea, cash = shop.till(), shop.product("11.50"), shop.methods["cash"]
    with shop.kernel.session(shop.tenant) as session:
        have_seller(session)
        # A try at the sandbox that is over has begun nothing.
        have_device(session, environment="sandbox", state="revoked")
    till.open()
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    assert _documents(shop) == []
    assert shop.count("SELECT count(*) FROM zatca.unmade") == 0


def test_events_told_again_make_nothing_of_what_was_sold_before_the_device_was_active(
    shop: TillShop,
) -> None:
    till, tea, cash = shop.till(), shop.product("11.50"), shop.methods["cash"]
    till.open()
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    now = utc_now()
    with shop.kernel.session(shop.tenant) as session:
        have_seller(session)
        have_device(session, created_at=now - timedelta(days=30), active_since=now)
    with shop.kernel.session(shop.tenant) as session:
        assert replay(session, "zatca", now.date() - timedelta(days=1)) > 0
    assert _documents(shop) == []
    assert shop.count("SELECT count(*) FROM zatca.unmade") == 0
    till.sell(shop.line(tea, "11.50"), method=cash)
    till.sync()
    shop.book()
    assert len(_documents(shop)) == 1
