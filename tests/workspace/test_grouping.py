"""A list in groups: their counts and sums are those of the rows in them, whatever it is grouped
and filtered by, and nobody learns from a heading what they may not see in a row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Order
from tests.workspace.conftest import Hire, Person
from tests.workspace.sales import COUNT, add_orders

FRAGMENT = {"HX-Request": "true"}
ORDERS = "/shop/orders"


@pytest.fixture(scope="module")
def customers(kernel: Kernel, store: Tenant) -> dict[str, int]:
    return add_orders(kernel, store)


def heads_of(html: str) -> list[tuple[str, int, list[tuple[str, str]], str]]:
    """Each group: its title, how many, its sums with their currencies, and its address."""
    found = []
    for body in re.findall(r'<tbody class="row-group".*?</tbody>', html, re.S):
        title = re.search(r"<bdi>(.*?)</bdi>", body)
        count = re.search(r'row-group-count">([\d,]+)<', body)
        url = re.search(r'href="([^"]*)"', body)
        sums = re.findall(r'row-currency">(\w+)</small> ([\d,.]+)<', body)
        assert title, body
        assert count, body
        assert url, body
        found.append((unescape(title[1]), int(count[1]), sums, unescape(url[1])))
    return found


def opened(person: Person, url: str) -> str:
    """What htmx puts behind a group's line."""
    reply = person.http.get(f"{url}&part=group", headers=FRAGMENT)
    assert reply.status_code == 200, reply.text
    return reply.text


def numbers_of(html: str) -> list[str]:
    return re.findall(r"<th[^>]*><a[^>]*>(SO-\d+)</a>", html)


def test_groups_have_counts_and_sums_by_currency(admin: Person, customers: dict[str, int]) -> None:
    heads = heads_of(admin.http.get(f"{ORDERS}?group=customer_id").text)
    assert [title for title, *_ in heads] == ["Amber", "Birch", "Cedar"]
    assert [count for _, count, *_ in heads] == [24, 24, 24]
    wanted = {"SAR": Decimal(0), "BDT": Decimal(0)}
    for number in range(1, COUNT, 3):
        wanted["SAR" if number % 2 else "BDT"] += Decimal(number) + Decimal("0.25")
    amber = {currency: Decimal(text.replace(",", "")) for currency, text in heads[0][2]}
    assert amber == wanted


def test_a_group_opens_to_its_rows_and_groups_within_it(
    admin: Person, customers: dict[str, int]
) -> None:
    heads = heads_of(admin.http.get(f"{ORDERS}?group=date:month,customer_id").text)
    assert [title for title, *_ in heads] == [
        "April 2026",
        "March 2026",
        "February 2026",
        "January 2026",
    ]
    within = heads_of(opened(admin, heads[0][3]))
    assert [title for title, *_ in within] == ["Amber", "Birch", "Cedar"]
    rows = numbers_of(opened(admin, within[0][3]))
    assert sorted(rows) == [f"SO-{n:03}" for n in range(COUNT) if n % 4 == 3 and n % 3 == 1]
    assert len(rows) == within[0][1]


def test_a_group_has_an_address_of_its_own(admin: Person, customers: dict[str, int]) -> None:
    heads = heads_of(admin.http.get(f"{ORDERS}?group=status&date__during=2026-02").text)
    page = admin.http.get(heads[0][3])
    assert page.status_code == 200
    assert set(numbers_of(page.text)) == {
        f"SO-{n:03}" for n in range(COUNT) if n % 4 == 1 and n % 5 % 3 == 0
    }
    assert 'aria-label="Remove the filter Status"' in page.text


def test_records_without_a_value_are_a_group_too(admin: Person, customers: dict[str, int]) -> None:
    heads = heads_of(admin.http.get("/shop/customers?group=city").text)
    assert [(title, count) for title, count, *_ in heads] == [("Amman", 1), ("Not set", 2)]
    unset = admin.http.get(heads[1][3]).text
    assert re.findall(r">(Amber|Birch|Cedar)</a>", unset) == ["Amber", "Birch"]


def test_a_long_group_is_fetched_page_by_page(admin: Person, customers: dict[str, int]) -> None:
    heads = heads_of(admin.http.get(f"{ORDERS}?group=date:year&sort=number").text)
    first = opened(admin, heads[0][3])
    assert numbers_of(first) == [f"SO-{n:03}" for n in range(50)]
    more = re.search(r'list-more.*?href="([^"]*)"', first, re.S)
    assert more is not None
    assert numbers_of(opened(admin, unescape(more[1]))) == [f"SO-{n:03}" for n in range(50, COUNT)]


@settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    group=st.sampled_from(
        ["status", "customer_id", "currency", "date:day", "date:week", "date:quarter"]
    ),
    condition=st.sampled_from(["", "&status=draft", "&date__during=2026-Q1", "&total__gte=30"]),
)
def test_groups_are_the_list_divided(
    admin: Person, customers: dict[str, int], group: str, condition: str
) -> None:
    rows = admin.api.get(f"/api/v1/shop/orders?limit=500{condition}").json()["data"]
    heads = heads_of(admin.http.get(f"{ORDERS}?group={group}{condition}").text)
    assert sum(count for _, count, *_ in heads) == len(rows)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for _, _, amounts, _ in heads:
        for currency, text in amounts:
            sums[currency] += Decimal(text.replace(",", ""))
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        wanted[row["currency"]] += Decimal(row["total"])
    assert sums == wanted
    by_size = Counter(_key(row, group) for row in rows)
    assert sorted(by_size.values()) == sorted(count for _, count, *_ in heads)


def _key(row: dict[str, Any], group: str) -> Any:
    name, _, unit = group.partition(":")
    value = row[name]
    if unit == "week":
        return date.fromisoformat(value).isocalendar()[:2]
    return (int(value[5:7]) + 2) // 3 if unit == "quarter" else value


def test_headings_and_sums_are_only_of_what_one_may_see(
    hire: Hire, kernel: Kernel, store: Tenant, customers: dict[str, int]
) -> None:
    seller = hire({"shop.order.read": "own", "shop.customer.read": "all"})
    with kernel.session(store) as session:
        mine = update(Order).where(Order.number.in_(["SO-001", "SO-004"]))
        session.execute(mine.values(seller_id=seller.user_id))
    heads = heads_of(seller.http.get(f"{ORDERS}?group=customer_id").text)
    assert [(title, count) for title, count, *_ in heads] == [("Amber", 2)]
    assert dict(heads[0][2]) == {"SAR": "1.25", "BDT": "4.25"}
    cedar = f"{ORDERS}?group=customer_id&in={customers['Cedar']}"
    assert numbers_of(seller.http.get(cedar).text) == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("group=colour", "cannot be grouped by “colour”"),
        ("group=total", "cannot be grouped by “total”"),
        ("group=date:century", "cannot be grouped by “date:century”"),
        ("group=status,currency,date", "Group by 2 fields at the most"),
        ("group=status&in=lost", "There is no such group"),
        ("group=date:month&in=2026-13", "There is no such group"),
        ("in=draft", "There is no such group"),
    ],
)
def test_a_group_that_cannot_be_is_explained(
    admin: Person, customers: dict[str, int], query: str, sentence: str
) -> None:
    reply = admin.http.get(f"{ORDERS}?{query}")
    assert reply.status_code == 422
    assert sentence in reply.text
