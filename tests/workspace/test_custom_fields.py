"""A company adds fields of its own, which then are where its records are: in forms, lists, the
API, exports and the trail, typed and checked everywhere alike, for whom they are meant."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from sqlalchemy import func, select, text

from core.custom.models import CustomField, CustomValue
from core.custom.registry import CustomFields
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.workspace.conftest import Hire, Person
from tests.workspace.custom_fields import FIELDS, add_field, form_of, problems_in
from tests.workspace.test_lists import rows_of

API = "/api/v1/shop/customers"
CUSTOMERS = "/shop/customers"


@pytest.fixture(scope="module")
def fields(admin: Person) -> dict[str, int]:
    """Fields of several types on the shop's customers."""
    return {
        "licence": add_field(
            admin,
            "text",
            "Licence",
            pattern=r"[A-Z]{2}-\d{4}",
            unique="on",
            searchable="on",
            listed="on",
            title__ar="الرخصة",
        ),
        "limit": add_field(
            admin, "money", "Limit", low="0", high="5,000.00", listed="on", initial="100"
        ),
        "colour": add_field(admin, "choice", "Colour", options=["Red", "=Blue & <b>"], listed="on"),
        "topics": add_field(admin, "choices", "Topics", options=["Books", "Music"], listed="on"),
        "product": add_field(admin, "reference", "Product", reference="shop.products"),
        "joined": add_field(admin, "date", "Joined", low="2020-01-01"),
    }


@pytest.fixture(scope="module")
def ann(admin: Person, fields: dict[str, int]) -> int:
    """A customer with values in them."""
    values = {
        "name": "Ann",
        "x_licence": "AB-1234",
        "x_limit": "250.50",
        "x_colour": "red",
        "x_topics": ["music", "books"],
    }
    made = admin.api.post(API, json=values)
    assert made.status_code == 201, made.text
    return made.json()["id"]


def test_a_field_is_a_property_of_the_document_and_of_the_tenants_description(
    admin: Person, ann: int
) -> None:
    document = admin.api.get(f"{API}/{ann}").json()
    assert document["x_limit"] == "250.50"
    assert document["x_topics"] == ["books", "music"]
    assert document["x_joined"] is None
    schemas = admin.api.get("/api/openapi.json").json()["components"]["schemas"]
    written = schemas["shop.customers.create"]["properties"]
    assert written["x_licence"]["pattern"] == r"^([A-Z]{2}-\d{4})$"
    assert written["x_topics"]["items"]["enum"] == ["books", "music"]
    assert "x_limit" in schemas["shop.customers"]["required"]


def test_a_new_record_begins_with_the_default_wherever_it_is_made(
    admin: Person, fields: dict[str, int]
) -> None:
    assert admin.open_form(f"{CUSTOMERS}/new")["x_limit"] == "100.00"
    assert admin.api.post(API, json={"name": "Default"}).json()["x_limit"] == "100"
    emptied = admin.api.post(API, json={"name": "Emptied", "x_limit": None}).json()
    assert emptied["x_limit"] is None


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("x_licence", "ab-1234"),
        ("x_licence", "AB-1234"),
        ("x_limit", "5000.01"),
        ("x_limit", "1.005"),
        ("x_colour", "green"),
        ("x_joined", "2019-12-31"),
    ],
)
def test_what_is_wrong_is_refused_beside_the_field_by_form_and_api_alike(
    admin: Person, ann: int, name: str, wrong: str
) -> None:
    held = admin.open_form(f"{CUSTOMERS}/new") | {"name": "Wrong", name: wrong}
    shown = admin.post(f"{CUSTOMERS}/new", held)
    assert shown.status_code == 422
    told = admin.api.post(API, json={"name": "Wrong", name: wrong})
    assert told.status_code == 422
    assert [error["field"] for error in told.json()["errors"]] == [name]
    assert told.json()["errors"][0]["detail"] in unescape(shown.text)
    assert f'id="input-{name}-problem"' in shown.text


