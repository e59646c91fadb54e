"""A tea house with a till, books, taxes and a store, served over a socket, and a browser at it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy.orm import Session

from addons.accounting.options import AccountingOptions
from addons.catalog.services.categories import create_category
from addons.catalog.services.products import create_product
from addons.contacts.services.contacts import create_contact
from addons.pos.models import Register
from addons.pos.services.cashiers.keeping import create_cashier, set_pin
from addons.pos.services.registers import create_register
from addons.vat.services.install import install
from core.addons.options import set_options
from core.auth import users
from core.kernel import Kernel
from core.web.app import Application
from tenants.testing.tenants import fresh_tenant
from tests.chrome import launched, served
from tests.pos.app.till import PIN, Shop, Till

pytestmark = pytest.mark.browser
GOODS = (
    ("Green tea 250 g", "شاي أخضر", "TEA-G", "11.50", "6281000000014"),
    ("Black tea 250 g", "شاي أسود", "TEA-B", "9.00", "6281000000021"),
    ("Mint tea 20 bags", "شاي بالنعناع", "TEA-M", "7.25", "6281000000038"),
    ("Tea pot, glass", "إبريق", "POT-1", "49.00", "6281000000045"),
    ("Cup, set of six", "أكواب", "CUP-6", "35.00", "6281000000052"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder that sit at a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def till_port(kernel: Kernel) -> Iterator[int]:
    """Where the platform is served over a real socket."""
    app = Application(kernel)
    with served(app) as port:
        yield port
    app.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def shop(kernel: Kernel, till_port: int) -> Iterator[Shop]:
    """A company for the tests of one file."""
    slug = f"teahouse{os.urandom(3).hex()}"
    with fresh_tenant(kernel, slug) as tenant:
        with kernel.session(tenant) as session:
            _fill(session)
        yield Shop(kernel, tenant, f"http://{slug}.localhost:{till_port}")


def _fill(session: Session) -> None:
    set_options(session, AccountingOptions, company_currency="SAR")
    install(session, "SA")
    session.query(Register).update({"currency": "SAR"})
    tea = create_category(session, {"name": "Tea"})
    for name, local, sku, price, code in GOODS:
        create_product(
            session,
            {
                "name": name,
                "name_local": local,
                "sku": sku,
                "sale_price": Decimal(price),
                "category_id": tea.id,
                "tax_group": "standard",
                "barcodes": [{"code": code}],
            },
        )
    create_contact(session, {"name": "Salma Haddad", "phone": "0501234567", "is_customer": True})
    create_register(session, {"code": "R02", "name": "Till 2", "currency": "SAR"})
    _cashier(session, "Amal", "10", may_refund=True, may_open_drawer=True)
    _cashier(session, "Nora", "100", may_refund=True, may_override=True, may_price=True)


def _cashier(session: Session, name: str, limit: str, **rights: Any) -> None:
    user = users.create_user(session, email=f"{name.lower()}@example.com", name=name, roles=())
    session.flush()
    values = {"user_id": user.id, "discount_limit": Decimal(limit), **rights}
    set_pin(session, create_cashier(session, values), PIN)


@pytest.fixture
def till(shop: Shop, browser: Browser) -> Iterator[Callable[..., Till]]:
    """`till(width=360, locale="ar")` is a new device; at the end no script has failed."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def till(*, width: int = 1280, height: int = 800, **more: Any) -> Till:
            more.setdefault("locale", "en-GB")
            context = browser.new_context(viewport={"width": width, "height": height}, **more)
            stack.callback(context.close)
            return Till(shop, _page(context, complaints))

        yield till
    assert complaints == []


def _page(context: BrowserContext, complaints: list[str]) -> Any:
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page
