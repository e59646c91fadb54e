"""Two clerks work on one order, duplicate it, page through a list, and follow its story.

Changes that do not touch each other are saved together; what both changed is asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product, Status
from tests.workspace.conftest import Hire, Person, inputs_of

READ = {"shop.order.read": "all"}


@dataclass(frozen=True, slots=True)
class Goods:
    """What the shop sells, and to whom."""

    amal: int
    badr: int
    paper: int
    pens: int


@pytest.fixture(scope="module")
def goods(kernel: Kernel, store: Tenant) -> Goods:
    with kernel.session(store) as session:
        records = [
            Customer(name="Amal Trading"),
            Customer(name="Badr Stores"),
            Product(code="P1", name="Paper", price=Decimal("12.50")),
            Product(code="P2", name="Pens", price=Decimal(3)),
        ]
        session.add_all(records)
        session.flush()
        return Goods(*(record.id for record in records))


@pytest.fixture(scope="module")
def colleague(hire: Hire) -> Person:
    return hire()


def an_order(kernel: Kernel, store: Tenant, goods: Goods, number: str, **more: object) -> str:
    """The address of a new draft order of two lines."""
    with kernel.session(store) as session:
        order = Order(
            **{"number": number, "customer_id": goods.amal, "date": date(2026, 11, 22), **more}
        )
        order.lines = [
            OrderLine(product_id=goods.paper, quantity=Decimal(2), price=Decimal("12.50")),
            OrderLine(product_id=goods.pens, quantity=Decimal(5), price=Decimal(3)),
        ]
        session.add(order)
        session.flush()
        return f"/shop/orders/{order.id}"


def saved(kernel: Kernel, store: Tenant, number: str) -> Order:
    with kernel.session(store) as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        assert order.lines is not None
        assert order.customer is not None
        return order


def test_changes_that_do_not_touch_each_other_are_saved_together(
    admin: Person, colleague: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "M-1")
    mine, theirs = admin.open_form(f"{url}/edit"), colleague.open_form(f"{url}/edit")
    theirs |= {"remark": "ring twice", "lines.1.quantity": "9"}
    theirs |= {"lines.2.product_id.text": "P1", "lines.2.quantity": "1", "lines.2.price": "7"}
    assert colleague.post(f"{url}/edit", theirs).status_code == 303
    mine |= {"customer_id": "", "customer_id.text": "Badr Stores", "lines.0.price": "11.00"}
    reply = admin.post(f"{url}/edit", mine)
    assert reply.status_code == 303, reply.text
    page = admin.http.get(reply.headers["location"]).text
    assert "together with what" in page
    assert "changed meanwhile: Remark, Lines." in page
    order = saved(kernel, store, "M-1")
    assert (order.customer.name, order.remark) == ("Badr Stores", "ring twice")
    assert [(line.quantity, line.price) for line in order.lines] == [
        (Decimal(2), Decimal("11.00")),
        (Decimal(9), Decimal(3)),
        (Decimal(1), Decimal(7)),
    ]


def test_what_both_changed_is_asked_about_and_the_answer_is_saved(
    admin: Person, colleague: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "M-2")
    mine, theirs = admin.open_form(f"{url}/edit"), colleague.open_form(f"{url}/edit")
    theirs |= {"remark": "theirs", "lines.0.quantity": "8", "currency": "BDT"}
    assert colleague.post(f"{url}/edit", theirs).status_code == 303
    reply = admin.post(f"{url}/edit", mine | {"remark": "mine", "lines.0.quantity": "3"})
    assert reply.status_code == 409
    assert "Nothing of yours was saved yet" in reply.text
    for sentence in ("Lines · Quantity · line 1", "<bdi>theirs</bdi>", "<bdi>mine</bdi>"):
        assert sentence in reply.text
    form = {n: v for n, v in inputs_of(reply.text).items() if not n.startswith("_choice.")}
    assert (form["currency"], form["remark"]) == ("BDT", "mine")
    conflicts = ["remark", "lines.0.quantity"]
    unanswered = admin.http.post(
        f"{url}/edit", data={"csrf_token": admin.csrf, **form, "_conflict": conflicts}
    )
    assert unanswered.status_code == 409
    assert "Choose which of the two to keep." in unanswered.text
    choices = {"_choice.remark": "mine", "_choice.lines.0.quantity": "theirs"}
    answered = admin.http.post(
        f"{url}/edit", data={"csrf_token": admin.csrf, **form, **choices, "_conflict": conflicts}
    )
    assert answered.status_code == 303, answered.text
    order = saved(kernel, store, "M-2")
    assert (order.remark, order.currency, order.lines[0].quantity) == ("mine", "BDT", Decimal(8))


@pytest.mark.parametrize(("choice", "lines"), [("mine", 2), ("theirs", 1)])
def test_a_line_that_was_removed_while_i_changed_it_is_asked_about(
    choice: str,
    lines: int,
    admin: Person,
    colleague: Person,
    goods: Goods,
    kernel: Kernel,
    store: Tenant,
) -> None:
    number = f"M-3-{choice}"
    url = an_order(kernel, store, goods, number)
    mine, theirs = admin.open_form(f"{url}/edit"), colleague.open_form(f"{url}/edit")
    kept = {name: value for name, value in theirs.items() if not name.startswith("lines.1.")}
    assert colleague.post(f"{url}/edit", kept).status_code == 303
    reply = admin.post(f"{url}/edit", mine | {"lines.1.quantity": "6"})
    assert reply.status_code == 409
    assert "the line is removed" in reply.text
    form = {n: v for n, v in inputs_of(reply.text).items() if not n.startswith("_choice.")}
    answered = admin.post(f"{url}/edit", form | {"_choice.lines.1": choice})
    assert answered.status_code == 303, answered.text
    assert len(saved(kernel, store, number).lines) == lines


def test_a_stale_form_that_says_not_what_it_was_made_from_is_asked_about(
    admin: Person, colleague: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "M-4")
    mine, theirs = admin.open_form(f"{url}/edit"), colleague.open_form(f"{url}/edit")
    assert colleague.post(f"{url}/edit", theirs | {"remark": "theirs"}).status_code == 303
    for base in ("", "{", "[1,2]", "[[],{}]", '[{},{"lines":[["x",3]]}]'):
        reply = admin.post(f"{url}/edit", mine | {"_base": base})
        assert reply.status_code == 409, base
    assert saved(kernel, store, "M-4").remark == "theirs"


def test_a_form_whose_record_is_gone_or_final_says_so(
    admin: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    gone, final = (an_order(kernel, store, goods, number) for number in ("M-5", "M-6"))
    forms = {url: admin.open_form(f"{url}/edit") for url in (gone, final)}
    assert admin.post(f"{gone}/delete", {}).status_code == 303
    assert admin.post(f"{final}/actions/confirm", {}).status_code == 303
    late = admin.post(f"{gone}/edit", forms[gone])
    assert late.status_code == 404
    assert "It may have been deleted." in late.text
    late = admin.post(f"{final}/edit", forms[final])
    assert late.status_code == 409
    assert "M-6 can no longer be changed." in late.text


def test_an_input_is_checked_as_saving_would_and_nothing_is_kept(
    admin: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    fields = {
        "csrf_token": admin.csrf,
        "number": "C-1",
        "customer_id.text": "Amal Trading",
        "date": "2026-11-22",
        "currency": "SAR",
        "lines.4.product_id.text": "P1 Paper",
        "lines.4.quantity": "0",
        "lines.4.price": "1",
    }
    checked = admin.http.post("/shop/orders/new/check", data=fields).json()
    assert checked == {"problems": {"lines.4.quantity": "The quantity must be more than nothing."}}
    wrong = fields | {"lines.4.price": "1,2,3", "customer_id.text": "Nobody"}
    problems = admin.http.post("/shop/orders/new/check", data=wrong).json()["problems"]
    assert set(problems) == {"lines.4.price", "customer_id"}
    fine = fields | {"lines.4.quantity": "1"}
    assert admin.http.post("/shop/orders/new/check", data=fine).json() == {"problems": {}}
    with kernel.session(store) as session:
        assert session.scalar(select(func.count()).where(Order.number == "C-1")) == 0


def test_a_block_is_read_in_the_users_own_writing_and_what_is_unreadable_is_told(
    hire: Hire, goods: Goods
) -> None:
    clerk = hire(language="bn")
    reply = clerk.http.post(
        "/shop/orders/new/paste",
        data={
            "csrf_token": clerk.csrf,
            "grid": "lines",
            "columns": "product_id,description,quantity,price",
            "cells": '[["p1","a \\"b\\"","১,২৩৪.৫","12.5"],["Pens","","x","3"],["Nobody"]]',
        },
    )
    first, second, third = reply.json()["rows"]
    assert first[0] == {"value": str(goods.paper), "text": "P1 Paper"}
    assert [cell["value"] for cell in first[1:]] == ['a "b"', "1234.5", "12.50"]
    assert second[0]["text"] == "P2 Pens"
    assert second[2]["value"] == "x"
    assert second[2]["problem"]
    assert third[0]["value"] == "Nobody"
    assert third[0]["problem"]


@pytest.mark.parametrize("cells", ["", "{}", "[1]", "nonsense", f"[{','.join(['[]'] * 2001)}]"])
def test_what_is_no_block_is_refused(admin: Person, cells: str) -> None:
    fields = {"csrf_token": admin.csrf, "grid": "lines", "columns": "quantity", "cells": cells}
    reply = admin.http.post(
        "/shop/orders/new/paste", data=fields, headers={"accept": "application/json"}
    )
    assert reply.status_code == (200 if cells == "{}" else 422)


def test_a_scanned_code_is_the_line_that_the_addon_makes_of_it(admin: Person, goods: Goods) -> None:
    fields = {"csrf_token": admin.csrf, "grid": "lines", "code": "P2"}
    scanned = admin.http.post("/shop/orders/new/scan", data=fields).json()
    assert scanned == {
        "cells": {
            "product_id": {"value": str(goods.pens), "text": "P2 Pens"},
            "price": {"value": "3.00"},
        },
        "quantity": "quantity",
    }
    headers = {"accept": "application/json"}
    unknown = admin.http.post(
        "/shop/orders/new/scan", data=fields | {"code": "<b>"}, headers=headers
    )
    assert unknown.status_code == 422
    assert unknown.json()["detail"] == "Nothing has the code “<b>”."
    entry = admin.http.post("/accounting/entries/new/scan", data=fields, headers=headers)
    assert entry.status_code == 404


def test_moved_lines_keep_their_order(
    admin: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "L-1")
    form = admin.open_form(f"{url}/edit")
    second = {name: value for name, value in form.items() if name.startswith("lines.1.")}
    rest = {name: value for name, value in form.items() if name not in second}
    assert admin.post(f"{url}/edit", {**second, **rest}).status_code == 303
    assert [line.product_id for line in saved(kernel, store, "L-1").lines] == [
        goods.pens,
        goods.paper,
    ]


def test_a_duplicate_holds_everything_but_what_must_differ(
    admin: Person, hire: Hire, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "D-1", remark="with care", status=Status.CONFIRMED)
    assert f"/shop/orders/new?copy={url.rpartition('/')[2]}" in admin.http.get(url).text
    form = admin.open_form(f"/shop/orders/new?copy={url.rpartition('/')[2]}")
    assert (form["number"], form["remark"]) == ("", "with care")
    assert form["lines.1.product_id.text"] == "P2 Pens"
    assert not [name for name in form if name.endswith(".id")]
    made = admin.post("/shop/orders/new", form | {"number": "D-2"})
    assert made.status_code == 303, made.text
    copy = saved(kernel, store, "D-2")
    assert (copy.status, len(copy.lines)) == (Status.DRAFT, 2)
    reader = hire(READ)
    assert "?copy=" not in reader.http.get(url).text


def test_previous_and_next_follow_the_list_that_one_came_from(
    admin: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    urls = {n: an_order(kernel, store, goods, f"N-{n}", remark="next") for n in (1, 2, 3)}
    with kernel.session(store) as session:
        session.get_one(Order, int(urls[2].rpartition("/")[2])).status = Status.CONFIRMED
    query = urlencode({"q": "N-", "status": "draft", "sort": "number"})
    origin = f"https://{store.slug}.localhost/shop/orders?{query}"
    page = admin.http.get(urls[1], headers={"referer": origin}).text
    following = f"{urls[3]}?{urlencode({'list': query})}".replace("&", "&amp;")
    assert f'href="{following}" rel="next"' in page
    assert 'rel="prev"' not in page
    carried = admin.http.get(f"{urls[3]}?{urlencode({'list': query})}").text
    assert 'rel="prev"' in carried
    assert urls[2] not in carried
    assert f"/shop/orders?{query}".replace("&", "&amp;") in carried
    acted = admin.post(f"{urls[3]}/actions/cancel", {"_list": query})
    assert acted.headers["location"] == f"{urls[3]}?{urlencode({'list': query})}"
    broken = admin.http.get(f"{urls[3]}?{urlencode({'list': 'sort=nothing&status=x'})}")
    assert broken.status_code == 200


def test_the_bar_shows_the_states_and_where_the_document_stands(
    admin: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "S-1")
    page = admin.http.get(url).text
    bar = page[page.index('class="stages"') : page.index("</ol>", page.index('class="stages"'))]
    assert bar.index("Draft") < bar.index("Confirmed")
    assert "Cancelled" not in bar
    assert admin.post(f"{url}/actions/cancel", {}).status_code == 303
    page = admin.http.get(url).text
    bar = page[page.index('class="stages"') : page.index("</ol>", page.index('class="stages"'))]
    assert "stage-bad" in bar
    assert "Cancelled" in bar


def test_related_documents_are_drawn_with_their_states_and_linked_by_permission(
    admin: Person, hire: Hire, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    seller = hire({"shop.order.read": "own"})
    first = an_order(kernel, store, goods, "R-1", status=Status.CONFIRMED)
    key = int(first.rpartition("/")[2])
    second = an_order(kernel, store, goods, "R-2", follows_id=key, seller_id=seller.user_id)
    page = admin.http.get(second).text
    assert f'<a href="{first}" aria-label="Earlier order: R-1, Confirmed"' in page
    assert "Next order: R-2, Draft" in admin.http.get(first).text
    own = seller.http.get(second).text
    assert "Earlier order: R-1" in own
    assert f'href="{first}"' not in own
    assert "Confirmed" not in own[own.index("related-graph") :]
    assert "related-graph" not in admin.http.get(an_order(kernel, store, goods, "R-3")).text


def test_an_open_record_shows_who_else_has_it_open(
    admin: Person, hire: Hire, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "P-1")
    reader, other = hire(READ), hire()
    nobody = reader.post(f"{url}/presence", {"editing": "1"})
    assert nobody.text.strip() == ""
    told = other.post(f"{url}/presence", {"editing": "1", "version": "1"}).text
    assert "is looking at this" in told, "who may not change it does not, whatever is sent"
    assert "is changing this" in admin.http.get(url).text
    assert "It was changed since" in admin.post(f"{url}/presence", {"version": "0"}).text
    stranger = hire({"shop.customer.read": "all"})
    assert stranger.post(f"{url}/presence", {}).status_code == 403


def heads(page: str) -> list[str]:
    """The headings of the first lines on the page of a record."""
    table = page[page.index("record-lines") :]
    return re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', table[: table.index("</thead>")])


def test_lines_are_read_without_the_columns_that_tell_nothing(
    admin: Person, goods: Goods, kernel: Kernel, store: Tenant
) -> None:
    url = an_order(kernel, store, goods, "M-9")
    short = heads(admin.http.get(url).text)
    assert "Product" in short
    assert "Description" not in short
    for described, is_shown in (("Paper", False), ("Paper for a printer", True)):
        form = admin.open_form(f"{url}/edit")
        for line in ("0", "1"):
            form[f"lines.{line}.description"] = described
            form[f"lines.{line}.product_id"] = ""
            form[f"lines.{line}.product_id.text"] = "P1"
        assert admin.post(f"{url}/edit", form).status_code == 303
        assert ("Description" in heads(admin.http.get(url).text)) is is_shown
