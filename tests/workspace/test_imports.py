"""Files are brought into resources: matched, tried, imported, told of, and taken back.

A clerk's files go through the pages as a browser sends them; the jobs run as a worker runs them.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select, text

from core.db.audit_models import AuditEntry
from core.importing.models import DataImport
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, Product
from tests.workspace.conftest import Hire, Person

CUSTOMERS, ORDERS = "/shop/customers", "/shop/orders"
API = "/api/v1/shop/customers/imports"


@pytest.fixture(scope="module", autouse=True)
def goods(kernel: Kernel, store: Tenant) -> Iterator[None]:
    """Products for the lines of orders."""
    with kernel.session(store) as session:
        session.add(Product(code="P1", name="Paper", price=Decimal("12.50")))
        session.add(Product(code="P2", name="Pens", price=Decimal(3)))
    yield


class Desk:
    """A clerk who imports: each step is a page of the wizard."""

    def __init__(self, kernel: Kernel, store: Tenant, person: Person) -> None:
        self.kernel, self.store, self.person = kernel, store, person

    def bring(self, resource: str, content: bytes, name: str = "list.csv") -> str:
        """Send a file; the address of its import."""
        reply = self.person.http.post(
            f"{resource}/import",
            data={"csrf_token": self.person.csrf},
            files={"file": (name, content)},
        )
        assert reply.status_code == 303, told(reply.text)
        return reply.headers["location"]

    def choose(self, url: str, step: str = "run", **fields: Any) -> Any:
        """Send the form of the columns as it stands, with these choices."""
        form = columns_form(self.person.http.get(url).text)
        for name, value in fields.items():
            form[name.replace("__", ".")] = value
        return self.person.http.post(
            f"{url}/columns", data={**form, "step": step, "csrf_token": self.person.csrf}
        )

    def work(self) -> None:
        """Have the jobs done that are due."""
        work_off(self.kernel, self.store)

    def imported(self, resource: str, content: bytes, name: str = "list.csv", **fields: Any) -> str:
        """Bring a file and import it at once; its page."""
        url = self.bring(resource, content, name)
        reply = self.choose(url, **fields)
        assert reply.status_code == 303, told(reply.text)
        self.work()
        return url

    def page(self, url: str) -> str:
        """What the page of an import says."""
        reply = self.person.http.get(url)
        assert reply.status_code == 200, reply.text
        return told(reply.text)

    def counts(self, url: str) -> dict[str, int]:
        """The figures of an import."""
        with self.kernel.session(self.store) as session:
            return session.get_one(DataImport, int(url.rpartition("/")[2])).counts

    def state(self, url: str) -> str:
        with self.kernel.session(self.store) as session:
            return session.get_one(DataImport, int(url.rpartition("/")[2])).state

    def customers(self, *names: str) -> list[Customer]:
        with self.kernel.session(self.store) as session:
            found = select(Customer).where(Customer.name.in_(names)).order_by(Customer.id)
            return list(session.scalars(found))


def told(html: str) -> str:
    """The words of a page's content."""
    main = html[html.index("<main") :] if "<main" in html else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


class FormReader(HTMLParser):
    """What the inputs of the form of columns hold, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, Any] = {}
        self._inside, self._select = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == "import-form"
        elif not self._inside:
            return
        elif tag == "select":
            self._select = given["name"]
            self.held[self._select] = ""
        elif tag == "option" and "selected" in given:
            self.held[self._select] = given["value"]
        elif tag == "input":
            ticked = "checked" in given or given.get("type") not in ("radio", "checkbox")
            if ticked and "name" in given:
                self.held[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def columns_form(html: str) -> dict[str, Any]:
    """The form on which columns are matched."""
    reader = FormReader()
    reader.feed(html)
    assert reader.held, told(html)
    return reader.held


@pytest.fixture(scope="module")
def desk_of(kernel: Kernel, store: Tenant) -> Any:
    return lambda person: Desk(kernel, store, person)


@pytest.fixture(scope="module")
def clerk(desk_of: Any, admin: Person) -> Desk:
    return desk_of(admin)


def workbook(*rows: list[Any]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Kunden")
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return file.getvalue()


def test_a_list_is_matched_by_its_titles_and_imported(clerk: Desk) -> None:
    url = clerk.bring(
        CUSTOMERS, b"Name;Town;Credit limit;Customer since\nAmal;Jeddah;1.234,50;31.12.2020\n"
    )
    form = columns_form(clerk.person.http.get(url).text)
    assert [form[f"column.{place}"] for place in range(4)] == ["name", "city", "credit", "since"]
    assert clerk.choose(url, "check").status_code == 303
    clerk.work()
    assert "Nothing has been imported yet" in clerk.page(url)
    assert clerk.counts(url)["created"] == 1
    assert clerk.customers("Amal") == []

    reply = clerk.person.post(f"{url}/run", {})
    assert reply.status_code == 303
    clerk.work()
    (amal,) = clerk.customers("Amal")
    assert (amal.city, amal.credit) == ("Jeddah", Decimal("1234.50"))
    assert amal.since is not None
    assert amal.since.isoformat() == "2020-12-31"
    assert amal.kind == "person"
    assert amal.active
    assert "created 1" in clerk.page(url)
