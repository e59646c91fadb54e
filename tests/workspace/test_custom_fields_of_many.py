"""Whatever a custom field holds comes back the same by every door, page by page, and one
company's fields are never another's, though one process serves both."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.addons import lifecycle
from core.addons.purging import confirmation_for, purge
from core.custom.models import CustomField, CustomValue
from core.kernel import Kernel
from core.web.custom.patterns import read_pattern
from core.web.resources.kinds import Unreadable
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.workspace.conftest import Person, hired, inputs_of
from tests.workspace.custom_fields import add_field

API = "/api/v1/shop/customers"
TYPES = ("text", "multiline", "integer", "decimal", "money", "date", "datetime", "boolean", "email")
FEW = settings(max_examples=12, deadline=None)

_LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x00")
_WORDS = st.text(_LETTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
_SENT: dict[str, st.SearchStrategy[Any]] = {
    "text": _WORDS,
    "multiline": st.lists(_WORDS, min_size=1, max_size=3).map("\n".join),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.decimals(-(10**17), 10**17, places=2).map(lambda d: f"{d:f}"),
    "money": st.decimals(-(10**15), 10**15, places=2).map(lambda d: f"{d:f}"),
    "date": st.dates().map(lambda day: day.isoformat()),
    "datetime": st.integers(0, 4 * 10**9).map(
        lambda seconds: datetime.fromtimestamp(seconds, UTC).isoformat()
    ),
    "boolean": st.booleans(),
    "email": st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.[a-z]{2,4}", fullmatch=True),
}


@pytest.fixture(scope="module")
def typed(admin: Person) -> None:
    """A field of each type, under the name of the type."""
    for kind in TYPES:
        add_field(admin, kind, kind, listed="on")


@FEW
@given(values=st.fixed_dictionaries(_SENT))
def test_values_of_each_type_come_back_from_api_form_and_export(
    admin: Person, typed: None, values: dict[str, Any]
) -> None:
    sent = {f"x_{kind}": value for kind, value in values.items()}
    made = admin.api.post(API, json={"name": f"R{datetime.now(UTC).timestamp()}", **sent})
    assert made.status_code == 201, made.text
    document = made.json()
    assert _alike(document, sent)

    url = f"/shop/customers/{document['id']}"
    held = inputs_of(admin.http.get(f"{url}/edit").text)
    saved = admin.post(f"{url}/edit", held)
    assert saved.status_code == 303, saved.text
    again = admin.api.get(f"{API}/{document['id']}").json()
    assert {k: v for k, v in again.items() if k.startswith("x_")} == {
        k: v for k, v in document.items() if k.startswith("x_")
    }

    file = admin.http.get(f"/shop/customers/export.csv?id={document['id']}").content
    head, row = csv.reader(io.StringIO(file.decode("utf-8-sig")))
    exported = dict(zip(head, row, strict=True))
    assert exported["integer"] == str(values["integer"])
    assert Decimal(exported["money"]) == Decimal(values["money"])
    assert exported["date"] == values["date"]
    assert exported["text"].removeprefix("'") == values["text"].removeprefix("'")


def _alike(document: dict[str, Any], sent: dict[str, Any]) -> bool:
    moment = datetime.fromisoformat(document["x_datetime"])
    numbers = all(
        Decimal(document[name]) == Decimal(sent[name]) for name in ("x_decimal", "x_money")
    )
    same = sent.keys() - {"x_datetime", "x_decimal", "x_money"}
    return (
        numbers
        and moment == datetime.fromisoformat(sent["x_datetime"])
        and all(document[name] == sent[name] for name in same)
    )


@FEW
@given(
    ranks=st.lists(st.none() | st.integers(0, 3), max_size=12),
    descending=st.booleans(),
    limit=st.integers(1, 4),
)
def test_paging_by_a_custom_field_shows_each_record_once(
    admin: Person, ranked: str, ranks: list[int | None], descending: bool, limit: int
) -> None:
    mark = f"P{datetime.now(UTC).timestamp()}"
    expected = []
    for place, rank in enumerate(ranks):
        sent = {"name": f"{mark}-{place}", ranked: rank}
        expected.append(admin.api.post(API, json=sent).json()["id"])
    sort = f"-{ranked}" if descending else ranked
    asked = {"q": mark, "sort": sort, "limit": str(limit)}
    seen, values, cursor = [], [], ""
    while True:
        page = admin.api.get(API, params={**asked, "cursor": cursor}).json()
        seen += [document["id"] for document in page["data"]]
        values += [document[ranked] for document in page["data"] if document[ranked] is not None]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert sorted(seen) == sorted(expected)
    assert len(set(seen)) == len(seen)
    assert values == sorted(values, reverse=descending)


@pytest.fixture(scope="module")
def ranked(admin: Person) -> str:
    """A field to sort by."""
    add_field(admin, "integer", "Rank")
    return "x_rank"


_PIECES = st.sampled_from(
    (
        *("a", "b", ".", r"\d", r"\w", r"\.", "[a-c]", "[^a]", "[0-9b]"),
        *("a?", "b*", r"\d+", "a{2}", "[ab]{1,3}", "|"),
    )
)


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=6), text=st.text("abc01._", max_size=8))
def test_patterns_mean_what_regular_expressions_mean(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    assert read_pattern(pattern).matches(text) is bool(re.fullmatch(pattern, text))


def test_no_pattern_takes_long() -> None:
    hostile = r"\d*" * 60
    assert not read_pattern(hostile).matches("1" * 254 + "x")
    with pytest.raises(Unreadable):
        read_pattern("(a+)+$")


@pytest.fixture
def neighbour(kernel: Kernel, transport: AppTransport) -> Iterator[Person]:
    """The administrator of another company, served by the same process."""
    with fresh_tenant(kernel, f"next{os.urandom(3).hex()}") as tenant, ExitStack() as stack:
        yield hired(stack, kernel, transport, tenant, None)


def test_two_companies_with_fields_of_one_name_never_meet(admin: Person, neighbour: Person) -> None:
    add_field(admin, "integer", "Size", listed="on", low="1")
    add_field(neighbour, "choice", "Size", options=["Small", "Large"], listed="on")
    add_field(neighbour, "text", "Theirs alone", listed="on")
    for number in range(4):
        ours = admin.api.post(API, json={"name": f"Ours {number}", "x_size": number + 1})
        theirs = neighbour.api.post(API, json={"name": f"Theirs {number}", "x_size": "large"})
        assert (ours.json()["x_size"], theirs.json()["x_size"]) == (number + 1, "large")
        assert admin.api.post(API, json={"name": "No", "x_size": "large"}).status_code == 422
        assert neighbour.api.post(API, json={"name": "No", "x_size": 3}).status_code == 422
        lists = [person.http.get("/shop/customers").text for person in (admin, neighbour)]
        assert ["Theirs alone" in text for text in lists] == [False, True]
        assert ["Large" in text for text in lists] == [False, True]
        described = [
            person.api.get("/api/openapi.json").json()["components"]["schemas"]
            for person in (admin, neighbour)
        ]
        sizes = [d["shop.customers.create"]["properties"]["x_size"]["type"] for d in described]
        assert sizes == [["integer", "null"], ["string", "null"]]
        assert "x_theirs_alone" not in described[0]["shop.customers"]["properties"]


def test_an_addon_that_is_purged_takes_its_fields_along_into_its_file(
    kernel: Kernel, neighbour: Person
) -> None:
    tenant = kernel.directory.find_slug(str(neighbour.http.base_url.host).partition(".")[0])
    assert tenant is not None
    add_field(neighbour, "text", "Badge")
    assert neighbour.api.post(API, json={"name": "B", "x_badge": "gold"}).status_code == 201
    lifecycle.disable(kernel, tenant, "shop")
    asleep = neighbour.http.get("/settings/fields").text
    assert "x_badge" in asleep
    assert "Of addons that are switched off" in asleep
    lifecycle.enable(kernel, tenant, "shop")
    assert neighbour.api.get(API).json()["data"][0]["x_badge"] == "gold"
    lifecycle.disable(kernel, tenant, "shop")
    done = purge(kernel, tenant, "shop", confirmation=confirmation_for("shop"))
    assert done.file is not None
    with gzip.open(done.file, "rt") as file:
        kept = [json.loads(line) for line in file]
    values = [line["row"]["text"] for line in kept if line.get("table") == "core.custom_value"]
    assert values == ["gold"]
    with kernel.session(tenant, readonly=True) as session:
        left = (select(func.count()).select_from(table) for table in (CustomField, CustomValue))
        assert [session.scalar(statement) for statement in left] == [0, 0]
