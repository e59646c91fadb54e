"""Seats and quotas: counted as they are said to be, shown with names, asked for when something is
added, and never a reason to lock anybody out."""

from __future__ import annotations

import threading
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import func, select

from core.addons.limits import LimitReached
from core.auth import roles, seats, users
from core.auth.models import Branch, User
from core.auth.users import ADMIN_ROLE
from core.errors import AppError
from core.kernel import Kernel
from core.licensing import quotas
from core.licensing.models import DocumentsMade
from core.tenancy.tenant import Tenant
from tests.addon_registry.licences.conftest import DAY, Vendor, current
from tests.fake_addons.licensed.kiosk.models import Price

Enter = Callable[..., httpx.Client]


def employ(kernel: Kernel, shop: Tenant, *names: str, role: str = "") -> None:
    """Users with a role that sells, or with another one."""
    with kernel.session(current(kernel, shop)) as session:
        for name in names:
            mail = f"{name.split()[0].lower()}@example.com"
            users.create_user(session, email=mail, name=name, roles=[role] if role else [])


def seller(kernel: Kernel, shop: Tenant) -> str:
    """A role of the company's own that may sell; its code."""
    with kernel.session(current(kernel, shop)) as session:
        return roles.create_role(session, title="Seller", grants={"kiosk.sale.sell": "all"}).code


