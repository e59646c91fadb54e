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


def test_only_what_is_declared_has_an_address() -> None:
    routes = {(route.method, route.path) for route in routes_of(Owned("shop", views.PRODUCTS))}
    assert routes == {
        ("GET", "/shop/products"),
        ("GET", "/shop/products/export.csv"),
        ("GET", "/shop/products/export.xlsx"),
        ("GET", "/shop/products/lookup"),
        ("GET", "/shop/products/{id:int}"),
        ("GET", "/shop/products/{id:int}/history"),
        ("GET", "/api/v1/shop/products"),
        ("GET", "/api/v1/shop/products/{id:int}"),
    }
