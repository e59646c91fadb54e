"""What is odd about a receipt is booked, and said to the manager in words; such as a customer who
was written down at a till and is known already by the telephone."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from addons.contacts.services.contacts import create_contact
from addons.pos.services.flags import FLAGS
from tests.pos.shop import TillShop


def test_a_customer_with_a_known_telephone_number_is_told_to_the_manager(
    shop: TillShop, as_user: Callable[..., httpx.Client]
) -> None:
    with shop.kernel.session(shop.tenant) as session:
        create_contact(session, {"name": "Salma Haddad", "phone": "+966 50 123 4567"})
    tea, till = shop.product("10.00"), shop.till()
    till.open()
    customers = [
        {"key": "01JD0000000000000000000001", "name": "S. Haddad", "phone": "+966501234567"},
        {"key": "01JD0000000000000000000002", "name": "Salma Haddad", "phone": "+966501110000"},
    ]
    sold = [
        till.sell(shop.line(tea), method=shop.methods["cash"], customer=one) for one in customers
    ]
    till.sync()
    shop.book()
    flags = [till.ask(one["sync_id"]).get("flags", []) for one in sold]
    assert flags == [["customer_twice"], []]
    page = as_user("pos.manager").get("/pos/sales/1").text
    assert FLAGS["customer_twice"] in page