def test_who_may_use_the_addon_takes_a_seat_and_nobody_else(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    role = seller(kernel, shop)
    vendor.grants(shop, seats=10)
    employ(kernel, shop, "Boss", role=ADMIN_ROLE)
    employ(kernel, shop, "Sara", "Omar", role=role)
    employ(kernel, shop, "Visitor")
    with kernel.session(current(kernel, shop)) as session:
        counted = seats.seats_of(session, "kiosk")
        assert counted.names == ("Boss", "Omar", "Sara")
        assert counted.most == 10
        users.set_active(session, users.find_by_email(session, "omar@example.com"), False)  # type: ignore[arg-type]
        assert seats.seats_of(session, "kiosk").names == ("Boss", "Sara")


def test_no_door_gives_out_a_seat_that_is_not_there(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    role = seller(kernel, shop)
    employ(kernel, shop, "Sara", "Omar", role=role)
    employ(kernel, shop, "Visitor")
    vendor.grants(shop, seats=2)
    with pytest.raises(LimitReached, match="All 2 seats of Kiosk are taken"):
        employ(kernel, shop, "Third", role=role)
    with kernel.session(current(kernel, shop)) as session:
        visitor = users.find_by_email(session, "visitor@example.com")
        assert visitor is not None
        with pytest.raises(LimitReached):
            users.set_roles(session, visitor, [role])
        session.rollback()
    with kernel.session(current(kernel, shop)) as session:
        guests = roles.create_role(session, title="Guests", grants={})
        visitor = users.find_by_email(session, "visitor@example.com")
        assert visitor is not None
        users.set_roles(session, visitor, [guests.code])
        with pytest.raises(LimitReached):
            roles.set_grants(session, guests, {"kiosk.price.change": "all"})
        session.rollback()
    with kernel.session(current(kernel, shop)) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 3, "nothing half-written"


def test_a_smaller_licence_locks_nobody_out(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    role = seller(kernel, shop)
    browser = enter(role)
    employ(kernel, shop, "Sara", "Omar", role=role)
    vendor.grants(shop, seats=1)
    assert browser.get("/kiosk/sales").status_code == 200
    # Fewer is always possible, and so is what changes nothing of it.
    with kernel.session(current(kernel, shop)) as session:
        sara = users.find_by_email(session, "sara@example.com")
        assert sara is not None
        users.change_user(session, sara, email=sara.email, name="Sarah")
        users.set_roles(session, sara, [])


def test_two_administrators_do_not_both_give_out_the_last_seat(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    role = seller(kernel, shop)
    vendor.grants(shop, seats=1)
    outcomes: list[str] = []
    begin = threading.Barrier(2)

    def employ_one(name: str) -> None:
        begin.wait()
        try:
            employ(kernel, shop, name, role=role)
            outcomes.append("employed")
        except AppError as error:
            outcomes.append(type(error).__name__)

    both = [threading.Thread(target=employ_one, args=(name,)) for name in ("Sara", "Omar")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(outcomes) == ["LimitReached", "employed"]


def test_licences_of_the_same_addon_add_their_seats(
    kernel: Kernel, shop: Tenant, vendor: Vendor
) -> None:
    vendor.grants(shop, seats=2)
    vendor.grants(shop, seats=3)
    with kernel.session(current(kernel, shop)) as session:
        assert seats.seats_of(session, "kiosk").most == 5
    vendor.grants(shop)
    with kernel.session(current(kernel, shop)) as session:
        assert seats.seats_of(session, "kiosk").most is None


def test_quotas_of_users_branches_and_documents_say_when_they_are_full(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    browser = enter()
    vendor.grants(shop, quotas={"users": 2, "branches": 1, "documents": 2})
    employ(kernel, shop, "Second")
    with pytest.raises(LimitReached, match="covers 2 users"):
        employ(kernel, shop, "Third")
    assert browser.post("/core/branches/new", data={"name": "North"}).status_code < 400
    refused = browser.post("/core/branches/new", data={"name": "South"})
    assert refused.status_code == 422
    assert "covers 1 of these: Branches" in refused.text
    for article in ("Tea", "Cake"):
        made = browser.post("/kiosk/prices/new", data={"article": article, "amount": "1"})
        assert made.status_code < 400
    refused = browser.post("/kiosk/prices/new", data={"article": "Pie", "amount": "1"})
    assert refused.status_code == 422
    assert "2 documents a month" in refused.text
    # A till is never blocked, by this no more than by anything else.
    assert browser.post("/kiosk/sales/new", data={"article": "Tea"}).status_code < 400
    with kernel.session(current(kernel, shop)) as session:
        assert session.scalar(select(func.count()).select_from(Branch)) == 1
        assert session.scalar(select(func.count()).select_from(Price)) == 2
        quotas.add_up(session)
        assert [row.number for row in session.scalars(select(DocumentsMade))] == [2]


def test_files_have_the_room_that_the_licence_gives(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    vendor.grants(shop, quotas={"storage": 2**20})
    browser = enter()
    browser.post("/kiosk/prices/new", data={"article": "Tea", "amount": "1"})
    to = "/kiosk/prices/1/conversation/attachments"
    small = browser.post(to, files={"file": ("a.txt", b"a" * 1000)})
    assert small.status_code < 400
    large = browser.post(to, files={"file": ("b.txt", b"b" * 2**20)})
    assert large.status_code == 422
    assert "all files may take 1 MB" in large.text


def test_the_page_shows_standings_seats_by_name_and_what_is_counted(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    employ(kernel, shop, "Sara Quill", role=seller(kernel, shop))
    vendor.grants(shop, seats=3, ends=5 * DAY, quotas={"users": 9})
    page = enter().get("/settings/licences").text
    assert "Ends soon" in page
    assert "Sara Quill" in page
    assert "2 of 3" in page
    assert "Users" in page
    assert shop.id in page


def test_the_page_is_for_those_who_see_addons(kernel: Kernel, shop: Tenant, enter: Enter) -> None:
    assert enter(seller(kernel, shop)).get("/settings/licences").status_code == 403


def test_warnings_are_for_administrators_and_a_shut_door_for_everybody(
    kernel: Kernel, shop: Tenant, vendor: Vendor, enter: Enter
) -> None:
    boss, clerk = enter(), enter(seller(kernel, shop))
    assert "ends on" not in boss.get("/kiosk/sales").text
    vendor.grants(shop, ends=5 * DAY)
    assert "The licence for Kiosk ends on" in boss.get("/kiosk/sales").text
    assert "ends on" not in clerk.get("/kiosk/sales").text
    assert "ends on" not in boss.get("/settings/addons").text
    vendor.grants(shop, "loyalty", ends=-20 * DAY)
    page = boss.get("/loyalty/points").text
    assert "ended on" in page
    assert "/loyalty/points/new" not in page, "no button for what would be refused"
