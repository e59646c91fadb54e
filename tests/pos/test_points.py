"""Points at a till: what a sale earns, once; what goes with goods that come back; and points that
pay, though somebody else used them meanwhile. The sale has happened, so it is booked all the same.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from addons.contacts.services.contacts import create_contact
from addons.pos.models import Register
from addons.pos.services.methods import create_method
from addons.sales.models import LoyaltyAccount
from addons.sales.services.loyalty.changing import adjust_points
from addons.sales.services.loyalty.keeping import account_of
from addons.sales.services.loyalty.programs import create_program
from tests.pos.sample_client import SampleTill
from tests.pos.shop import TillShop


@pytest.fixture
def club(shop: TillShop) -> Club:
    """A programme: a point for each 10.00 before tax, worth half a riyal; and Salma, who is in it
    with 40 points that she was given."""
    return Club(shop)


class Club:
    """Salma's points, and the way to pay with them."""

    def __init__(self, shop: TillShop) -> None:
        self.shop = shop
        with shop.kernel.session(shop.tenant) as session:
            values = {"name": "Club", "currency": "SAR", "point_value": Decimal("0.5")}
            self.program = create_program(session, values).id
            self.method = create_method(session, {"name": "Points", "kind": "loyalty"}).id
            self.salma = create_contact(session, {"name": "Salma", "is_customer": True}).id
            self.give(session, Decimal(40))

    def give(self, session: Session, points: Decimal) -> None:
        """Points as a present, or taken where they are negative."""
        account = account_of(session, self.program, self.salma)
        adjust_points(session, account, points, "Present")

    def paid(self, amount: str) -> list[dict[str, Any]]:
        """Points as the payment of a receipt."""
        return [{"method": self.method, "amount": amount, "code": str(self.program)}]

    def account(self) -> tuple[Decimal, Decimal]:
        """How many points she has, and how many she owes."""
        with self.shop.kernel.session(self.shop.tenant) as session:
            row = session.query(LoyaltyAccount).one()
            return row.points, row.owed

    def till(self) -> SampleTill:
        """A till with an open session."""
        till = self.shop.till()
        till.open()
        return till

    def booked(self, till: SampleTill, operation: dict[str, Any]) -> list[str]:
        """Sync, book, and the flags of an operation."""
        till.sync()
        self.shop.book()
        done = till.ask(operation["sync_id"])
        assert done["status"] == "done", done
        return done.get("flags", [])


def test_a_sale_earns_once_and_loses_in_proportion_what_comes_back(
    shop: TillShop, club: Club
) -> None:
    tea, till = shop.product("25.00"), club.till()
    cash, salma = shop.methods["cash"], {"id": club.salma}
    sold = till.sell(shop.line(tea, "25.00", "4"), method=cash, customer=salma)
    assert club.booked(till, sold) == []
    assert club.account() == (50, 0)
    till.send([sold])
    shop.book()
    assert club.account() == (50, 0)

    # 100 earned 10; what is left of it is 75, and then 25.
    for quantity, left in (("-1", 47), ("-2", 42)):
        of = {"sale": sold["sync_id"], "line": 1}
        back = till.refund(shop.line(tea, "25.00", quantity, of=of), method=cash)
        assert club.booked(till, back) == []
        assert club.account() == (left, 0)
    assert shop.broken() == []


def test_points_that_were_spent_are_owed_when_the_goods_come_back(
    shop: TillShop, club: Club
) -> None:
    tea, till = shop.product("100.00"), club.till()
    cash, salma = shop.methods["cash"], {"id": club.salma}
    sold = till.sell(shop.line(tea, "100.00"), method=cash, customer=salma)
    club.booked(till, sold)
    with shop.kernel.session(shop.tenant) as session:
        club.give(session, Decimal(-50))
    of = {"number": sold["payload"]["number"], "line": 1}
    club.booked(till, till.refund(shop.line(tea, "100.00", "-1", of=of), method=cash))
    assert club.account() == (0, 10)
    sold = till.sell(shop.line(tea, "100.00", "2"), method=cash, customer=salma)
    club.booked(till, sold)
    assert club.account() == (10, 0)
    assert shop.broken() == []


