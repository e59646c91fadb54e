"""A customer with points and a coupon at the till: both are asked for while there is a network, and
go by what the till last knew without one."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from addons.contacts.models import Contact
from addons.pos.options import TillOptions
from addons.pos.services.methods import create_method
from addons.sales.models import Coupon
from addons.sales.services.coupons.batches import create_batch
from addons.sales.services.loyalty.changing import adjust_points
from addons.sales.services.loyalty.keeping import account_of
from addons.sales.services.loyalty.programs import create_program
from addons.sales.services.promotions.keeping import create_promotion
from core.addons.options import set_options
from tests.chrome import violations
from tests.pos.app.till import Shop, Till

PICTURES = os.environ.get("TILL_PICTURES", "")
TEA = "6281000000014"
_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def codes(shop: Shop) -> list[str]:
    """Ten percent off for a coupon, by two codes; and Salma's forty points, of half a riyal each,
    of which tills take twenty without asking."""
    with shop.kernel.session(shop.tenant) as session:
        set_options(session, TillOptions, points="last_known", coupons="last_known")
        tiers = [{"percent": Decimal(10)}]
        promotion = {"name": "Ten off", "kind": "percent", "needs_coupon": True, "tiers": tiers}
        key = create_promotion(session, promotion).id
        made = create_batch(
            session, {"promotion_id": key, "name": "Cards", "prefix": "TEA2", "size": 2}
        )
        club = {"name": "Club", "currency": "SAR", "point_value": Decimal("0.5")}
        program = create_program(session, {**club, "offline_points": Decimal(20)})
        salma = session.scalars(select(Contact.id).where(Contact.name == "Salma Haddad")).one()
        adjust_points(session, account_of(session, program.id, salma), Decimal(40), "Present")
        create_method(session, {"name": "Points", "kind": "loyalty", "position": 9})
        return list(session.scalars(select(Coupon.code).where(Coupon.batch_id == made.id)))


def take_customer(one: Till) -> None:
    """Choose Salma by keys alone."""
    one.page.keyboard.press("F3")
    one.page.get_by_label("Name, telephone, tax number").fill("Salma")
    expect(one.page.locator("button.choice")).to_have_count(1)
    one.page.keyboard.press("Enter")


def pay_by_points(one: Till) -> None:
    """As much as points pay, and the rest in cash."""
    one.page.keyboard.press("F9")
    one.page.get_by_role("button", name="Points").click()
    one.page.keyboard.press("Enter")


def the_rest_in_cash(one: Till) -> None:
    """What points left open, and on to the next sale."""
    one.page.get_by_role("button", name="Cash").click()
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_role("button", name="Next sale")).to_be_visible()
    one.next()


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("phone", {"width": 360, "height": 740}),
        ("desk-dark", {"width": 1280, "height": 800, "color_scheme": "dark"}),
    ],
)
def test_what_a_customer_shows_is_seen_and_heard(
    till: Callable[..., Till], codes: list[str], name: str, more: dict[str, object]
) -> None:
    one = till(**more)
    page = one.page
    wrong: list[object] = []

    def look(screen: str) -> None:
        one.picture(f"{name}-{screen}", PICTURES)
        wrong.extend((screen, *found) for found in violations(page))
        if page.evaluate(_WIDER):
            wrong.append((screen, "wider than the window"))

    one.bind()
    one.sign_in()
    one.begin()
    one.scan(TEA)
    page.keyboard.press("Alt+c")
    page.get_by_label("Code of the coupon").fill("NOSUCH")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no coupon NOSUCH.")
    look("coupon")
    page.get_by_label("Code of the coupon").fill(codes[0].lower())
    page.keyboard.press("Enter")
    one.owes("11.90")
    take_customer(one)
    if name == "phone":
        page.get_by_role("button", name="Basket: 1").click()
    expect(page.locator(".basket .points")).to_contain_text("40 points, worth SAR 20.00, as of")
    look("basket")
    page.keyboard.press("F9")
    look("pay")
    assert wrong == []


def test_a_till_without_a_network_takes_what_it_knows_and_no_more(
    till: Callable[..., Till], shop: Shop, codes: list[str]
) -> None:
    one = till()
    one.bind("R02")
    one.sign_in()
    one.begin()
    take_customer(one)
    one.scan(TEA)
    one.scan(codes[0])
    one.owes("11.90")
    # Forty points would pay for all of it; while the till can ask, it takes as many as it needs.
    pay_by_points(one)
    expect(one.page.locator(".pay-figure")).to_contain_text("0.40")
    the_rest_in_cash(one)
    one.until_synced()

    one.context.set_offline(True)
    take_customer(one)
    expect(one.page.locator(".basket .points")).to_contain_text("17 points")
    one.scan(TEA)
    one.scan(codes[0])
    expect(one.page.get_by_text("This coupon was used at this till already.")).to_be_visible()
    one.scan(codes[1])
    one.owes("11.90")
    pay_by_points(one)
    expect(one.page.locator(".pay-figure")).to_contain_text("3.40")
    the_rest_in_cash(one)
    one.context.set_offline(False)
    one.until_synced()
    shop.book()

    sales = shop.rows("SELECT total, array_remove(flags, 'stock') FROM pos.sale ORDER BY id")
    assert [tuple(row) for row in sales] == [(Decimal("11.90"), []), (Decimal("11.90"), [])]
    used = shop.rows("SELECT points FROM pos.sale_payment WHERE points <> 0 ORDER BY id")
    assert [row[0] for row in used] == [23, 17]
    assert shop.rows("SELECT count(*) FROM sales.promotion_use WHERE NOT beyond")[0][0] == 2
