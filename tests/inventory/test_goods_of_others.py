"""Goods that are never the company's stock: what goes from a supplier to a customer, and what a
supplier leaves in the warehouse until it is used. Whatever happens to them, the stock is worth what
it was, and what was bought and sold is put down at what the supplier asks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.contacts.api import add_contact
from addons.contacts.services.merging import merge_contacts
from addons.inventory.models import Location, OpeningStock
from addons.inventory.services.ledger.values import MoveDraft, Posted
from addons.inventory.services.places import create_location
from addons.inventory.services.valuation.invariants import INVARIANTS
from addons.inventory.services.valuation.opening import post_opening
from core.api import Conflict, InvalidInput
from core.events.log import write_waiting
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.inventory.conftest import DAY, Store

D = Decimal


def passed(store: Store, product: int, quantity: str, price: str) -> Posted:
    """Goods from a supplier to a customer."""
    return store.move(
        MoveDraft(
            product,
            store.outside("supplier"),
            store.outside("customer"),
            D(quantity),
            price=D(price),
        )
    )


def shelf(store: Store, owner: str = "Gulf Spares") -> Location:
    """A place in the warehouse where goods of a supplier lie."""
    contact = add_contact(store.session, {"name": owner, "is_supplier": True}).id
    return create_location(
        store.session,
        {"name": owner, "parent_id": store.stock, "kind": "consigned", "contact_id": contact},
    )


def left(store: Store, product: int, quantity: str, price: str, at: Location) -> Posted:
    """A supplier leaves goods."""
    return store.receive(product, quantity, price, to_id=at.id)


def sound(store: Store) -> None:
    """What is always true of the stock is true."""
    store.session.flush()
    for invariant in INVARIANTS:
        result = invariant.check(store.session)
        assert result.holds, (invariant.name, result)


def uses(store: Store) -> list[dict[str, Any]]:
    """What was told of suppliers' goods that were used, the oldest first."""
    write_waiting(store.session)
    query = text("SELECT payload FROM core.event_log WHERE name = :name ORDER BY id")
    found = store.session.scalars(query, {"name": "inventory.ConsignedGoodsUsed"})
    return list(found)


@pytest.mark.parametrize("method", ["fifo", "average", "standard"])
def test_goods_that_pass_through_leave_the_stock_as_it_is(store: Store, method: str) -> None:
    product = store.product(method)
    store.receive(product, "10", "4")
    gone = passed(store, product, "3", "7")
    assert gone.moves[0].value == 21
    assert store.held(product) == (10, 40)
    assert store.roles(product) == {"stock": 40, "received": -61, "sold": 21}
    back = MoveDraft(
        product,
        store.outside("customer"),
        store.outside("supplier"),
        D(1),
        reverses_id=gone.moves[0].id,
    )
    assert store.move(back).moves[0].value == 7
    assert store.roles(product) == {"stock": 40, "received": -54, "sold": 14}


def test_goods_that_passed_through_come_into_stock_at_what_they_cost(store: Store) -> None:
    product = store.product()
    gone = passed(store, product, "3", "7")
    store.receive(product, "1", None, from_="customer", reverses_id=gone.moves[0].id)
    assert store.held(product) == (1, 7)
    assert store.roles(product) == {"stock": 7, "received": -21, "sold": 14}


def test_what_a_supplier_leaves_is_counted_and_worth_nothing(store: Store) -> None:
    product, place = store.product(), shelf(store)
    came = left(store, product, "10", "5", place)
    assert (came.valuation_id, store.held(product)) == (None, (0, 0))
    store.move(MoveDraft(product, place.id, store.outside("supplier"), D(2)))
    assert store.roles(product) == {}
    sound(store)


def test_what_is_sold_of_it_is_bought_in_that_moment(store: Store) -> None:
    product, place = store.product(), shelf(store)
    left(store, product, "10", "5", place)
    left(store, product, "10", "6", place)
    sold = store.deliver(product, "4", from_id=place.id)
    assert (sold.moves[0].value, store.held(product)) == (24, (0, 0))
    assert store.roles(product) == {"received": -24, "sold": 24}
    (told,) = uses(store)
    assert (told["contact_id"], told["goods"][0]["quantity"]) == (place.contact_id, "4")
    store.receive(product, "1", None, from_="customer", to_id=place.id,
                  reverses_id=sold.moves[0].id)  # fmt: skip
    assert store.roles(product) == {"received": -18, "sold": 18}
    assert [one["goods"][0]["quantity"] for one in uses(store)] == [
        "4",
        "-1",
    ]
    sound(store)


