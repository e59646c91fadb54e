"""Office and counter, each at a browser: a till is registered by what it signs itself, sells with
and without a network, through an outage of the authority, and what was refused is mended. Each
receipt carries the code of the invoice that the till signed, wherever somebody reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import undefer

from addons.pos.models import Register
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.models import Document
from addons.zatca.services.devices import create_device
from addons.zatca.services.sending.queueing import send_again
from tenants.testing.browser import AppTransport
from tests.chrome import violations
from tests.pos.app.conftest import browser, shop, till, till_port
from tests.pos.app.till import Shop, Till
from tests.workspace.conftest import hired, sit_down
from tests.zatca.authority import own_checks
from tests.zatca.authority.mischief import REFUSED
from tests.zatca.authority.server import StandIn
from tests.zatca.authority.validator import Verdict, validate
from tests.zatca.sending.company import Company
from tests.zatca.till.counter import (
    LOSE_KEY,
    PRINTER,
    VALUES,
    load,
    printed_as_dots,
    printed_as_text,
    sell,
)
from tests.zatca.trade.trader import have_seller

__all__ = ["browser", "shop", "till", "till_port"]

pytestmark = [pytest.mark.browser, pytest.mark.real_data]
PICTURES = os.environ.get("TILL_PICTURES", "")
TEA, POT = "6281000000014", "6281000000045"


@pytest.fixture
def office(browser: Browser, shop: Shop, transport: AppTransport) -> Iterator[Callable[..., Page]]:
    """`office(path, locale="ar-SA")` is a page of the administrator."""
    with ExitStack() as stack:

        def sit(path: str, *, width: int = 1200, locale: str = "en-GB") -> Page:
            person = hired(stack, shop.kernel, transport, shop.tenant, None, language=locale[:2])
            page = sit_down(browser, shop.address, person, width=width, locale=locale)
            stack.callback(page.context.close)
            page.goto(shop.address + path)
            return page

        yield sit


def test_a_till_is_registered_sells_and_is_reported(
    office: Callable[..., Page], till: Callable[..., Till], shop: Shop, authority: StandIn
) -> None:
    company = Company(shop.kernel, shop.tenant, authority)
    with shop.kernel.session(shop.tenant) as session:
        have_seller(session)
        register = session.scalars(select(Register).where(Register.code == "R01")).one()
        values = {"name": "Till 1", "environment": "simulation", "register_id": register.id}
        device = create_device(session, {**values, "held_by": "till"}).id
    company.active_device("1100")
    one = till(device_scale_factor=3, color_scheme="dark")
    one.page.add_init_script(PRINTER)
    one.bind()
    one.sign_in()
    one.begin()
    page = office(f"/zatca/registration/{device}")
    _register(page, one, authority)

    facing = one.context.new_page()
    facing.goto(f"{shop.address}/pos/display")
    one.context.set_offline(True)
    codes = [sell(one, TEA, facing), sell(one, POT, facing)]
    one.page.reload()
    one.sign_in()
    assert printed_as_text(one) == codes[1]
    one.context.set_offline(False)
    authority.outage(True)
    codes.append(sell(one, TEA, facing))
    kept = one.page.evaluate(VALUES)
    assert (kept["extractable"], kept["end"]["counter"]) == (False, 3)
    with shop.kernel.session(shop.tenant) as session:
        session.query(Register).filter_by(code="R01").one().receipt_footer = "شكراً لزيارتكم"
    load(one)
    assert printed_as_dots(one) == codes[2]
    shop.book()
    assert _states(shop, device) == ["PENDING"] * 3
    authority.outage(False)
    with shop.kernel.session(shop.tenant) as session:
        for document in session.scalars(select(Document).where(Document.state == "PENDING")):
            send_again(session, document)
    shop.book()
    assert _states(shop, device) == ["REPORTED"] * 3
    with shop.kernel.session(shop.tenant) as session:
        own = select(Document).where(Document.device_id == device).order_by(Document.counter)
        documents = session.scalars(own.options(undefer(Document.xml))).all()
        assert [one.printed_qr for one in documents] == codes
        previous = FIRST_PREVIOUS_HASH
        for document in documents:
            root = etree.fromstring(document.xml)
            assert own_checks.signature_problems(root) | own_checks.qr_problems(root) == set()
            assert validate(document.xml, previous) == Verdict(frozenset(), frozenset())
            previous = document.hash
        assert kept["end"]["hash"] == previous

    authority.misbehave(REFUSED)
    one.scan(TEA)
    one.owes("13.23")
    one.pay_cash()
    one.next()
    one.until_synced()
    shop.book()
    assert _states(shop, device) == [*["REPORTED"] * 3, "REJECTED"]
    page.goto(f"{shop.address}/zatca/documents?view=refused")
    page.get_by_role("link", name="R01-1-00004").click()
    page.get_by_role("link", name="What the authority said").first.click()
    expect(page.get_by_text("The certificate is for another VAT number")).to_be_visible()
    page.get_by_role("button", name="Make a new document").click()
    shop.book()
    assert _states(shop, device) == [*["REPORTED"] * 3, "SUPERSEDED"]
    with shop.kernel.session(shop.tenant) as session:
        followed = session.scalars(select(Document).where(Document.supersedes_id.is_not(None)))
        assert [(one.state, one.number) for one in followed] == [("REPORTED", "R01-1-00004")]
    page.goto(f"{shop.address}/zatca/chains/{device}")
    expect(page.get_by_text("The chain is sound")).to_be_visible()
    expect(page.get_by_text("4 documents, each verified")).to_be_visible()

    one.page.evaluate(LOSE_KEY)
    one.page.reload()
    one.sign_in()
    load(one)
    one.page.get_by_role("button", name="Synced", exact=True).click()
    expect(one.page.get_by_text("has lost the key by which it signs")).to_be_visible()


def _register(page: Page, one: Till, authority: StandIn) -> None:
    """The steps at the office, which go on by themselves when the till has signed."""
    page.get_by_role("button", name="Ask the till for its key").click()
    expect(page.get_by_text("Waiting for the till R01")).to_be_visible()
    assert violations(page) == []
    _picture(page, "waiting")
    one.until_synced()
    password = page.get_by_label("One-time password")
    expect(password).to_be_visible()
    password.fill(authority.register.new_password())
    password.press("Enter")
    expect(page.get_by_text("Waiting for the till R01")).to_be_visible()
    one.until_synced()
    page.get_by_role("button", name="Show the documents").click()
    page.get_by_role("button", name="Ask for the certificate").click()
    expect(page.get_by_text("The device signs.", exact=False)).to_be_visible()
    assert violations(page) == []
    _picture(page, "signs")
    load(one)


def _states(shop: Shop, device_id: int) -> list[str]:
    with shop.kernel.session(shop.tenant) as session:
        own = select(Document.state).where(Document.device_id == device_id)
        return list(session.scalars(own.order_by(Document.counter)))


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
