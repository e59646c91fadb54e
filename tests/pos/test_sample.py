"""The sample company has tills that sold: a day that is closed with its Z report, and one that is
still open; everything in the books, and nothing odd about it."""

from __future__ import annotations

from addons.pos.services.sample import fill
from tests.pos.shop import TillShop


def test_the_sample_company_has_a_closed_day_and_an_open_one(shop: TillShop) -> None:
    for price in ("11.50", "9.00", "49.00", "7.25"):
        shop.product(price)
    with shop.kernel.session(shop.tenant) as session:
        fill(session)
    assert shop.states() == {"done": 27}
    assert shop.rows(
        "SELECT register.code, session.state, session.z_number FROM pos.session"
        " JOIN pos.register ON register.id = session.register_id ORDER BY 1"
    ) == [("R01", "closed", 1), ("R02", "open", None)]
    sold = "SELECT count(*), count(*) FILTER (WHERE flags <> '{}') FROM pos.sale"
    assert shop.rows(sold) == [(24, 0)]
    assert shop.broken() == []
