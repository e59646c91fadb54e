"""Where till and sales are sold, and their licence ends for good: tills go on selling and all that
they sent is booked, a broken device is replaced, the office waits; the next licence opens it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

import httpx
import pytest
import time_machine
from sqlalchemy import text

from addon_registry import keys
from addon_registry.licences.licence import Terms
from addons.pos.services.cashiers.keeping import create_cashier
from core.addons.catalog import LoadedAddon
from core.auth import users
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing.keys import Issuer
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop

DAY = timedelta(days=1)
OFFICE = (
    ("/pos/registers/new", {"code": "R09", "name": "Another"}),
    ("/api/v1/pos/cashiers", {}),
    ("/sales/orders/new", {}),
    ("/api/v1/sales/orders", {}),
    ("/api/v1/sales/invoices", {}),
)


def licensed(shop: TillShop, issuer: Issuer, begins: timedelta, ends: timedelta) -> None:
    """A licence of the till and of sales, from and until so many days from now."""
    now = datetime.now(UTC)
    terms = Terms(shop.tenant.id, ("pos", "sales"), now + begins, now + ends)
    issued = min(now, now + begins) + timedelta(seconds=1)
    there = control(shop.kernel)
    with time_machine.travel(issued), shop.kernel.session(there) as session:
        licence_keys.trust(session, "Vendor", issuer.key.public_key())
        licences.issue(session, issuer, terms)
    shop.kernel.directory.forget(shop.tenant.id)
    shop.kernel.states.forget(shop.tenant.id)
    found: Tenant | None = shop.kernel.directory.find_id(shop.tenant.id)
    assert found is not None
    shop.tenant = found


@pytest.fixture
def sold(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are sold here, while they come free with the platform."""
    addons = cast("dict[str, LoadedAddon]", kernel.catalog.addons)
    for name in ("pos", "sales"):
        manifest = addons[name].manifest.model_copy(update={"licence": "premium"})
        monkeypatch.setitem(addons, name, replace(addons[name], manifest=manifest))


@pytest.mark.usefixtures("sold")
def test_tills_sell_through_a_lapse_and_the_office_waits(
    shop: TillShop, as_user: Callable[..., httpx.Client]
) -> None:
    tea, cash = shop.product("10.00"), shop.methods["cash"]
    issuer, admin = Issuer(keys.generate()), as_user()
    first = shop.till("R01")
    first.open()
    before = first.sell(shop.line(tea), method=cash)
    first.sync()
    shop.book()

    licensed(shop, issuer, -90 * DAY, -40 * DAY)
    first.sell(shop.line(tea, quantity="3"), method=cash)  # without a network
    back = {"sale": before["sync_id"], "line": 1}
    first.refund(shop.line(tea, quantity="-1", of=back), method=cash)
    first.sync()
    shop.book()
    _lost(shop, admin, first)
    second = _replaced(shop, admin, first)
    second.open()
    second.sell(shop.line(tea), method=cash)
    second.sync()
    shop.book()
    assert shop.states() == {"done": 6}
    assert shop.count("SELECT sum(total) FROM pos.sale") == Decimal("46.00")
    assert shop.on_hand(tea) == 96
    _forgot_the_pin(shop, admin)

    for path, values in OFFICE:
        headers = {"idempotency-key": f"lapsed {path}"}
        if path.startswith("/api/"):
            refused = admin.post(path, json=values, headers=headers)
        else:
            refused = admin.post(path, data=values, headers=headers)
        assert refused.status_code == 403, (path, refused.status_code)
        assert "has ended, so nothing in it can be changed" in refused.text, path
    for path in ("/pos/sessions", "/sales/orders", "/pos/sales/export.csv"):
        assert admin.get(path).status_code == 200
    _closed_at_the_office(shop, admin, first.register)
    second.close([(cash, "111.50")])
    second.sync()
    shop.book()
    assert shop.rows("SELECT DISTINCT state FROM pos.session") == [("closed",)]
    assert shop.broken() == []

    licensed(shop, issuer, -1 * DAY, 300 * DAY)
    made = admin.post(*OFFICE[0][:1], data=OFFICE[0][1])
    assert made.status_code == 303, made.text


def _lost(shop: TillShop, admin: httpx.Client, till: SampleTill) -> None:
    device = shop.count("SELECT id FROM pos.binding WHERE revoked_at IS NULL")
    revoked = admin.post(f"/pos/devices/{device}/actions/revoke", data={"confirm": "revoke"})
    assert revoked.status_code == 303, revoked.text
    assert till.send().status_code == 401


def _replaced(shop: TillShop, admin: httpx.Client, broken: SampleTill) -> SampleTill:
    """Another device at the register, by a code that the manager has shown."""
    shown = admin.post(f"/pos/registers/{broken.register}/bind", data={})
    code = re.search(r'id="code"><bdi>([\w-]+)<', shown.text)
    assert code is not None, shown.text
    return SampleTill.bind(shop.http, code[1], "The one in the drawer")


def _forgot_the_pin(shop: TillShop, admin: httpx.Client) -> None:
    with shop.kernel.session(shop.tenant) as session:
        amal = users.create_user(session, email="amal@example.com", name="Amal", roles=())
        session.flush()
        cashier = create_cashier(session, {"user_id": amal.id}).id
    set_anew = admin.post(f"/pos/cashiers/{cashier}/pin", data={"pin": "4711", "again": "4711"})
    assert set_anew.status_code == 303, set_anew.text


def _closed_at_the_office(shop: TillShop, admin: httpx.Client, register: int) -> None:
    with shop.kernel.session(shop.tenant) as session:
        lost = session.scalar(
            text("SELECT min(id) FROM pos.session WHERE register_id = :own AND state <> 'closed'"),
            {"own": register},
        )
    closed = admin.post(f"/pos/sessions/{lost}/close", data={"note": "The tablet fell."})
    assert closed.status_code == 303, closed.text
