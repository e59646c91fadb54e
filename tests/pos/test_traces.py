"""`doctor` holds tills against the books and the store: an entry that is missing or goods that were
moved twice are found among all the others, and named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.accounting.reactions import pos
from addons.catalog.api import GoneGoods, stock
from tests.pos.shop import TillShop


def sold_and_returned(shop: TillShop) -> None:
    """Goods, a service, an exchange for the same, something free, and a refund."""
    tea = shop.product("10.00")
    service = shop.product("5.00", stocked="0", kind="service")
    till, cash = shop.till(), shop.methods["cash"]
    till.open()
    sold = till.sell(shop.line(tea, "10.00", "2"), shop.line(service, "5.00"), method=cash)
    of = {"sale": sold["sync_id"], "line": 1}
    back = shop.line(tea, "10.00", "-1", of=of)
    till.sell(shop.line(tea, "10.00"), back, method=cash)
    till.sell(shop.line(tea, "0.00"), method=cash)
    till.refund(shop.line(tea, "10.00", "-1", of=of), method=cash)
    till.sync()
    shop.book()


def test_every_receipt_has_its_entry_and_every_line_its_goods(shop: TillShop) -> None:
    sold_and_returned(shop)
    assert shop.broken() == []
    assert shop.count("SELECT count(*) FROM accounting.journal_entry"
                      " WHERE source_type = 'pos.sale'") == 3  # fmt: skip


def test_goods_that_were_moved_twice_are_found(shop: TillShop) -> None:
    sold_and_returned(shop)
    (line,) = shop.rows("SELECT sale_id, sale_line.id, product_id, day FROM pos.sale_line"
                        " JOIN pos.sale ON sale.id = sale_id ORDER BY 2 LIMIT 1")  # fmt: skip
    sale_id, line_id, product_id, day = line
    again = GoneGoods(
        source_id=sale_id, line_id=line_id, number="", product_id=product_id, quantity=Decimal(1),
        day=day, warehouse_id=None,
    )  # fmt: skip
    with shop.kernel.session(shop.tenant) as session:
        keeper = stock(session)
        assert keeper is not None
        keeper.book_gone(session, "pos.sale", [again], "Sold twice")
    said = dict(shop.broken())["pos.one_stock_effect_each"]
    assert said == "5 = 6 5 lines from 0 to 9999, 6 there"


def test_a_receipt_that_the_books_never_heard_of_is_found(
    shop: TillShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold_and_returned(shop)
    monkeypatch.setattr(pos, "post_bulk", lambda session, entries: None)
    till = shop.till("R02")
    till.open()
    till.sell(shop.line(shop.products[0], "10.00"), method=shop.methods["cash"])
    till.sync()
    shop.book()
    said = dict(shop.broken())["pos.one_entry_each"]
    assert said == "4 = 3 4 receipts from 0 to 9999, 3 there"
