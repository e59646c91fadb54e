"""A form creates and changes records: typed values, lines, and everything that can be refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.showcase.shop.models import Customer, Order, Product
from tests.workspace.conftest import Hire, Person


@pytest.fixture(scope="module")
def goods(kernel: Kernel, store: Tenant) -> dict[str, int]:
    """A customer and two products, by name."""
    with kernel.session(store) as session:
        records = [
            Customer(name="Amal Trading"),
            Product(code="P1", name="Paper", price=Decimal("12.50")),
            Product(code="P2", name="Pens", price=Decimal(3)),
        ]
        session.add_all(records)
        session.flush()
        return {record.name: record.id for record in records}


def order_fields(goods: dict[str, int], number: str) -> dict[str, str]:
    return {
        "number": number,
        "customer_id": str(goods["Amal Trading"]),
        "customer_id.text": "Amal Trading",
        "date": "2026-11-22",
        "currency": "SAR",
        "remark": "",
        "lines.0.product_id": "",
        "lines.0.product_id.text": "P1 Paper",
        "lines.0.quantity": "2",
        "lines.0.price": "1,250.50",
        "lines.1.product_id": str(goods["Pens"]),
        "lines.1.product_id.text": "P2 Pens",
        "lines.1.quantity": "1.5",
        "lines.1.price": "3",
        "lines.2.product_id.text": "",
        "lines.2.quantity": "1",
    }


def test_a_new_form_holds_the_initial_values(admin: Person, goods: dict[str, int]) -> None:
    form = admin.open_form(f"/shop/orders/new?customer_id={goods['Amal Trading']}")
    assert form["date"] == "2026-11-22"
    assert form["currency"] == "SAR"
    assert form["lines.0.quantity"] == "1"
    assert form["customer_id.text"] == "Amal Trading"


def test_a_guessed_key_does_not_tell_what_its_record_is_called(
    admin: Person, hire: Hire, goods: dict[str, int]
) -> None:
    may = ("shop.order.read", "shop.order.write", "shop.product.read")
    clerk = hire(dict.fromkeys(may, "all"))
    guessed = clerk.http.get(f"/shop/orders/new?customer_id={goods['Amal Trading']}")
    assert guessed.status_code == 200
    assert "Amal Trading" not in guessed.text
    refused = clerk.post("/shop/orders/new", order_fields(goods, "") | {"customer_id.text": ""})
    assert "Amal Trading" not in refused.text
    # What stands in an order that they may change, they may know.
    made = admin.post("/shop/orders/new", order_fields(goods, "A-0")).headers["location"]
    assert clerk.open_form(f"{made}/edit")["customer_id.text"] == "Amal Trading"


def test_an_order_with_lines_is_created_from_what_was_typed(
    admin: Person, goods: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    reply = admin.post("/shop/orders/new", order_fields(goods, "A-1"))
    assert reply.status_code == 303, reply.text
    page = admin.http.get(reply.headers["location"])
    assert "A-1 was created." in page.text
    assert "1,250.50" in page.text
    assert "At a glance" in page.text
    with kernel.session(store) as session:
        order = session.scalars(select(Order).where(Order.number == "A-1")).one()
        assert [(line.product_id, line.quantity, line.price) for line in order.lines] == [
            (goods["Paper"], Decimal(2), Decimal("1250.50")),
            (goods["Pens"], Decimal("1.5"), Decimal(3)),
        ]
        assert order.total == Decimal("2505.50")


def test_mistakes_are_shown_beside_their_inputs_and_everything_typed_stays(
    admin: Person, goods: dict[str, int]
) -> None:
    wrong = order_fields(goods, "") | {
        "date": "31/31/2026",
        "lines.0.price": "12,5",
        "lines.1.product_id.text": "Nobody knows",
        "lines.1.product_id": "",
        "remark": "<b>kept</b>",
    }
    reply = admin.post("/shop/orders/new", wrong)
    assert reply.status_code == 422
    for sentence in (
        "Please fill this in.",
        "Write a date such as 2026-12-31.",
        "Write a number such as 1,234.50.",
        "Nothing is called “Nobody knows”. Choose from the list.",
    ):
        assert sentence in reply.text
    assert "&lt;b&gt;kept&lt;/b&gt;" in reply.text
    assert 'value="12,5"' in reply.text
    assert 'aria-describedby="input-lines-0-price-problem"' in reply.text


def test_what_a_service_or_the_database_refuses_is_shown_in_the_form(
    admin: Person, goods: dict[str, int]
) -> None:
    nothing = order_fields(goods, "A-2") | {"lines.0.quantity": "0"}
    reply = admin.post("/shop/orders/new", nothing)
    assert reply.status_code == 422
    assert "The quantity must be more than nothing." in reply.text
    assert admin.post("/shop/orders/new", order_fields(goods, "A-3")).status_code == 303
    again = admin.post("/shop/orders/new", order_fields(goods, "A-3") | {"_token": "other"})
    assert again.status_code == 422
    assert "Number is already used." in again.text
    assert 'value="A-3"' in again.text


def test_a_form_sent_twice_saves_once(
    admin: Person, goods: dict[str, int], kernel: Kernel, store: Tenant
) -> None:
    token = admin.open_form("/shop/customers/new")["_token"]
    fields = {"name": "Twice", "kind": "person", "_token": token, "visits": "0"}
    first = admin.post("/shop/customers/new", fields)
    second = admin.post("/shop/customers/new", fields)
    assert first.status_code == second.status_code == 303, first.text
    assert first.headers["location"] == second.headers["location"]
    with kernel.session(store) as session:
        twice = select(func.count()).select_from(Customer).where(Customer.name == "Twice")
        assert session.scalar(twice) == 1


def test_lines_are_changed_added_and_removed(admin: Person, goods: dict[str, int]) -> None:
    url = admin.post("/shop/orders/new", order_fields(goods, "A-5")).headers["location"]
    form = admin.open_form(f"{url}/edit")
    assert form["lines.1.product_id.text"] == "P2 Pens"
    added = admin.post(f"{url}/edit", form | {"_add": "lines"})
    assert added.status_code == 200
    assert 'name="lines.2.quantity"' in added.text
    removed = admin.post(f"{url}/edit", form | {"_remove": "lines.0"})
    assert 'name="lines.0.quantity"' not in removed.text
    kept = {name: value for name, value in form.items() if not name.startswith("lines.0.")}
    assert admin.post(f"{url}/edit", kept | {"lines.1.quantity": "7"}).status_code == 303
    page = admin.http.get(url).text
    assert "P1 Paper" not in page
    assert "21.00" in page


def test_actions_are_offered_by_state_and_refused_in_another(
    admin: Person, goods: dict[str, int]
) -> None:
    url = admin.post("/shop/orders/new", order_fields(goods, "A-6")).headers["location"]
    assert f'action="{url}/actions/confirm"' in admin.http.get(url).text
    assert admin.post(f"{url}/actions/confirm", {}).status_code == 303
    page = admin.http.get(url).text
    assert "Order A-6 is confirmed." in page
    assert f"{url}/actions/confirm" not in page
    assert f"{url}/edit" not in page
    assert admin.post(f"{url}/actions/confirm", {}).status_code == 409
    assert admin.http.get(f"{url}/edit").status_code == 409
    assert "The customer gets nothing then." in admin.http.get(f"{url}/actions/cancel").text
    assert admin.post(f"{url}/actions/cancel", {}).status_code == 303


def test_a_record_is_deleted_after_a_question(admin: Person) -> None:
    fields = {"name": "Short-lived", "kind": "person", "visits": "0"}
    url = admin.post("/shop/customers/new", fields).headers["location"]
    assert "deletes the record for good" in admin.http.get(f"{url}/delete").text
    reply = admin.post(f"{url}/delete", {})
    assert reply.headers["location"] == "/shop/customers"
    assert admin.http.get(url).status_code == 404


def test_a_record_in_use_is_not_deleted(admin: Person, goods: dict[str, int]) -> None:
    assert admin.post("/shop/orders/new", order_fields(goods, "A-7")).status_code == 303
    reply = admin.post(f"/shop/customers/{goods['Amal Trading']}/delete", {})
    assert reply.status_code == 409
    assert "Amal Trading is still used: Orders " in reply.text
    assert "A-7" in reply.text


def test_a_secret_is_written_and_never_shown(admin: Person, kernel: Kernel, store: Tenant) -> None:
    fields = {"name": "Keeper", "kind": "person", "visits": "0", "portal_password": "tell nobody"}
    url = admin.post("/shop/customers/new", fields).headers["location"]
    form = admin.open_form(f"{url}/edit")
    assert form["portal_password"] == ""
    assert admin.post(f"{url}/edit", form | {"note": "a\r\nb"}).status_code == 303
    for page in (url, f"{url}/edit", f"{url}/history"):
        assert "tell nobody" not in admin.http.get(page).text
    with kernel.session(store) as session:
        keeper = session.scalars(select(Customer).where(Customer.name == "Keeper")).one()
        assert keeper.portal_password == "tell nobody"
        assert keeper.note == "a\nb"