def test_the_form_keeps_ticked_boxes_and_saves_them(admin: Person, ann: int) -> None:
    held = admin.open_form(f"{CUSTOMERS}/{ann}/edit")
    sent = {**held, "csrf_token": admin.csrf, "x_topics": ["books", "music"]}
    refused = admin.http.post(f"{CUSTOMERS}/{ann}/edit", data=sent | {"x_limit": "-1"})
    assert refused.status_code == 422
    assert len(re.findall(r'name="x_topics" value="\w+" checked', refused.text)) == 2
    saved = admin.http.post(f"{CUSTOMERS}/{ann}/edit", data=sent | {"x_limit": "300"})
    assert saved.status_code == 303, saved.text
    document = admin.api.get(f"{API}/{ann}").json()
    assert (document["x_topics"], document["x_limit"]) == (["books", "music"], "300")


def test_a_list_shows_filters_sorts_and_searches_by_it(admin: Person, ann: int) -> None:
    others = {"Ben": ("CD-0001", "20"), "Cid": ("CD-0002", "3000")}
    for name, (licence, limit) in others.items():
        values = {"name": name, "x_licence": licence, "x_limit": limit, "x_colour": "blue_b"}
        assert admin.api.post(API, json=values).status_code == 201
    page = admin.http.get(f"{CUSTOMERS}?x_licence__contains=-").text
    assert "=Blue &amp; &lt;b&gt;" in page
    assert "Books, Music" in page
    assert rows_of(admin.http.get(f"{CUSTOMERS}?x_limit__gte=300&sort=-x_limit").text) == [
        "Cid",
        "Ann",
    ]
    assert rows_of(admin.http.get(f"{CUSTOMERS}?x_topics=music&x_topics=books").text) == ["Ann"]
    assert rows_of(admin.http.get(f"{CUSTOMERS}?q=cd-0002").text) == ["Cid"]
    found = admin.api.get(f"{API}?x_topics__ne=music&sort=name").json()["data"]
    assert "Ann" not in [document["name"] for document in found]
    assert admin.api.get(f"{API}?x_limit__gte=plenty").status_code == 422


def test_an_export_has_it_and_no_cell_is_a_formula(admin: Person, ann: int) -> None:
    add_field(admin, "integer", "=HYPERLINK(1)", listed="on")
    file = admin.http.get(f"{CUSTOMERS}/export.csv?name=Ben").content.decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(file))
    exported = dict(zip(head, row, strict=True))
    assert exported["Licence"] == "CD-0001"
    assert exported["Colour"] == "'=Blue & <b>"
    assert "'=HYPERLINK(1)" in exported
    arabic = admin.http.get(f"{CUSTOMERS}/export.csv", headers={"accept-language": "ar"})
    assert arabic.status_code == 200
    assert admin.http.get(f"{CUSTOMERS}/export.xlsx").status_code == 200


def test_a_change_is_a_change_of_the_record(admin: Person, ann: int) -> None:
    before = admin.api.get(f"{API}/{ann}")
    start = admin.api.get(f"{API}?since=").json()
    while start["more"]:
        start = admin.api.get(API, params={"since": start["next"]}).json()
    changed = admin.api.patch(
        f"{API}/{ann}", json={"x_colour": "blue_b"}, headers={"if-match": before.headers["etag"]}
    )
    assert changed.json()["version"] == before.json()["version"] + 1
    late = {"x_colour": None}
    stale = admin.api.patch(f"{API}/{ann}", json=late, headers={"if-match": before.headers["etag"]})
    assert stale.status_code == 412
    told = admin.http.get(f"{CUSTOMERS}/{ann}/history").text
    assert "Colour" in told
    assert "=Blue &amp; &lt;b&gt;" in told
    sync = admin.api.get(API, params={"since": start["next"]}).json()
    assert [(d["name"], d["x_colour"]) for d in sync["data"]] == [("Ann", "blue_b")]