def test_what_is_taken_over_or_lost_is_bought_too(store: Store) -> None:
    product, place = store.product(), shelf(store)
    left(store, product, "10", "5", place)
    store.move(MoveDraft(product, place.id, store.stock, D(4)))
    store.move(MoveDraft(product, place.id, store.outside("loss"), D(1)))
    assert store.held(product) == (4, 20)
    assert store.roles(product) == {"stock": 20, "received": -25, "adjustment": 5}
    sound(store)


def test_there_is_never_less_than_nothing_of_what_somebody_left(store: Store) -> None:
    product, place = store.product(negative="allow"), shelf(store)
    left(store, product, "1", "5", place)
    with pytest.raises(Conflict, match="not enough"):
        store.deliver(product, "2", from_id=place.id)


def test_nobody_leaves_goods_without_saying_what_they_cost(store: Store) -> None:
    product, place = store.product(), shelf(store)
    with pytest.raises(InvalidInput, match="asks"):
        store.receive(product, "1", None, to_id=place.id)
    with pytest.raises(Conflict, match="asks"):
        store.receive(product, "1", None, from_="loss", to_id=place.id)


def test_goods_do_not_change_their_owner_on_the_way(store: Store) -> None:
    product, place, other = store.product(), shelf(store), shelf(store, "Other Spares")
    left(store, product, "1", "5", place)
    with pytest.raises(InvalidInput, match="cannot go"):
        store.move(MoveDraft(product, place.id, other.id, D(1)))
    given = update(Location).where(Location.id == place.id).values(contact_id=other.contact_id)
    with pytest.raises(DBAPIError, match="owner"):
        store.session.execute(given)


def test_what_is_a_suppliers_is_no_opening_stock(store: Store) -> None:
    product, place = store.product(), shelf(store)
    values = {"product_id": product, "location_id": place.id, "quantity": D(1), "day": DAY}
    opening = OpeningStock(**values, unit_cost=D(1))
    store.session.add(opening)
    store.session.flush()
    with pytest.raises(InvalidInput, match="its owner"):
        post_opening(store.session, opening)


def test_places_go_to_the_contact_that_an_owner_became(store: Store) -> None:
    product, place, kept = store.product(), shelf(store), shelf(store, "Gulf Spares Ltd")
    left(store, product, "1", "5", place)
    merge_contacts(store.session, kept.contact_id or 0, place.contact_id or 0)
    store.session.refresh(place)
    assert place.contact_id == kept.contact_id
    assert store.deliver(product, "1", from_id=place.id).moves[0].value == 5


Steps = st.lists(
    st.tuples(
        st.sampled_from(("receive", "pass", "leave", "sell", "use", "take", "lose", "early")),
        st.integers(1, 9),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=Steps, method=st.sampled_from(("fifo", "average", "standard")))
def test_whatever_passes_through_the_ledger_stays_sound(
    kernel: Kernel, tenant: Tenant, steps: list[tuple[str, int, int]], method: str
) -> None:
    with kernel.session(tenant) as session:
        store = Store(session)
        product, place = store.product(method), shelf(store, f"Owner of {len(steps)}")
        for what, quantity, price in steps:
            _do(session, store, product, place, what, str(quantity), str(price))
        sound(store)
        roles = store.roles(product)
        assert sum(roles.values()) == 0
        assert roles.get("stock", 0) == store.held(product)[1]
        session.rollback()


def _do(
    session: Session, store: Store, product: int, place: Location, what: str, n: str, price: str
) -> None:
    early = DAY.replace(month=2)
    acts = {
        "receive": lambda: store.receive(product, n, price),
        "early": lambda: store.receive(product, n, price, day=early),
        "pass": lambda: passed(store, product, n, price),
        "leave": lambda: left(store, product, n, price, place),
        "sell": lambda: store.deliver(product, n),
        "use": lambda: store.deliver(product, n, from_id=place.id),
        "take": lambda: store.move(MoveDraft(product, place.id, store.stock, D(n))),
        "lose": lambda: store.move(MoveDraft(product, place.id, store.outside("loss"), D(n))),
    }
    try:
        with session.begin_nested():
            acts[what]()
    except Conflict:
        return
