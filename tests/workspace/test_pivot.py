"""A list added up by one field across another: exactly what the list holds, for whoever may see it,
each figure leading to its records, drawn as charts and sent as files.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, Status
from tests.workspace.conftest import Hire, Person

URL = "/shop/orders/pivot"


@pytest.fixture(scope="module", autouse=True)
def orders(kernel: Kernel, store: Tenant) -> list[tuple[Any, ...]]:
    """Forty orders of three customers over five months, in two currencies; some have no remark."""
    with kernel.session(store) as session:
        customers = [Customer(name=f"Customer {letter}") for letter in "ABC"]
        session.add_all(customers)
        session.flush()
        rows = []
        for n in range(40):
            row = (
                f"O-{n:02}",
                customers[n * n % 3].id,
                date(2026, 1 + n % 5, 1 + n % 27),
                list(Status)[n % 3],
                "BDT" if n % 7 == 0 else "SAR",
                Decimal(n * 37 % 100) + Decimal("0.05"),
            )
            rows.append(row)
            names = ("number", "customer_id", "date", "status", "currency", "total")
            session.add(Order(**dict(zip(names, row, strict=True))))
        return rows


def table(person: Person, **query: Any) -> list[list[str]]:
    """The table as its CSV has it."""
    reply = person.http.get(f"{URL}.csv?{urlencode(query, doseq=True)}")
    assert reply.status_code == 200, reply.text
    return list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))


FIELDS = st.sampled_from(
    ["status", "customer_id", "date:month", "date:quarter", "date:week", "currency"]
)
CRITERIA = st.sampled_from(
    [{}, {"status": ["draft", "confirmed"]}, {"date__gte": "2026-02-10"}, {"q": "O-1"}]
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=FIELDS, across=FIELDS, measure=st.sampled_from(["count", "total"]), criteria=CRITERIA)
def test_the_cells_add_up_to_their_totals_and_those_to_the_list(
    admin: Person, rows: str, across: str, measure: str, criteria: dict[str, Any]
) -> None:
    grouping = [rows, across] if rows != across else [rows]
    head, *body = table(admin, group=grouping, **{"pivot-measure": measure}, **criteria)
    first = 2 if measure == "total" else 1
    by_currency: dict[str, list[list[Decimal]]] = defaultdict(list)
    for line in body:
        figures = [Decimal(figure or 0) for figure in line[first:]]
        by_currency[line[1] if first == 2 else ""].append(figures)
        assert len(line) == len(head)
        if len(grouping) > 1:
            assert sum(figures[:-1]) == figures[-1], "a row adds up to its total"
    documents = admin.api.get(
        f"/api/v1/shop/orders?{urlencode({'limit': 100, **criteria}, doseq=True)}"
    ).json()["data"]
    for currency, lines in by_currency.items():
        *inner, total = lines
        assert [sum(column) for column in zip(*inner, strict=True)] == total
        matching = [d for d in documents if not currency or d["currency"] == currency]
        expected = sum(Decimal(d["total"]) for d in matching) if currency else len(matching)
        assert total[-1] == expected, "the table adds up to the list"


def test_every_figure_leads_to_exactly_its_records(admin: Person) -> None:
    query = urlencode(
        {
            "group": ["customer_id", "date:month"],
            "pivot-measure": "count",
            "status": ["draft", "confirmed"],
        },
        doseq=True,
    )
    page = admin.http.get(f"{URL}?{query}").text
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    cells = re.findall(r'<td class="num"><a href="([^"]+)"><div>(\d+)</div>', body)
    assert len(cells) > 6
    for url, figure in cells:
        address = unescape(url).replace("/shop/orders?", "/shop/orders/export.csv?")
        lines = admin.http.get(address).content.decode("utf-8-sig").splitlines()
        assert len(lines) - 1 == int(figure), url


def test_the_table_holds_only_what_its_reader_may_see(
    hire: Hire, admin: Person, kernel: Kernel, store: Tenant
) -> None:
    seller = hire({"shop.order.read": "own"})
    with kernel.session(store) as session:
        session.get_one(Order, 1).seller_id = seller.user_id
    assert table(seller, group="status", **{"pivot-measure": "count"})[-1][-1] == "1"
    assert table(admin, group="status", **{"pivot-measure": "count"})[-1][-1] == "40"
    assert hire({"shop.customer.read": "all"}).http.get(URL).status_code == 403


def test_the_workbook_holds_numbers_and_the_same_figures(admin: Person) -> None:
    query = {"group": ["status", "currency"], "pivot-measure": "total"}
    reply = admin.http.get(f"{URL}.xlsx?{urlencode(query, doseq=True)}")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(reply.content)).get_sheet_by_index(0)
    lines = sheet.to_python()
    expected = table(admin, **query)
    assert lines[0] == expected[0]
    assert lines[-1][-1] == pytest.approx(float(expected[-1][-1]))
    assert isinstance(lines[-1][-1], float)


@pytest.mark.parametrize("chart", ["bar", "line", "pie"])
def test_charts_are_drawn_with_a_link_and_a_name_for_each_mark(admin: Person, chart: str) -> None:
    query = urlencode(
        {"group": ["date:month", "status"], "pivot-measure": "total", "pivot-chart": chart},
        doseq=True,
    )
    page = admin.http.get(f"{URL}?{query}").text
    figure = page[page.index("<figure") : page.index("</figure>")]
    assert "<title>" in figure
    assert "/shop/orders?" in figure
    assert "style=" not in figure


def test_what_cannot_be_added_up_is_said_and_blank_lists_are_no_error(admin: Person) -> None:
    wrong = admin.http.get(f"{URL}?pivot-measure=number")
    assert wrong.status_code == 422
    assert "There is no such sum." in wrong.text
    assert admin.http.get(f"{URL}?group=nothing").status_code == 422
    assert "There is nothing to add up." in admin.http.get(f"{URL}?q=nobody").text
    assert admin.http.get("/shop/products/pivot").status_code == 404


def test_entries_are_counted_by_journal_and_month_without_a_word_of_the_addon(
    admin: Person,
) -> None:
    page = admin.http.get("/accounting/entries/pivot")
    assert page.status_code == 200
    assert "Date: by month" in page.text