def test_only_those_for_whom_it_is_meant_see_it_and_only_some_may_change_it(
    admin: Person, hire: Hire, kernel: Kernel, store: Tenant, ann: int
) -> None:
    grants = {"shop.customer.read": "all", "shop.customer.write": "all"}
    clerk, boss = hire(grants), hire(grants)
    role = _role_of(kernel, store, boss)
    add_field(admin, "integer", "Margin", listed="on", seen_by=role, initial="7")
    add_field(admin, "text", "Verdict", listed="on", edited_by=role)
    etag = admin.api.get(f"{API}/{ann}").headers["etag"]
    values = {"x_margin": 40, "x_verdict": "good"}
    headers = {"if-match": etag}
    assert boss.api.patch(f"{API}/{ann}", json=values, headers=headers).status_code == 200

    assert "x_margin" not in clerk.api.get(f"{API}/{ann}").json()
    assert clerk.api.get(f"{API}/{ann}").json()["x_verdict"] == "good"
    assert "x_margin" not in clerk.api.get("/api/openapi.json").text
    assert clerk.api.get(f"{API}?x_margin=40").status_code == 422
    assert clerk.api.get(f"{API}?sort=x_margin").status_code == 422
    for page in (CUSTOMERS, f"{CUSTOMERS}/{ann}", f"{CUSTOMERS}/{ann}/edit"):
        assert "Margin" not in clerk.http.get(page).text
    assert "Margin" not in clerk.http.get(f"{CUSTOMERS}/{ann}/history").text
    assert "Margin" not in clerk.http.get(f"{CUSTOMERS}/export.csv").text
    assert "x_verdict" not in clerk.open_form(f"{CUSTOMERS}/{ann}/edit")
    etag = clerk.api.get(f"{API}/{ann}").headers["etag"]
    refused = clerk.api.patch(f"{API}/{ann}", json={"x_verdict": "bad"}, headers={"if-match": etag})
    assert refused.json()["errors"][0]["field"] == "x_verdict"
    made = clerk.api.post(API, json={"name": "By the clerk"}).json()["id"]
    assert boss.api.get(f"{API}/{made}").json()["x_margin"] == 7
    assert clerk.http.get(FIELDS).status_code == 403


def _role_of(kernel: Kernel, store: Tenant, person: Person) -> str:
    of_user = text(
        "SELECT code FROM core.role JOIN core.user_role ON role_id = role.id WHERE user_id = :user"
    )
    with kernel.session(store, readonly=True) as session:
        return session.execute(of_user, {"user": person.user_id}).scalar_one()


def test_titles_are_in_the_readers_language(hire: Hire, ann: int) -> None:
    assert "الرخصة" in hire(language="ar").http.get(f"{CUSTOMERS}/{ann}/edit").text
    assert "Licence" in hire(language="bn").http.get(f"{CUSTOMERS}/{ann}/edit").text


def test_a_record_takes_its_values_along_whoever_deletes_it(
    admin: Person, kernel: Kernel, store: Tenant, fields: dict[str, int]
) -> None:
    keys = [
        admin.api.post(API, json={"name": name, "x_colour": "red"}).json()["id"]
        for name in ("Gone by the API", "Gone by SQL")
    ]
    assert admin.api.delete(f"{API}/{keys[0]}").status_code == 204
    with kernel.session(store) as session:
        session.execute(text("DELETE FROM shop.customer WHERE id = :id"), {"id": keys[1]})
        held = select(func.count()).where(CustomValue.record_id.in_(keys))
        assert session.scalar(held) == 0


