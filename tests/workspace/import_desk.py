"""Somebody who imports files through the pages, as a browser sends them; the jobs run here."""

from __future__ import annotations

import io
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import python_calamine as calamine
import xlsxwriter
from sqlalchemy import select

from core.importing.models import DataImport
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, Product
from tests.workspace.conftest import Person

CUSTOMERS, ORDERS = "/shop/customers", "/shop/orders"
API = "/api/v1/shop/customers/imports"
ORDER_FILE = (
    "Number,Customer,Date,Product,Quantity,Price\n"
    "O-1,Amal,2026-11-01,P1,2,12.50\n"
    ",,,P2,1,3\n"
    "O-2,Amal,2026-11-02,P1 Paper,1,12\n"
)


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


def workbook(*rows: list[Any]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Kunden")
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return file.getvalue()


def orders(kernel: Kernel, store: Tenant, *numbers: str) -> dict[str, list[str]]:
    """What orders hold: each line's product, quantity and price."""
    with kernel.session(store) as session:
        products = {p.id: p.code for p in session.scalars(select(Product))}
        found = session.scalars(select(Order).where(Order.number.in_(numbers)))
        return {
            order.number: [
                f"{products[line.product_id]} {line.quantity} {line.price}" for line in order.lines
            ]
            for order in found
        }


def read_workbook(content: bytes) -> list[list[Any]]:
    with calamine.load_workbook(io.BytesIO(content)) as book:
        return book.get_sheet_by_index(0).to_python()
