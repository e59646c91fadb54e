"""Buyers work on pages: lists, forms, the comparison and its award, receipts in parts; each sees
what their rights reach, and programs do the same by the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from addons.purchases.models import Bill, Order, Quotation, Receipt
from addons.purchases.services.quotations.writing import (
    create_quotation,
    send_quotation,
    write_answer,
)
from addons.purchases.services.scorecards import scorecards
from core.api import Period
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.purchases.buying import DAY, Buyer

API = "/api/v1/purchases"
AsUser = Callable[..., httpx.Client]
RESOURCES = (
    *("requests", "quotations", "offers", "orders", "receipts", "bills", "payments"),
    *("agreements", "prices", "order-templates", "approval-limits", "delegations"),
    *("approvals", "purchase-lines", "order-items"),
)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _post(http: httpx.Client, url: str, page: str, **fields: str) -> httpx.Response:
    return http.post(url, data={"csrf_token": _token(http.get(page).text), **fields})


@pytest.mark.parametrize("name", RESOURCES)
def test_every_list_and_form_opens(as_user: AsUser, name: str) -> None:
    http = as_user()
    assert http.get(f"/purchases/{name}").status_code == 200
    assert http.get(f"/purchases/{name}/new").status_code in (200, 403, 404)


def test_a_new_order_shows_its_lines_before_its_details_and_nothing_that_is_only_read(
    as_user: AsUser,
) -> None:
    page = as_user().get("/purchases/orders/new").text
    assert page.index('data-lines="lines"') < page.index("<h2>Details</h2>")
    assert "Approved by" not in page
    assert "<h2>Sums</h2>" not in page


def test_from_order_to_payment_by_the_api(kernel: Kernel, tenant: Tenant, as_user: AsUser) -> None:
    with kernel.session(tenant) as session:
        supplier, product = Buyer(session).supplier(), Buyer(session).product()
    http = as_user()

    def send(path: str, **body: object) -> dict[str, object]:
        answer = http.post(f"{API}/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    line = {"product_id": product, "quantity": "10", "price": "5"}
    order = send("orders", contact_id=supplier, date=str(DAY), lines=[line])
    send(f"orders/{order['id']}/actions/confirm")
    send(f"orders/{order['id']}/actions/receive")
    page = f"/purchases/orders/{order['id']}"
    opened = _post(http, f"{page}/actions/bill", page).headers["location"]
    assert opened.startswith("/purchases/bills/")
    bill = {"id": int(opened.rpartition("/")[2])}
    asked = http.post(f"{API}/bills/{bill['id']}/actions/post", json={})
    assert (asked.status_code, asked.json()["code"]) == (409, "needs-confirmation")
    assert "number on the supplier's paper" in asked.text
    address = f"{API}/bills/{bill['id']}"
    tag = {"If-Match": http.get(address).headers["etag"]}
    changed = http.patch(address, json={"supplier_reference": "S-1"}, headers=tag)
    assert changed.status_code == 200, changed.text
    send(f"bills/{bill['id']}/actions/post")
    paid = send("payments", contact_id=supplier, lines=[{"bill_id": bill["id"]}])
    send(f"payments/{paid['id']}/actions/post")
    with kernel.session(tenant) as session:
        found = session.get_one(Bill, bill["id"])
        assert (found.paid_state, found.total) == ("paid", 50)
        assert session.get_one(Order, order["id"]).state == "done"


def test_answers_are_compared_and_awarded_on_one_page(
    kernel: Kernel, tenant: Tenant, as_user: AsUser
) -> None:
    with kernel.session(tenant) as session:
        key, lines = asked(Buyer(session))
    http = as_user()
    page = http.get(f"/purchases/compare/{key}")
    assert page.status_code == 200
    assert "cheapest" in page.text
    assert "fastest" in page.text
    wrong = _post(http, f"/purchases/compare/{key}", f"/purchases/compare/{key}",
                  **{f"award-{lines[0]}": "11"})  # fmt: skip
    assert wrong.status_code == 422
    assert "were asked for" in wrong.text
    right = _post(http, f"/purchases/compare/{key}", f"/purchases/compare/{key}",
                  **{f"award-{lines[0]}": "6", f"award-{lines[1]}": "4"})  # fmt: skip
    assert right.status_code in (302, 303), right.text
    with kernel.session(tenant) as session:
        orders = [offer.order_id for offer in session.get_one(Quotation, key).offers]
        parts = [session.get_one(Order, order).lines[0].quantity for order in orders if order]
        assert parts == [6, 4]


def test_a_part_is_received_from_the_orders_page(
    kernel: Kernel, tenant: Tenant, as_user: AsUser
) -> None:
    with kernel.session(tenant) as session:
        key = Buyer(session).order().id
    http = as_user()
    page = http.get(f"/purchases/orders/{key}")
    assert "Receive a part" in page.text
    answer = _post(http, f"/purchases/orders/{key}/start-receipt", f"/purchases/orders/{key}")
    where = answer.headers["location"]
    assert re.fullmatch(r".*/purchases/receipts/\d+/edit", where)
    assert http.get(where).status_code == 200
    with kernel.session(tenant) as session:
        receipt = session.query(Receipt).filter_by(order_id=key).one()
        assert (receipt.state, receipt.lines[0].quantity) == ("draft", 10)


def test_a_differing_bill_says_why_beside_it(
    kernel: Kernel, tenant: Tenant, as_user: AsUser
) -> None:
    with kernel.session(tenant) as session:
        buyer = Buyer(session)
        order = buyer.order("10", "5")
        buyer.receive(order)
        line = {"order_line_id": order.lines[0].id, "quantity": Decimal(10), "price": Decimal(6)}
        key, contact = buyer.bill(order, lines=[line]).id, order.contact_id
    page = as_user().get(f"/purchases/bills/{key}").text
    assert "The price is higher than ordered" in page
    assert "billed 6, expected 5" in page
    beside = as_user().get(f"/contacts/contacts/{contact}").text
    assert "As a supplier" in beside


def test_requesters_see_their_own_requests_and_no_orders(as_user: AsUser) -> None:
    http = as_user("purchases.requester")
    assert http.get("/purchases/requests").status_code == 200
    assert http.get("/purchases/orders").status_code == 403
    assert http.get("/purchases/compare/1").status_code == 403
    assert as_user("purchases.receiver").get("/purchases/payments/new").status_code == 403


def test_the_score_comes_from_counted_lines(buyer: Buyer) -> None:
    supplier = buyer.supplier()
    for come, back, late in (("10", "0", 0), ("10", "2", 0), ("8", "0", 3)):
        order = buyer.order("10", "5", contact_id=supplier, expected_on=DAY)
        day = DAY + timedelta(days=late)
        buyer.receive(order, come, date=day)
        if back != "0":
            buyer.send_back(order, back, date=day, replace=True)
        buyer.bill(order, date=day)
    (card,) = scorecards(buyer.session, Period(DAY, DAY), DAY + timedelta(days=9), supplier)
    assert (card.on_time.good, card.on_time.of) == (2, 3)
    assert (card.quantity.good, card.quantity.of) == (2, 3)
    assert (card.price.good, card.price.of) == (3, 3)
    assert card.quality.percent == Decimal("92.9")
    assert card.score == Decimal("78.6")


def asked(buyer: Buyer) -> tuple[int, list[int]]:
    """A request with two answers; its id, and those of the answers' lines."""
    quotation = create_quotation(
        buyer.session,
        {
            "lines": [{"product_id": buyer.product(), "quantity": Decimal(10)}],
            "offers": [{"contact_id": buyer.supplier()}, {"contact_id": buyer.supplier()}],
        },
    )
    send_quotation(buyer.session, quotation)
    for offer, price, days in zip(quotation.offers, ("9", "8"), (2, 9), strict=True):
        line = {"id": offer.lines[0].id, "price": Decimal(price)}
        write_answer(buyer.session, offer, {"delivery_days": days, "lines": [line]})
    return quotation.id, [offer.lines[0].id for offer in quotation.offers]
