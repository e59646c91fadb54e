"""The search over everything: every resource that somebody may read, whatever wrote its records,
forgiving of slips and of letters that people mix up, and never a title too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.addons import lifecycle
from core.auth.actor import Actor
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, Person

CUSTOMERS = (
    "Rahman Trading Est.",
    "مؤسسة النور للأدوات",
    "ঢাকা কাগজ কল",
    "Café Zürich GmbH",
    "Blue Lagoon Foods",
)


@pytest.fixture(scope="module", autouse=True)
def records(kernel: Kernel, store: Tenant) -> None:
    with kernel.session(store) as session:
        customers = [Customer(name=name, city="Riyadh") for name in CUSTOMERS]
        session.add_all(customers)
        session.flush()
        for number, customer in enumerate(customers):
            order = Order(number=f"SO-26-{4711 + number}", date=date(2026, 1, 1), customer=customer)
            session.add(order)


def found(person: Person, words: str) -> set[str]:
    answer = person.http.get("/search", params={"q": words}, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return {hit["title"] for hit in answer.json()["found"]}


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("rahman", CUSTOMERS[0]),
        ("rahmna tradng", CUSTOMERS[0]),
        ("trading rahman", CUSTOMERS[0]),
        ("موسسه النور", CUSTOMERS[1]),
        ("مُؤَسَّسة", CUSTOMERS[1]),
        ("الادوات", CUSTOMERS[1]),
        ("ঢাকা", CUSTOMERS[2]),
        ("cafe zurich", CUSTOMERS[3]),
        ("lagon", CUSTOMERS[4]),
        ("4711", "SO-26-4711"),
        ("٤٧١١", "SO-26-4711"),
        ("৪৭১১", "SO-26-4711"),
        ("so 26 4712", "SO-26-4712"),
    ],
)
def test_records_are_found_as_people_type(admin: Person, words: str, title: str) -> None:
    assert title in found(admin, words)


def test_plain_text_has_the_searched_form_that_all_text_has(kernel: Kernel, store: Tenant) -> None:
    both = text(
        "SELECT core.fold(given) = core.fold_letters(given)"
        " FROM unnest(CAST(:texts AS text[])) AS given"
    )
    plain = st.text(st.characters(max_codepoint=127, exclude_characters="\0"))
    with kernel.session(store, readonly=True) as session:

        @settings(max_examples=40, deadline=None)
        @given(st.lists(plain, max_size=20))
        def is_the_same(texts: list[str]) -> None:
            assert all(session.scalars(both, {"texts": texts}))

        is_the_same()


def test_a_number_is_never_taken_for_another(admin: Person) -> None:
    assert found(admin, "SO-26-4719") == set()


def test_an_order_is_found_by_its_customer_and_forgotten_under_the_old_name(
    kernel: Kernel, store: Tenant, admin: Person
) -> None:
    assert "SO-26-4715" in found(admin, "lagoon")
    with kernel.session(store) as session:
        session.execute(
            text("UPDATE shop.customer SET name = 'Red Desert Foods' WHERE name = :name"),
            {"name": CUSTOMERS[4]},
        )
    assert found(admin, "lagoon") == set()
    assert {"Red Desert Foods", "SO-26-4715"} <= found(admin, "red desert")
    with kernel.session(store) as session:
        session.execute(
            text("UPDATE shop.customer SET name = :name WHERE name = 'Red Desert Foods'"),
            {"name": CUSTOMERS[4]},
        )


def test_an_order_is_found_by_what_it_names_of_its_customer_and_by_nothing_else_of_them(
    kernel: Kernel, store: Tenant, admin: Person
) -> None:
    by_city = found(admin, "riyadh")
    assert set(CUSTOMERS) & by_city
    assert not any(title.startswith("SO-") for title in by_city)
    over = text(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' AND tablename = 'customer'"
        " AND indexdef LIKE '%gin_trgm_ops%'"
    )
    with kernel.session(store, readonly=True) as session:
        (only,) = session.scalars(over)
    assert "name" in only
    assert "city" in only


def test_what_plain_sql_writes_and_deletes_is_found_and_gone(
    kernel: Kernel, store: Tenant, admin: Person
) -> None:
    with kernel.session(store) as session:
        session.execute(text("INSERT INTO shop.customer (name) VALUES ('Bulkloaded Quarry')"))
    assert found(admin, "quarry") == {"Bulkloaded Quarry"}
    with kernel.session(store) as session:
        session.execute(text("DELETE FROM shop.customer WHERE name = 'Bulkloaded Quarry'"))
    assert found(admin, "quarry") == set()


def test_who_may_not_read_a_resource_finds_none_of_it(hire: Hire) -> None:
    clerk = hire({"shop.product.read": "all"})
    assert found(clerk, "rahman") == set()
    assert found(clerk, "4711") == set()


def test_who_reads_their_own_alone_finds_their_own_alone(
    kernel: Kernel, store: Tenant, hire: Hire
) -> None:
    seller, other = hire({"shop.order.read": "own"}), hire({"shop.order.read": "own"})
    with kernel.session(store) as session:
        order = session.query(Order).filter_by(number="SO-26-4711").one()
        order.seller_id = seller.user_id
    assert found(seller, "so 26") == {"SO-26-4711"}
    assert found(seller, "rahman") == {"SO-26-4711"}
    assert found(other, "so 26") == set()
    lines = other.http.get("/palette", params={"q": "rahman"}, headers={"hx-request": "true"})
    assert "SO-26-4711" not in lines.text


def test_pages_that_were_visited_are_named_only_to_whom_they_are_open(
    kernel: Kernel, store: Tenant, admin: Person, hire: Hire
) -> None:
    with kernel.session(store) as session:
        key = session.query(Customer.id).filter_by(name=CUSTOMERS[0]).scalar()
    asked = {"been": [f"/shop/customers/{key}", "/shop/customers/999999", "/nowhere"]}
    fragment = {"hx-request": "true"}
    assert CUSTOMERS[0] in admin.http.get("/palette", params=asked, headers=fragment).text
    stranger = hire({"shop.product.read": "all"})
    assert CUSTOMERS[0] not in stranger.http.get("/palette", params=asked, headers=fragment).text


@pytest.mark.parametrize(
    "words", ["%", "__", "' OR 1=1 --", "\\", "q" * 500, "\x00zq", "&<b>", "!!"]
)
def test_strange_words_find_nothing_and_break_nothing(admin: Person, words: str) -> None:
    assert found(admin, words) == set()
    page = admin.http.get("/search", params={"q": words})
    assert page.status_code == 200
    assert "<b>" not in page.text


@pytest.fixture
def without_shop(kernel: Kernel, store: Tenant) -> Iterator[None]:
    lifecycle.disable(kernel, store, "shop")
    yield
    lifecycle.enable(kernel, store, "shop")


@pytest.mark.usefixtures("without_shop")
def test_a_disabled_addon_is_not_found(admin: Person) -> None:
    assert found(admin, "rahman") == set()


def test_an_older_company_gets_its_indexes_when_it_is_upgraded(
    kernel: Kernel, store: Tenant, admin: Person
) -> None:
    def indexes() -> set[str]:
        with kernel.session(store) as session:
            named = text("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'search\\_%'")
            return set(session.execute(named).scalars())

    before = indexes()
    assert any(name.startswith("search_customer_order_") for name in before)
    dropped = next(name for name in before if name.startswith("search_customer_order_"))
    with kernel.session(store, role="owner", actor=Actor("system", "test")) as session:
        session.execute(text(f"DROP INDEX shop.{dropped}"))
        session.execute(text("CREATE INDEX search_product_0000 ON shop.product (name)"))
    lifecycle.disable(kernel, store, "shop")
    lifecycle.enable(kernel, store, "shop")
    assert indexes() == before
    assert "SO-26-4711" in found(admin, "4711")


def test_places_and_actions_are_found_in_the_readers_language_and_in_english(hire: Hire) -> None:
    reader = hire(language="ar")
    asked = {"q": "journal entries"}
    lines = reader.http.get("/palette", params=asked, headers={"hx-request": "true"}).text
    assert 'data-url="/accounting/entries"' in lines
    assert 'data-url="/accounting/entries/new"' in lines
    clerk = hire({"shop.product.read": "all"})
    lines = clerk.http.get("/palette", params=asked, headers={"hx-request": "true"}).text
    assert "/accounting" not in lines
