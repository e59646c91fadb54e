"""Pages put together are the whole list in its order: none twice, none missing, whatever the
sort, the ties, the empty values and the size of a page; filters let through what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.resources.counting import EXACT_UP_TO
from tests.fake_addons.showcase.shop.models import Customer
from tests.workspace.conftest import Person

CUSTOMERS = "/api/v1/shop/customers"
COLUMNS = ("name", "city", "kind", "credit", "active", "since", "seen_at", "visits", "id")
QUICK = settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Document = dict[str, Any]


@pytest.fixture(scope="module")
def customers(admin: Person, kernel: Kernel, store: Tenant) -> list[Document]:
    """Some forty customers with many equal and many empty values, in the order of their ids."""
    with kernel.session(store) as session:
        session.add_all(
            Customer(
                name=f"Customer {number * 7 % 41:02}",
                city=(None, "Amman", "Basra", "")[number % 4],
                kind=("person", "company")[number % 3 == 0],
                credit=(None, Decimal(0), Decimal("10.50"), Decimal(-3))[number % 5 % 4],
                active=number % 2 == 0,
                since=None if number % 3 else date(2020, 1, 1) + timedelta(days=number % 4),
                seen_at=None if number % 4 else _moment(number % 8),
                visits=number % 6,
            )
            for number in range(41)
        )
    answer = admin.api.get(CUSTOMERS, params={"limit": "500", "sort": "id"})
    return answer.json()["data"]


def _moment(hour: int) -> datetime:
    return datetime.fromisoformat(f"2026-01-01T0{hour}:00:00.123456+00:00")


sorts = st.lists(
    st.tuples(st.sampled_from(COLUMNS), st.booleans()),
    max_size=3,
    unique_by=lambda item: item[0],
)


@QUICK
@given(sort=sorts, limit=st.integers(1, 45))
def test_pages_forth_and_back_are_the_whole_list(
    admin: Person, customers: list[Document], sort: list[tuple[str, bool]], limit: int
) -> None:
    limit = max(limit, 4)
    wanted = _sorted(customers, sort)
    params = {"limit": str(limit)}
    params["sort"] = ",".join(f"-{name}" if down else name for name, down in sort) or "id"
    forth, cursor = _walk(admin, params, "next", "")
    assert [d["id"] for d in forth] == [d["id"] for d in wanted]
    if cursor:
        back, _ = _walk(admin, params, "previous", cursor)
        seen = [d["id"] for d in back]
        assert seen == [d["id"] for d in wanted][: len(seen)]
        assert len(seen) == (len(wanted) - 1) // limit * limit


def _walk(
    person: Person, params: dict[str, str], direction: str, cursor: str
) -> tuple[list[Document], str]:
    """All pages in one direction, and the cursor back from the last of them."""
    pages: list[list[Document]] = []
    while True:
        reply = person.api.get(CUSTOMERS, params=params | {"cursor": cursor})
        assert reply.status_code == 200, reply.text
        answer = reply.json()
        pages.append(answer["data"])
        if not answer[direction]:
            break
        cursor = answer[direction]
    ordered = pages if direction == "next" else list(reversed(pages))
    return [item for page in ordered for item in page], answer["previous"] or ""


def _sorted(documents: list[Document], sort: list[tuple[str, bool]]) -> list[Document]:
    """As PostgreSQL sorts: NULL is more than everything; ties by the key, in the direction of
    the sort if it has but one."""
    down = bool(sort) and all(descending for _, descending in sort)
    names = {name for name, _ in sort}
    ordered = list(documents)
    if "id" not in names:
        ordered.sort(key=lambda item: item["id"], reverse=down)
    for name, descending in reversed(sort):
        ordered.sort(key=_key(name), reverse=descending)
    return ordered


def _key(name: str) -> Callable[[Document], tuple[bool, Any]]:
    def key(document: Document) -> tuple[bool, Any]:
        value = document[name]
        if name == "credit" and value is not None:
            value = Decimal(value)
        return (value is None, value if value is not None else 0)

    return key


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "": lambda left, right: left == right,
    "__ne": lambda left, right: left != right,
    "__gt": lambda left, right: left is not None and left > right,
    "__gte": lambda left, right: left is not None and left >= right,
    "__lt": lambda left, right: left is not None and left < right,
    "__lte": lambda left, right: left is not None and left <= right,
}
conditions = st.one_of(
    st.tuples(st.just("visits"), st.sampled_from(list(COMPARE)), st.integers(-1, 7)),
    st.tuples(
        st.just("credit"),
        st.sampled_from(list(COMPARE)),
        st.decimals(-5, 12, places=2),
    ),
    st.tuples(st.just("city"), st.sampled_from(["", "__ne"]), st.sampled_from(["Amman", ""])),
    st.tuples(st.just("active"), st.sampled_from(["", "__ne"]), st.booleans()),
)


@QUICK
@given(asked=st.lists(conditions, min_size=1, max_size=3, unique_by=lambda c: c[:2]))
def test_filters_let_through_what_they_say(
    admin: Person, customers: list[Document], asked: list[tuple[str, str, Any]]
) -> None:
    def fits(document: Document) -> bool:
        for name, operator, value in asked:
            held = document[name]
            if name == "credit" and held is not None:
                held = Decimal(held)
            if not COMPARE[operator](held, value):
                return False
        return True

    params = {
        f"{name}{operator}": str(value).lower() if isinstance(value, bool) else str(value)
        for name, operator, value in asked
    }
    reply = admin.api.get(CUSTOMERS, params=params | {"limit": "500", "sort": "id"})
    assert reply.status_code == 200, reply.text
    assert [d["id"] for d in reply.json()["data"]] == [d["id"] for d in customers if fits(d)]


def test_a_row_that_comes_in_between_shifts_nothing(
    admin: Person, customers: list[Document], kernel: Kernel, store: Tenant
) -> None:
    params = {"limit": "10", "sort": "name"}
    first = admin.api.get(CUSTOMERS, params=params).json()
    with kernel.session(store) as session:
        early = Customer(name="Aaron")
        session.add(early)
        session.flush()
        early_id = early.id
    second = admin.api.get(CUSTOMERS, params=params | {"cursor": first["next"]}).json()
    with kernel.session(store) as session:
        session.delete(session.get_one(Customer, early_id))
    names = [d["name"] for d in (*first["data"], *second["data"])]
    assert names == [f"Customer {number:02}" for number in range(20)]


def test_a_page_far_behind_reads_no_more_rows_than_the_first(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        many = (
            "INSERT INTO shop.product (code, name, price)"
            " SELECT 'M' || lpad(n::text, 6, '0'), 'Many', 1 FROM generate_series(1, 20000) n"
        )
        session.execute(text(many))
    with kernel.session(store, role="owner") as session:
        session.execute(text("ANALYZE shop.product"))
    with _plans("FROM shop.product ORDER BY", "FROM shop.product WHERE (") as plans:
        first = admin.http.get("/shop/products?sort=code").text
        last = admin.http.get(_link(first, "Last page")).text
        before = admin.http.get(_link(last, "Previous page")).text
    assert "M000001" in first
    assert "M020000" in last
    assert "M019950" in before
    assert len(plans) == 3
    for plan in plans:
        rows = [int(float(count)) for count in re.findall(r"actual rows=([\d.]+)", plan)]
        assert max(rows) <= EXACT_UP_TO + 1, plan
    assert "about 20,000 records" in first


@contextmanager
def _plans(*marks: str) -> Iterator[list[str]]:
    """How PostgreSQL carries out each page that is read meanwhile."""
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        plain = " ".join(statement.split())
        if any(mark in plain for mark in marks) and not plain.startswith("SELECT count("):
            with connection.connection.driver_connection.cursor() as explaining:
                explaining.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", values)
                plans.append("\n".join(row[0] for row in explaining.fetchall()))

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


def _link(html: str, title: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*aria-label="{title}"', html)
    assert found is not None, html
    return unescape(found[1])
