"""A till sells, takes back and closes: every receipt has one sale, its goods, one entry and its
taxes, and what was odd about it is flagged and not refused."""

from __future__ import annotations

from decimal import Decimal

from tests.pos.shop import TillShop


def test_a_day_at_a_till_is_in_the_books(shop: TillShop) -> None:
    tea, cup = shop.product("10.00"), shop.product("20.00")
    till = shop.till()
    cash = shop.methods["cash"]
    till.open()
    sold = till.sell(shop.line(tea, "10.00", "2"), shop.line(cup, "20.00"), method=cash)
    till.sync()
    shop.book()
    till.refund(shop.line(tea, "10.00", "-1", of={"sale": sold["sync_id"], "line": 1}), method=cash)
    till.close([(cash, "134.50")])
    assert till.sync()["results"][-1]["status"] == "accepted"
    shop.book()

    assert shop.states() == {"done": 4}
    done = till.ask(sold["sync_id"])
    assert (done["status"], done["document"]["number"]) == ("done", "R01-1-00001")
    assert "flags" not in done
    assert shop.on_hand(tea) == 99
    assert shop.on_hand(cup) == 99
    assert shop.rows("SELECT count(*), sum(total) FROM pos.sale") == [(2, Decimal("34.50"))]
    assert shop.balance("Income:Sales") == Decimal("-40.00")
    assert shop.balance("Income:Sales returns") == Decimal("10.00")
    assert shop.balance("Assets:Cash in tills") == Decimal("34.50")
    assert shop.balance("Expenses:Cost of goods sold") == Decimal("8")
    assert shop.broken() == []
