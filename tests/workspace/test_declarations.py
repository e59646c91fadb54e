"""A declaration that does not fit its model is refused with every mistake in it by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.addons.catalog import Owned
from core.declare import Column, Field, Filter, Lines, Resource, Section
from core.web.resources.routes import routes_of
from core.web.resources.shaping import DeclarationError
from tests.fake_addons.showcase.shop import views


def problems_of(resource: Resource) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        routes_of(Owned("shop", resource))
    return caught.value.problems


def test_every_mistake_is_named_at_once() -> None:
    wrong = replace(
        views.ORDERS,
        columns=(Column("number"), Column("colour"), Column("lines.price"), Column("client.name")),
        search=("numbre",),
        filters=(Filter("state"),),
        order=("-day",),
        form=(Section("Order", (Field("numero"),)),),
        lines=(Lines("rows", "Rows", ()),),
    )
    assert problems_of(wrong) == [
        "colour: Order has no column 'colour'",
        "lines.price: Order has no many-to-one relationship 'lines'",
        "client.name: Order has no many-to-one relationship 'client'",
        "state: Order has no column 'state'",
        "state: status is no column or field with choices",
        "numbre: Order has no column 'numbre'",
        "-day: day: Order has no column 'day'",
        "numero: Order has no such column",
        "rows: Order has no such one-to-many relationship",
    ]


def test_a_secret_is_neither_listed_nor_searched_nor_typed_in_the_open() -> None:
    wrong = replace(
        views.CUSTOMERS,
        columns=(Column("portal_password"),),
        search=("portal_password",),
        form=(Section("Customer", (Field("portal_password"),)),),
    )
    assert len(problems_of(wrong)) == 3
    assert all("secret" in problem for problem in problems_of(wrong))


def test_sums_of_lines_are_of_their_fields() -> None:
    wrong = replace(
        views.ORDERS, lines=(replace(views.ORDERS.lines[0], totals=("quantity", "weight")),)
    )
    assert problems_of(wrong) == ["lines: totals of ['weight'], which are no fields"]


def test_lines_are_ordered_and_scanned_by_columns_that_they_have() -> None:
    lines = views.ORDERS.lines[0]
    unordered = replace(views.ORDERS, lines=(replace(lines, order="place"),))
    assert problems_of(unordered) == ["lines: no column place to keep the order in"]
    uncounted = replace(views.ORDERS, lines=(replace(lines, quantity="number"),))
    assert problems_of(uncounted) == ["lines: scanning needs the field number"]


def test_only_what_is_declared_has_an_address() -> None:
    routes = {(route.method, route.path) for route in routes_of(Owned("shop", views.PRODUCTS))}
    record = "/shop/products/{id:int}"
    assert {
        ("GET", "/shop/products"),
        ("GET", "/shop/products/export.csv"),
        ("GET", "/shop/products/export.xlsx"),
        ("GET", "/shop/products/lookup"),
        ("GET", record),
        ("GET", f"{record}/history"),
        ("GET", "/api/v1/shop/products"),
        ("GET", f"/api/v1{record}"),
    } <= routes
    own = {"/shop/products/new", f"{record}/edit", f"{record}/delete"}
    own |= {"/api/v1/shop/products", f"/api/v1{record}"}
    assert {route for route in routes if route[1] in own and route[0] != "GET"} == set()
    assert not own & {path for _, path in routes if not path.startswith("/api")}


def test_a_resource_that_is_not_discussed_has_no_conversation() -> None:
    quiet = replace(views.PRODUCTS, discussed=False)
    for resource, expected in ((views.PRODUCTS, True), (quiet, False)):
        paths = [route.path for route in routes_of(Owned("shop", resource))]
        assert any("/conversation" in path for path in paths) is expected
        assert any(path.endswith("/notes") for path in paths) is expected