def test_rules_may_become_stricter_after_asking(admin: Person, fields: dict[str, int]) -> None:
    url = f"{FIELDS}/{fields['limit']}"
    admin.api.post(API, json={"name": "Rich", "x_limit": "4000"})
    held = admin.open_form(url) | {"high": "1000"}
    asked = admin.post(url, held)
    assert asked.status_code == 409
    key = re.search(r'name="confirm" value="([^"]*)"', asked.text)
    assert key is not None
    assert admin.post(url, {**held, "confirm": key[1]}).status_code == 303
    refused = admin.api.post(API, json={"name": "Richer", "x_limit": "4000"})
    assert refused.status_code == 422
    rich = admin.api.get(f"{API}?name=Rich").json()["data"][0]
    assert rich["x_limit"] == "4000"


def test_an_option_that_is_in_use_stays(admin: Person, ann: int, fields: dict[str, int]) -> None:
    url = f"{FIELDS}/{fields['topics']}"
    held = admin.open_form(url)
    used = admin.post(url, {**held, "option.0.en": "", "version": held["version"]})
    assert used.status_code == 422
    assert "“Books” is in use" in problems_in(used.text)[0]
    renamed = admin.post(url, {**held, "option.0.en": "Old books", "option.2.en": "Film"})
    assert renamed.status_code == 303, renamed.text
    assert "Old books, Music" in admin.http.get(f"{CUSTOMERS}/{ann}").text


def test_a_field_is_archived_and_comes_back_with_what_it_held(admin: Person, ann: int) -> None:
    held = add_field(admin, "integer", "Shelf")
    etag = admin.api.get(f"{API}/{ann}").headers["etag"]
    sent = admin.api.patch(f"{API}/{ann}", json={"x_shelf": 3}, headers={"if-match": etag})
    assert sent.json()["x_shelf"] == 3
    assert admin.post(f"{FIELDS}/{held}/archive", {}).status_code == 303
    assert "x_shelf" not in admin.api.get(f"{API}/{ann}").json()
    assert admin.api.post(API, json={"name": "Late", "x_shelf": 1}).status_code == 422
    assert admin.post(f"{FIELDS}/{held}/restore", {}).status_code == 303
    assert admin.api.get(f"{API}/{ann}").json()["x_shelf"] == 3


def test_another_type_is_shown_first_with_what_it_would_lose(admin: Person, ann: int) -> None:
    held = add_field(admin, "text", "Floor")
    for name, floor in (("F1", "1"), ("F2", "2"), ("F3", "ground")):
        admin.api.post(API, json={"name": name, "x_floor": floor})
    page = admin.http.get(f"{FIELDS}/{held}/type?to=integer").text
    assert "ground" in page
    assert "Write a whole number" in page
    stale = admin.post(f"{FIELDS}/{held}/type", {"to": "integer", "losing": "0"})
    assert stale.status_code == 409
    done = admin.post(f"{FIELDS}/{held}/type", {"to": "integer", "losing": "1"})
    assert done.status_code == 303, done.text
    floors = admin.api.get(f"{API}?q=F&x_floor__gte=1&sort=x_floor").json()["data"]
    assert [document["x_floor"] for document in floors] == [1, 2]
    assert admin.post(f"{FIELDS}/{held}/type", {"to": "choice", "losing": "0"}).status_code == 303
    floors = admin.api.get(f"{API}?x_floor=option_2").json()["data"]
    assert [document["name"] for document in floors] == ["F2"]


def test_a_field_is_deleted_by_name_with_its_values_which_can_be_kept(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    held = add_field(admin, "text", "Secret")
    made = admin.api.post(API, json={"name": "Keeper", "x_secret": "=1+1"}).json()["id"]
    kept = admin.http.get(f"{FIELDS}/{held}/values.csv").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(kept)))[1] == [str(made), "Keeper", "'=1+1"]
    url = f"{FIELDS}/{held}/delete"
    assert admin.post(url, {"name": "secret", "values": "0"}).status_code == 422
    assert admin.post(url, {"name": "wrong", "values": "1"}).status_code == 422
    assert admin.post(url, {"name": "secret", "values": "1"}).status_code == 303
    assert "x_secret" not in admin.api.get(f"{API}/{made}").json()
    with kernel.session(store, readonly=True) as session:
        trail = text(
            "SELECT changes -> 'x_secret' FROM core.audit_log WHERE table_name = 'shop.customer'"
            " AND record_id = :id AND changes ? 'x_secret' ORDER BY id DESC LIMIT 1"
        )
        assert session.execute(trail, {"id": str(made)}).scalar_one() == ["=1+1", None]