def test_points_pay_and_come_back_with_what_they_were_worth(shop: TillShop, club: Club) -> None:
    tea, till = shop.product("10.00"), club.till()
    salma = {"id": club.salma}
    till.sell(shop.line(tea, "10.00", "10"), method=shop.methods["cash"], customer=salma)
    sold = till.sell(shop.line(tea, "10.00"), method=0, customer=salma, payments=club.paid("11.50"))
    assert club.booked(till, sold) == []
    assert club.account() == (28, 0)  # 40 and 10, less 23, and 1 for what points paid
    assert shop.rows("SELECT amount, points, short FROM pos.sale_payment WHERE points <> 0") == [
        (Decimal("11.50"), 23, 0)
    ]
    of = {"sale": sold["sync_id"], "line": 1}
    back = till.refund(
        shop.line(tea, "10.00", "-1", of=of), method=0, customer=salma, payments=club.paid("-11.50")
    )
    assert club.booked(till, back) == []
    assert club.account() == (50, 0)
    worth = shop.rows("SELECT sum(worth) FROM sales.loyalty_move WHERE kind IN"
                      " ('redeem', 'restore')")  # fmt: skip
    assert worth == [(0,)]
    assert shop.broken() == []


def test_two_tills_that_were_both_away_take_the_same_points_and_the_customer_owes_the_rest(
    shop: TillShop, club: Club
) -> None:
    tea, salma = shop.product("10.00"), {"id": club.salma}
    tills = [shop.till("R01"), shop.till("R02")]
    sold = []
    for till in tills:
        till.open()
        paid = club.paid("17.25")
        sold.append(till.sell(shop.line(tea, "15.00"), method=0, customer=salma, payments=paid))
        till.sync()
    shop.book()
    assert [till.ask(one["sync_id"]).get("flags", []) for till, one in zip(tills, sold, strict=True)
            ] == [["price"], ["price", "points"]]  # fmt: skip
    # 17.25 takes 35 points. Six are left by then: five, and one that the first sale earned.
    owed = shop.rows("SELECT points, short FROM pos.sale_payment ORDER BY id")
    assert owed == [(35, 0), (6, Decimal("14.25"))]
    due = "SELECT sum(amount) FROM accounting.journal_line WHERE due_date > '-infinity'"
    assert shop.count(due) == Decimal("14.25")
    assert shop.broken() == []


def test_a_till_asks_how_many_points_there_are_and_hears_of_them_with_their_time(
    shop: TillShop, club: Club
) -> None:
    till = shop.till()
    headers = {"authorization": f"Bearer {till.token}"}

    def ask(customer: Any) -> Any:
        return shop.http.post("/api/v1/pos/points", json={"customer": customer}, headers=headers)

    (known,) = ask(club.salma).json()["points"]
    assert (known["program"], known["points"]) == (club.program, "40")
    assert known["at"].endswith("Z")
    assert ask("Salma").status_code == 422
    assert ask(2**40).status_code == 404
    page = shop.http.get("/api/v1/pos/feed", headers=headers).json()
    assert page["settings"]["points"] == "online"
    while "customers" not in page:
        url = f"/api/v1/pos/feed?since={page['cursor']}"
        page = shop.http.get(url, headers=headers).json()
    (told,) = (one for one in page["customers"] if one["id"] == club.salma)
    assert told["points"][0]["points"] == "40"


def test_the_usual_customer_of_a_till_collects_nothing(shop: TillShop, club: Club) -> None:
    tea, till = shop.product("100.00"), club.till()
    with shop.kernel.session(shop.tenant) as session:
        session.get_one(Register, till.register).default_customer_id = club.salma
    sold = till.sell(
        shop.line(tea, "100.00"), method=shop.methods["cash"], customer={"id": club.salma}
    )
    assert club.booked(till, sold) == []
    assert club.account() == (40, 0)
