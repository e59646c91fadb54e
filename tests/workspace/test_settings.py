"""The admin sets what an addon asks for: secrets stay secret, connections are tried before saving,
and who may do what is seen, and changed, at one look.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from core.addons.options import options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import fits, violations
from tests.fake_addons.showcase.shop.options import ShopOptions
from tests.workspace.conftest import Hire, Person

SHOP = "/settings/options/shop.ShopOptions"
KEY = "carrier-key-7731"


@pytest.fixture
def carrier() -> Iterator[str]:
    """A carrier that knows one key."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["x-key"] == KEY
            self.send_response(200 if known else 401)
            self.end_headers()
            self.wfile.write(b"Amal Trading" if known else b"who?")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def stored(kernel: Kernel, store: Tenant) -> ShopOptions:
    with kernel.session(store) as session:
        return options(session, ShopOptions)


def test_a_connection_is_tried_with_what_was_typed_before_it_is_saved(
    admin: Person, carrier: str, kernel: Kernel, store: Tenant
) -> None:
    before = stored(kernel, store)
    wrong = admin.post(f"{SHOP}/test", {"carrier_url": carrier, "carrier_key": "guess"}).text
    assert "The carrier does not answer" in wrong
    right = admin.post(f"{SHOP}/test", {"carrier_url": carrier, "carrier_key": KEY}).text
    assert "The carrier knows us as Amal Trading." in right
    assert carrier in right, "what was typed is still there"
    assert stored(kernel, store) == before


def test_a_secret_is_used_and_never_shown(
    admin: Person, carrier: str, kernel: Kernel, store: Tenant
) -> None:
    saved = admin.post(SHOP, {"carrier_url": carrier, "carrier_key": KEY})
    assert saved.status_code == 303
    assert KEY not in admin.http.get("/settings/options").text
    with kernel.session(store) as session:
        in_clear = session.execute(
            text(
                "SELECT count(*) FROM core.option WHERE values::text LIKE :key"
                " UNION ALL SELECT count(*) FROM core.audit_log WHERE changes::text LIKE :key"
            ),
            {"key": f"%{KEY}%"},
        ).scalars()
        assert list(in_clear) == [0, 0]
    assert "Amal Trading" in admin.post(f"{SHOP}/test", {"carrier_url": carrier}).text
    admin.post(SHOP, {"carrier_url": "https://example.com/"})
    assert stored(kernel, store) == ShopOptions("https://example.com/", KEY), "blank keeps it"
    admin.post(SHOP, {"carrier_url": "", "carrier_key__forget": "on"})
    assert stored(kernel, store) == ShopOptions()


def test_the_matrix_shows_every_role_and_changes_one_cell(
    admin: Person, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    clerk = hire({"shop.order.read": "own"})
    assert clerk.http.get("/shop/customers").status_code == 403
    page = admin.http.get("/settings/roles/matrix").text
    assert "See customers" in page
    role = role_of(kernel, store, clerk)
    cell = f"/settings/roles/{role}/cells/shop.customer.read"
    assert "<select" in admin.http.get(cell, headers={"hx-request": "true"}).text
    changed = admin.post(cell, {"scope": "all"})
    assert changed.status_code in (200, 303), changed.text
    assert eventually_reads(kernel, clerk)
    assert admin.post(cell, {"scope": "everything"}).status_code == 422
    assert admin.post(cell.replace("customer", "nonsense"), {"scope": "all"}).status_code == 404
    admins = role_of(kernel, store, admin)
    refused = admin.post(f"/settings/roles/{admins}/cells/shop.customer.read", {"scope": ""})
    assert refused.status_code == 409, "the administrators' role cannot lose a permission"
    assert clerk.http.get("/settings/roles/matrix").status_code == 403


def role_of(kernel: Kernel, store: Tenant, person: Person) -> int:
    with kernel.session(store) as session:
        role = session.scalar(
            text("SELECT role_id FROM core.user_role WHERE user_id = :id"), {"id": person.user_id}
        )
    assert role is not None
    return role


def eventually_reads(kernel: Kernel, person: Person) -> bool:
    """What a role may do is believed for less than a second."""
    pause = threading.Event()
    for _ in range(40):
        if person.http.get("/shop/customers").status_code == 200:
            return True
        pause.wait(0.05)
    return False


@pytest.mark.browser
def test_settings_can_be_used_by_everybody(desk: Page, address: str) -> None:
    desk.goto(f"{address}/settings/options")
    for width in (1200, 360):
        assert fits(desk, width)
        assert violations(desk) == []
    desk.goto(f"{address}/settings/roles/matrix")
    assert fits(desk, 1200)
    assert violations(desk) == []
    # Thousands of cells are drawn alike: on a phone, those of one permission stand for all.
    assert fits(desk, 360)
    desk.get_by_placeholder("Find a permission").fill("change customers")
    rows = desk.locator("tbody tr:visible")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Change customers")
    assert violations(desk) == []