@pytest.mark.parametrize(
    ("kind", "wrong", "beside"),
    [
        ("text", {"pattern": "(a+)+"}, "pattern"),
        ("text", {"pattern": "[a-"}, "pattern"),
        ("text", {"pattern": r"\d{1,999}"}, "pattern"),
        ("text", {"title__en": " "}, "title.en"),
        ("text", {"name": "Größe"}, "name"),
        ("text", {"min_length": "9", "max_length": "3"}, "max_length"),
        ("text", {"max_length": "3", "initial": "four"}, "initial"),
        ("integer", {"low": "9", "high": "3"}, "high"),
        ("integer", {"low": "few"}, "low"),
        ("choice", {}, "options"),
        ("choice", {"option__0__en": "x" * 81}, "option.0.en"),
        ("reference", {"reference": "core.secrets"}, "reference"),
        ("text", {"seen_by": "nobody"}, "seen_by"),
    ],
)
def test_a_definition_that_makes_no_sense_is_explained(
    admin: Person, kind: str, wrong: dict[str, str], beside: str
) -> None:
    sent = form_of(admin, kind, "Nonsense")
    sent |= {name.replace("__", "."): value for name, value in wrong.items()}
    reply = admin.http.post(f"{FIELDS}/add", data=sent)
    assert reply.status_code == 422
    if not beside.startswith("option."):
        assert f'id="{beside.replace(".", "-")}-problem"' in reply.text
    assert "Nonsense" not in admin.http.get(FIELDS).text


@pytest.fixture
def elsewhere(kernel: Kernel) -> CustomFields:
    """What another process knows, whose clock stands still."""
    return CustomFields(clock=lambda: 0.0)


def test_another_process_that_is_behind_writes_nothing_by_old_rules(
    admin: Person, kernel: Kernel, store: Tenant, ann: int, elsewhere: CustomFields
) -> None:
    held = add_field(admin, "integer", "Grade", high="10")
    with kernel.session(store, readonly=True) as session:
        old = elsewhere.of(session)
    here = kernel.custom_fields
    url = f"{FIELDS}/{held}"
    admin.post(url, admin.open_form(url) | {"high": "5"})
    object.__setattr__(kernel, "custom_fields", elsewhere)
    try:
        with kernel.session(store, readonly=True) as session:
            assert elsewhere.of(session) is old
        late = admin.api.post(API, json={"name": "Late grade", "x_grade": 9})
    finally:
        object.__setattr__(kernel, "custom_fields", here)
    assert late.status_code == 409
    assert admin.api.post(API, json={"name": "Late grade", "x_grade": 9}).status_code == 422


def test_the_settings_show_how_many_records_a_field_concerns(admin: Person, ann: int) -> None:
    page = admin.http.get(FIELDS).text
    assert "x_licence" in page
    field = re.search(r'href="(/settings/fields/\d+)"><bdi>Licence', page)
    assert field is not None
    assert "Records that hold a value in this field: " in admin.http.get(field[1]).text


def test_nobody_else_is_burdened(admin: Person, kernel: Kernel, store: Tenant) -> None:
    with kernel.session(store, readonly=True) as session:
        known = session.scalars(select(CustomField.resource).distinct()).all()
    assert known == ["shop.customers"]
    assert "x_" not in admin.api.get("/api/v1/shop/orders").text
