"""A list shows its columns, searched, filtered and sorted, one page at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine, event

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product, Status
from tests.workspace.conftest import Hire, Person


@pytest.fixture(scope="module")
def orders(admin: Person, kernel: Kernel, store: Tenant) -> None:
    """Sixty orders of three customers in two currencies, each with two lines."""
    assert "Whoever buys from you" in admin.http.get("/shop/customers").text
    with kernel.session(store) as session:
        customers = [Customer(name=f"Customer {letter}") for letter in "ABC"]
        product = Product(code="P1", name="Paper", price=Decimal(2))
        session.add_all([*customers, product])
        session.flush()
        session.add_all(
            Order(
                number=f"SO-{number:03}",
                customer=customers[number % 3],
                date=date(2026, 1, 1 + number % 28),
                status=Status.CONFIRMED if number % 2 else Status.DRAFT,
                currency="SAR" if number < 40 else "KWD",
                total=Decimal("1000.125") if number >= 40 else Decimal("10.5"),
                lines=[OrderLine(product_id=product.id, price=Decimal(2)) for _ in range(2)],
            )
            for number in range(60)
        )


def rows_of(html: str) -> list[str]:
    """The first cell of each row."""
    return re.findall(r'<tr data-href="[^"]*"[^>]*><th[^>]*><a href="[^"]*">([^<]*)', html)


def test_an_empty_list_says_what_to_do(admin: Person, hire: Hire) -> None:
    page = admin.http.get("/shop/products")
    assert page.status_code == 200, page.text
    assert "There is nothing here yet." in page.text
    assert 'href="/shop/products/new"' not in page.text
    orders = admin.http.get("/shop/orders?q=never")
    assert "Nothing fits this search." in orders.text


def test_the_list_is_cut_into_pages_with_addresses(admin: Person, orders: None) -> None:
    first = admin.http.get("/shop/orders?sort=number")
    assert first.status_code == 200, first.text
    assert rows_of(first.text) == [f"SO-{number:03}" for number in range(50)]
    assert "60 records" in first.text
    link = re.search(r'href="([^"]*)"[^>]*aria-label="Next page"', first.text)
    assert link is not None
    second = admin.http.get(unescape(link[1]))
    assert rows_of(second.text) == [f"SO-{number:03}" for number in range(50, 60)]


def test_figures_dates_and_states_are_written_for_their_reader(
    admin: Person, hire: Hire, orders: None
) -> None:
    page = admin.http.get("/shop/orders?number=SO-041").text
    assert '<td class="num" data-label="Total">1,000.125</td>' in page
    assert '<td class="code" data-label="Date">Jan 14, 2026</td>' in page
    assert '<span class="status status-good">Confirmed</span>' in page
    bengali = hire(language="bn").http.get("/shop/orders?number=SO-041").text
    assert "জানু" in bengali
    arabic = hire(language="ar").http.get("/shop/orders?number=SO-041").text
    assert 'dir="rtl"' in arabic


def test_totals_are_of_all_that_is_filtered_by_currency(admin: Person, orders: None) -> None:
    page = admin.http.get("/shop/orders").text
    foot = page[page.index("<tfoot") : page.index("</tfoot")]
    assert "420.00" in foot
    assert "20,002.500" in foot
    filtered = admin.http.get("/shop/orders?total__lte=20&status=draft").text
    assert "210.00" in filtered[filtered.index("<tfoot") :]
    assert "KWD" not in filtered[filtered.index("<tfoot") :]


def test_htmx_gets_the_results_and_a_clean_address(admin: Person, orders: None) -> None:
    reply = admin.http.get(
        "/shop/orders?q=SO-00&status=&date__gte=&sort=number", headers={"HX-Request": "true"}
    )
    assert "<html" not in reply.text
    assert len(rows_of(reply.text)) == 10
    assert reply.headers["hx-push-url"] == "/shop/orders?q=SO-00&sort=number"


def test_filters_in_use_are_named_and_can_be_taken_off(admin: Person, orders: None) -> None:
    page = admin.http.get("/shop/orders?status=draft&status=confirmed&date__gte=2026-01-15").text
    assert "Draft, Confirmed" in page
    assert "from <bdi>Jan 15, 2026</bdi>" in page
    assert 'href="/shop/orders?date__gte=2026-01-15"' in page


def test_a_wrong_filter_is_explained_and_shows_nothing(admin: Person, orders: None) -> None:
    reply = admin.http.get("/shop/orders?total__gte=plenty")
    assert reply.status_code == 422
    assert "Write a number such as" in reply.text
    assert rows_of(reply.text) == []


def test_a_lookup_offers_what_the_text_begins_with_first(
    admin: Person, hire: Hire, orders: None
) -> None:
    options = admin.http.get("/shop/customers/lookup?q=customer b").text
    assert re.findall(r"<bdi>([^<>]+)</bdi></div>", options)[0] == "Customer B"
    assert hire({"shop.order.read": "all"}).http.get("/shop/customers/lookup").status_code == 403


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    seen: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", remember)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", remember)


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/shop/orders", 3),
        ("/api/v1/shop/orders", 2),
        ("/api/v1/shop/orders/1", 2),
        # Itself, its lines, two kinds of references, two neighbours, two related documents.
        ("/shop/orders/1", 8),
        ("/shop/orders/1/edit", 4),
        ("/shop/customers/lookup?q=c", 1),
    ],
)
def test_a_page_asks_the_database_a_fixed_number_of_times(
    admin: Person, orders: None, url: str, most: int
) -> None:
    client = admin.api if url.startswith("/api") else admin.http
    assert client.get(url).status_code == 200
    with statements() as seen:
        assert client.get(url).status_code == 200
    own = [statement for statement in seen if "shop." in statement]
    assert 0 < len(own) <= most, own
