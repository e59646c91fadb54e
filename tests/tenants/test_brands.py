"""The operator and a reseller's staff make and change brands: colours that cannot be read and
drawings that do more than draw are refused, and every page follows within a second."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.brand.colour import Colour, contrast, read_colour
from core.brand.palette import Theme, judge
from core.errors import InvalidInput
from core.kernel import Kernel
from core.printing.drawings import read_drawing
from core.printing.icons import read_brand_picture
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.models import Organization
from tenants.selling import resellers
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.waiting import wait_until

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">%s</svg>'
COLOURS = st.builds(Colour, *(st.integers(0, 255),) * 3)


@pytest.fixture
def operator(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        yield browser


def make(operator: httpx.Client, **wish: Any) -> httpx.Response:
    key = {"idempotency-key": secrets.token_hex(8)}
    return operator.post("/api/v1/tenants/brands", json=wish, headers=key)


@pytest.fixture
def brand(operator: httpx.Client) -> int:
    name = f"Brand {secrets.token_hex(4)}"
    made = make(operator, name=name, accent_light="#8a1c4a", accent_dark="#f08ab4")
    assert made.status_code == 201, made.text
    return made.json()["id"]


@settings(max_examples=40, deadline=None)
@given(COLOURS, st.sampled_from(["light", "dark"]))
def test_what_is_proposed_instead_of_a_colour_always_passes(colour: Colour, theme: Theme) -> None:
    verdict = judge(colour, theme)
    assert judge(verdict.nearest, theme).passes
    assert (verdict.nearest == colour) == verdict.passes


@settings(max_examples=40, deadline=None)
@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways_and_within_its_bounds(one: Colour, other: Colour) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21
    assert read_colour(str(one)) == one


def test_contrast_is_that_of_the_published_examples() -> None:
    white, black = read_colour("#ffffff"), read_colour("#000000")
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(white, read_colour("#767676")) == pytest.approx(4.54, abs=0.01)


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(
    operator: httpx.Client,
) -> None:
    refused = make(operator, name="Sunny", accent_light="#ffd400", accent_dark="#ffd400")
    assert refused.status_code == 422
    (problem,) = refused.json()["errors"]
    assert problem["field"] == "accent_light"
    nearest = re.search(r"#[0-9a-f]{6}", problem["detail"])
    assert nearest is not None
    made = make(
        operator,
        name=f"Sunny {secrets.token_hex(4)}",
        accent_light=nearest[0],
        accent_dark="#ffd400",
    )
    assert made.status_code == 201, made.text


def test_every_problem_of_a_brand_is_told_at_once(operator: httpx.Client) -> None:
    refused = make(
        operator,
        name="Many problems",
        accent_light="teal",
        docs_url="javascript:alert(1)",
        short_name="A name that no phone shows",
        domain="books.localhost",
    )
    assert refused.status_code == 422
    fields = {problem["field"] for problem in refused.json()["errors"]}
    assert {"accent_light", "docs_url", "short_name", "domain"} <= fields


def test_a_name_and_a_domain_belong_to_one_brand(operator: httpx.Client) -> None:
    name, domain = f"One {secrets.token_hex(4)}", f"b{secrets.token_hex(4)}.example"
    assert make(operator, name=name, domain=domain).status_code == 201
    assert make(operator, name=name).status_code == 409
    taken = make(operator, name=f"{name} two", domain=domain)
    assert taken.status_code == 409
    assert domain in taken.text


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>",
        b'<rect width="1" height="1" onload="alert(1)"/>',
        b'<image href="https://elsewhere.example/x.png"/>',
        b'<use href="https://elsewhere.example/x.svg#a"/>',
        b'<rect width="1" height="1" fill="url(https://elsewhere.example/x)"/>',
        b'<rect width="1" height="1" style="fill:url(//elsewhere.example/x)"/>',
        b"<style>@import url(//elsewhere.example/x)</style>",
        b"<foreignObject><p/></foreignObject>",
        b'<a href="javascript:alert(1)"><rect/></a>',
        b'<g><animate attributeName="href" to="javascript:alert(1)"/></g>',
    ],
)
def test_a_drawing_that_does_more_than_draw_is_refused(inside: bytes) -> None:
    with pytest.raises(InvalidInput, match="logo may not"):
        read_drawing(SVG % inside)


def test_a_drawing_that_would_grow_is_refused() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + SVG % b"&b;"
    with pytest.raises(InvalidInput, match="logo may not"):
        read_drawing(bomb)
    with pytest.raises(InvalidInput, match="256 KB"):
        read_drawing(SVG % (b"<!-- " + b"x" * 300_000 + b" -->"))


def test_what_a_drawing_program_adds_is_left_out_and_the_shapes_stay() -> None:
    kept = read_brand_picture(
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:tool="urn:tool" width="8" height="8">'
        b'<metadata>who drew it</metadata><tool:view/><g tool:label="x">'
        b'<rect width="8" height="8" style="fill:#123456;opacity:0.5"/></g></svg>',
        "logo",
    )
    assert kept.media_type == "image/svg+xml"
    assert b'fill="#123456"' in kept.content
    assert b'viewBox="0 0 8 8"' in kept.content
    for gone in (b"who drew it", b"tool", b"style="):
        assert gone not in kept.content


def test_no_picture_is_refused_by_the_page(operator: httpx.Client, brand: int) -> None:
    name = operator.get(f"/api/v1/tenants/brands/{brand}").json()["name"]
    wish = {"name": name, "accent_light": "#8a1c4a", "accent_dark": "#f08ab4"}
    for content, words in ((b"no picture", "PNG"), (SVG % b"<script/>", "&lt;script&gt;")):
        refused = operator.post(
            f"/tenants/brands/{brand}/look",
            data=wish,
            files={"icon": ("icon", content, "image/png")},
        )
        assert refused.status_code == 422
        assert words in refused.text


def test_the_preview_shows_what_is_typed_and_changes_nothing(
    operator: httpx.Client, brand: int
) -> None:
    shown = operator.post(
        "/tenants/brand-look/preview",
        data={"name": "Typed", "accent_light": "#ffd400", "login_text": "<b>Hello</b>"},
    )
    assert shown.status_code == 200
    assert "&lt;b&gt;Hello" in shown.text
    assert "4.5 : 1" in shown.text
    sheet = operator.get("/tenants/brand-look/colours.css?accent_light=%238a1c4a&accent_dark=no")
    assert '.brand-preview[data-bs-theme="light"]' in sheet.text
    assert "#8a1c4a" in sheet.text
    assert operator.get(f"/api/v1/tenants/brands/{brand}").json()["accent_light"] == "#8a1c4a"


def test_a_change_reaches_every_page(
    operator: httpx.Client,
    brand: int,
    client: httpx.Client,
    kernel: Kernel,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So that it is the notification that brings it.
    monkeypatch.setattr("core.tenancy.directory.TTL", 86_400.0)
    with kernel.session(control(kernel)) as session:
        session.get_one(Organization, tenant.id).brand_id = brand

    def shown() -> str:
        found = re.search(r'href="(/brand/[^"]+/colours.css)"', client.get("/login").text)
        return client.get(found[1]).text if found else ""

    wait_until(lambda: "#8a1c4a" in shown(), "the brand")
    look = {"name": f"Brand {secrets.token_hex(4)}", "accent_light": "#1c4a8a", "accent_dark": ""}
    saved = operator.post(f"/tenants/brands/{brand}/look", data=look)
    assert saved.status_code == 303, saved.text
    wait_until(lambda: "#1c4a8a" in shown(), "the new colour")


def test_a_brand_that_is_shown_is_not_removed(
    operator: httpx.Client, brand: int, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(control(kernel)) as session:
        session.get_one(Organization, tenant.id).brand_id = brand
    address = f"/api/v1/tenants/brands/{brand}"
    headers = {
        "if-match": operator.get(address).headers["etag"],
        "idempotency-key": secrets.token_hex(8),
    }
    refused = operator.delete(address, headers=headers)
    assert refused.status_code == 409, refused.text
    with kernel.session(control(kernel)) as session:
        session.get_one(Organization, tenant.id).brand_id = None
    assert operator.delete(address, headers=headers).status_code in (200, 204)


def test_a_resellers_staff_change_their_own_brand_but_not_its_domain(
    operator: httpx.Client, brand: int, kernel: Kernel, transport: AppTransport, tenant: Tenant
) -> None:
    slug = f"delta-{secrets.token_hex(3)}"
    with open_browser(transport, "app.localhost") as browser:
        user_id = sign_in(kernel, control(kernel), browser, [])
        with kernel.session(control(kernel)) as session:
            reseller = resellers.create(session, {"slug": slug, "title": slug})
            resellers.add_staff(session, reseller, session.get_one(User, user_id))
            resellers.assign(session, session.get_one(Organization, tenant.id), reseller)
            theirs = reseller.id
        own = make(operator, name=f"Brand {slug}", reseller_id=theirs).json()["id"]
        listed = browser.get("/api/v1/tenants/brands").json()["data"]
        assert [each["id"] for each in listed] == [own]
        assert browser.get(f"/tenants/brands/{brand}/look").status_code == 404
        look = {"name": f"Delta {slug}", "accent_light": "#1c4a8a"}
        assert browser.post(f"/tenants/brands/{own}/look", data=look).status_code == 303
        address = f"/api/v1/tenants/brands/{own}"
        refused = browser.patch(
            address,
            json={"domain": "taken.example"},
            headers={
                "if-match": browser.get(address).headers["etag"],
                "idempotency-key": secrets.token_hex(8),
            },
        )
        assert refused.status_code == 403, refused.text
    # Their customers show it, without another word.
    kernel.directory.forget()
    found = kernel.directory.find_slug(tenant.slug)
    assert found is not None
    assert found.brand.name == f"Delta {slug}"
