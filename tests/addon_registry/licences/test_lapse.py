"""What becomes of a company whose licence for its kiosk ends: first it is told, then it can read
alone, and nothing is ever lost. The till sells on, and what others do goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.addons.models import AddonRecord
from core.addons.purging import confirmation_for
from core.addons.states import TenantState
from core.errors import Forbidden
from core.jobs import schedules
from core.jobs.models import Job
from core.kernel import Kernel
from core.licensing.clock import note_time
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import licences
from tests.addon_registry.licences.conftest import DAY, Vendor, current
from tests.fake_addons.licensed.kiosk.models import Price, Sale
from tests.fake_addons.licensed.loyalty.models import Point

StateOf = Callable[[Tenant], TenantState]
Enter = Callable[..., httpx.Client]


def price(kernel: Kernel, shop: Tenant) -> int:
    """A price that is there from better days; its id."""
    with kernel.session(current(kernel, shop)) as session:
        row = Price(article="Coffee", amount=2)
        session.add(row)
        session.flush()
        return row.id


def count(kernel: Kernel, shop: Tenant, model: type) -> int:
    with kernel.session(current(kernel, shop)) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_without_licences_everything_is_included(shop: Tenant, state_of: StateOf) -> None:
    state = state_of(shop)
    assert state.enabled >= {"kiosk", "loyalty"}
    assert state.standings["kiosk"].kind == "included"
    assert not state.read_only


@pytest.mark.parametrize(
    ("ends", "kind"),
    [
        (100 * DAY, "licensed"),
        (10 * DAY, "warning"),
        (-3 * DAY, "warning"),
        (-20 * DAY, "read_only"),
    ],
)
def test_a_licence_ends_by_degrees(
    ends: timedelta, kind: str, shop: Tenant, vendor: Vendor, state_of: StateOf
) -> None:
    vendor.grants(shop, ends=ends)
    state = state_of(shop)
    assert state.standings["kiosk"].kind == kind
    assert "kiosk" in state.enabled, "never off"
    assert ("kiosk" in state.read_only) == (kind == "read_only")
    # What the licence says nothing of is as it was.
    assert state.standings["loyalty"].kind == "included"


def test_a_trial_is_told_of_in_its_last_quarter(
    shop: Tenant, vendor: Vendor, state_of: StateOf
) -> None:
    vendor.grants(shop, begins=-1 * DAY, ends=13 * DAY, trial=True)
    assert state_of(shop).standings["kiosk"].kind == "trial"
    vendor.grants(shop, "loyalty", begins=-12 * DAY, ends=2 * DAY, trial=True)
    found = state_of(shop).standings["loyalty"]
    assert (found.kind, found.trial) == ("warning", True)


READING = [
    "/kiosk/prices",
    "/kiosk/prices/export.csv",
    "/kiosk/prices/export.xlsx",
    "/kiosk/prices/{id}",
    "/kiosk/prices/{id}/history",
    "/api/v1/kiosk/prices",
]
WRITING: list[tuple[str, str, dict[str, str]]] = [
    ("POST", "/kiosk/prices/new", {"article": "Tea", "amount": "1"}),
    ("POST", "/kiosk/prices/{id}/edit", {"article": "Tea", "amount": "9"}),
    ("POST", "/kiosk/prices/{id}/delete", {}),
    ("POST", "/kiosk/prices/{id}/actions/double", {}),
    ("POST", "/kiosk/prices/{id}/cells/amount", {"amount": "7"}),
    ("POST", "/kiosk/prices/bulk/edit", {"ids": "{id}", "amount": "7"}),
    ("POST", "/kiosk/prices/bulk/delete", {"ids": "{id}"}),
    ("POST", "/kiosk/prices/bulk/actions/double", {"ids": "{id}"}),
    ("POST", "/kiosk/prices/import", {}),
    ("GET", "/kiosk/prices/new", {}),
    ("GET", "/kiosk/prices/{id}/edit", {}),
    ("POST", "/kiosk/reprice", {}),
    ("POST", "/api/v1/kiosk/prices", {}),
    ("PATCH", "/api/v1/kiosk/prices/{id}", {}),
    ("DELETE", "/api/v1/kiosk/prices/{id}", {}),
    ("POST", "/api/v1/kiosk/prices/{id}/actions/double", {}),
    ("POST", "/api/v1/kiosk/prices/imports", {}),
]


def test_every_door_that_writes_is_shut_and_every_door_that_reads_is_open(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    known = price(kernel, shop)
    vendor.grants(shop, ends=-20 * DAY)
    browser = enter()
    for path in READING:
        answer = browser.get(path.format(id=known))
        assert answer.status_code == 200, path
    for method, path, fields in WRITING:
        data = {name: value.format(id=known) for name, value in fields.items()}
        answer = browser.request(method, path.format(id=known), data=data)
        assert answer.status_code == 403, (method, path, answer.status_code)
        assert "has ended" in answer.text, (method, path)
    with kernel.session(current(kernel, shop)) as session:
        kept = session.scalars(select(Price)).one()
        assert (kept.article, kept.amount) == ("Coffee", 2)


def test_the_reader_prints_and_takes_the_data_along(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    known = price(kernel, shop)
    vendor.grants(shop, ends=-20 * DAY)
    browser = enter()
    assert "Coffee" in browser.get("/kiosk/prices/export.csv").text
    assert browser.post(f"/kiosk/prices/{known}/print").status_code < 400
    note = f"/kiosk/prices/{known}/conversation/notes"
    assert browser.post(note, data={"body": "Why is this dear?"}).status_code < 400
    takeout = browser.post("/settings/data/takeouts")
    assert takeout.status_code < 400


def test_the_till_sells_on_and_what_follows_from_its_sales_is_written(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    vendor.grants(shop, "kiosk", "loyalty", ends=-20 * DAY)
    browser = enter()
    assert browser.post("/kiosk/ring", data={"article": "Tea"}).status_code == 200
    assert browser.post("/kiosk/sales/new", data={"article": "Cake"}).status_code < 400
    assert count(kernel, shop, Sale) == 2
    # Points are documents of an addon that lapsed too; sales need them.
    assert count(kernel, shop, Point) == 2
    assert browser.post("/loyalty/points/new", data={"sale_id": "9"}).status_code == 403


def test_of_the_jobs_those_wait_that_run_by_themselves_and_are_not_the_till_s(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    with kernel.session(shop) as session:
        schedules.plan(session)
    vendor.grants(shop, ends=-20 * DAY)
    later = datetime.now(UTC) + timedelta(hours=24)
    while schedules.start_due(kernel, later):
        pass
    with kernel.session(current(kernel, shop)) as session:
        queued = set(session.scalars(select(Job.name).where(Job.name.startswith("kiosk."))))
    assert queued == {"kiosk.close_day"}


def test_with_the_next_licence_everything_goes_on_at_once(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    vendor.grants(shop, ends=-20 * DAY)
    browser = enter()
    new = {"article": "Tea", "amount": "1"}
    assert browser.post("/kiosk/prices/new", data=new).status_code == 403
    vendor.grants(shop, begins=-1 * DAY, ends=300 * DAY)
    assert browser.post("/kiosk/prices/new", data=new).status_code < 400
    assert count(kernel, shop, Price) == 1


def test_a_revoked_licence_has_no_days_of_grace(
    kernel: Kernel, shop: Tenant, vendor: Vendor, state_of: StateOf
) -> None:
    serial = vendor.grants(shop, ends=100 * DAY, grace_days=30)
    with kernel.session(control(kernel)) as session:
        licences.revoke(session, licences.get(session, serial), "Not paid")
    vendor.heard(shop)
    standing = state_of(shop).standings["kiosk"]
    assert standing.is_read_only
    assert standing.revoked


def test_a_clock_that_is_set_back_extends_nothing_and_is_noticed(
    kernel: Kernel,
    shop: Tenant,
    vendor: Vendor,
    state_of: StateOf,
    frozen_time: Callable[[datetime], object],
) -> None:
    vendor.grants(shop, ends=-20 * DAY)
    with kernel.session(current(kernel, shop), role="owner") as session:
        note_time(session)
    frozen_time(datetime.now(UTC) - 60 * DAY)
    kernel.states.forget(shop.id)
    state = state_of(shop)
    assert "kiosk" in state.read_only
    assert timedelta(days=59) < state.clock_behind < timedelta(days=61)


def test_the_application_s_own_role_cannot_turn_the_clock_back(
    kernel: Kernel, shop: Tenant
) -> None:
    with kernel.session(current(kernel, shop)) as session, pytest.raises(Exception, match="denied"):
        _turn_back(session)


def _turn_back(session: Session) -> None:
    session.execute(update(AddonRecord).values(seen_at=None))


def test_what_was_never_enabled_needs_a_licence_that_holds_and_what_was_can_be_read_again(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    known = price(kernel, shop)
    vendor.grants(shop, ends=-20 * DAY)
    lifecycle.disable(kernel, current(kernel, shop), "kiosk")
    lifecycle.enable(kernel, current(kernel, shop), "kiosk")
    assert "Coffee" in enter().get(f"/kiosk/prices/{known}").text
    lifecycle.disable(kernel, current(kernel, shop), "kiosk")
    confirmed = confirmation_for("kiosk")
    lifecycle.purge(kernel, current(kernel, shop), "kiosk", confirmation=confirmed)
    with pytest.raises(Forbidden, match="licence for Kiosk has ended"):
        lifecycle.enable(kernel, current(kernel, shop), "kiosk")


def test_a_sample_company_has_what_its_company_has(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    serial = vendor.grants(shop)
    sample = kernel.samples.make(kernel, current(kernel, shop), ("kiosk",))
    try:
        assert [one.serial for one in sample.entitlements] == [serial]
    finally:
        kernel.samples.erase(kernel, shop)
