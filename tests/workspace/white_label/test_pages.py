"""A reseller's customer meets the reseller's name and nobody else's: in every byte that reaches
them, from the page of signing in to the properties of a PDF and the agent of a webhook."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page, expect
from psycopg import sql
from sqlalchemy import func, select

from core.db import embedded_account, embedded_binaries
from core.jobs.serving import work_off
from core.web.app import Application
from core.web.static import BUNDLE
from core.webhooks import managing
from tenants.control import Cluster
from tenants.provisioning import roles
from tenants.testing.browser import open_browser
from tests.chrome import served, violations
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.white_label.looking import (
    BRAND,
    DOMAIN,
    VENDOR,
    Place,
    check,
    check_maker,
    kind_of,
    paths_on,
)


def test_no_page_names_the_vendor(place: Place) -> None:
    claimed = place.person.post("/settings/domains", data={"host": "our.example"})
    assert claimed.status_code == 303, claimed.text
    start = check(place.person.get("/"))
    assert start.status_code == 200
    assert f'href="{BRAND["docs_url"]}"' in start.text
    waiting, seen = sorted(paths_on(start.text)), {"/", "/logout", "/preferences/language"}
    first = set(waiting)
    while waiting:
        path = waiting.pop(0)
        page = kind_of(path)
        if page in seen:
            continue
        seen.add(page)
        answer = check(place.person.get(path))
        assert answer.status_code < 500, (path, answer.text)
        # Everything that the start page leads to is opened in full, and what that leads to once.
        if path in first and answer.headers.get("content-type", "").startswith("text/html"):
            waiting += sorted(paths_on(answer.text))
    assert len(seen) > 120
    assert {"/settings/addons", "/core/users", "/shop/orders", "/accounting/entries"} <= seen


def test_no_asset_names_the_vendor(place: Place) -> None:
    names = [path.name for path in BUNDLE.iterdir() if path.is_file() and path.suffix != ".json"]
    assert len(names) > 20
    for name in names:
        check(place.stranger.get(f"/static/{name}"))


def test_signing_in_shows_the_brand(place: Place) -> None:
    page = check(place.stranger.get("/login"))
    for shown in (BRAND["login_text"], "/logo", "/colours.css", 'content="Nordwind"'):
        assert shown in page.text
    files = sorted(path for path in paths_on(page.text) if path.startswith("/brand/"))
    assert len(files) == 4
    kinds = {check(place.stranger.get(path)).headers["content-type"] for path in files}
    assert kinds == {"image/svg+xml", "image/png", "text/css; charset=utf-8"}
    colours = next(path for path in files if path.endswith(".css"))
    assert "--app-accent: #8a1c4a" in place.stranger.get(colours).text
    for path in ("/forgot", "/reset?token=made-up"):
        check(place.stranger.get(path))
    wrong = place.stranger.post("/login", data={"email": "a@b.example", "password": "wrong one"})
    check(wrong)


def test_errors_bear_the_brand_too(place: Place) -> None:
    missing = check(place.person.get("/nothing/here"))
    assert missing.status_code == 404
    assert BRAND["support_url"] in missing.text
    for path, headers in (
        ("/api/v1/shop/orders/0", {}),
        ("/api/v1/shop/nothing", {}),
        ("/shop/orders/0", {"hx-request": "true"}),
        ("/shop/orders/0", {"accept-language": "ar"}),
    ):
        assert check(place.person.get(path, headers=headers)).status_code == 404
    check(place.person.request("PATCH", "/shop/orders"))
    check(place.person.post("/shop/orders", data={"number": "x" * 5000}))
    check(place.person.post("/api/v1/shop/orders", content=b"{"))


def test_where_nobody_is_served_the_resellers_domain_says_so_in_the_resellers_name(
    place: Place,
) -> None:
    for host in (f"nobody.{DOMAIN}", DOMAIN):
        with open_browser(place.transport, host) as browser:
            page = check(browser.get("/"))
            assert page.status_code == 404
            assert "Nordwind Books" in page.text
            (sheet,) = (path for path in paths_on(page.text) if path.endswith(".css"))
            assert check(browser.get(sheet)).status_code == 200
    with open_browser(place.transport, "nobody.elsewhere.example") as browser:
        page = check(browser.get("/"))
        assert page.status_code == 404
        assert "Nordwind" not in page.text
        assert paths_on(page.text) == set()


def test_the_installable_app_bears_name_and_icons(place: Place) -> None:
    manifest = check(place.stranger.get("/app.webmanifest")).json()
    assert (manifest["name"], manifest["short_name"]) == ("Nordwind Books", "Nordwind")
    _check_icons(place, manifest)


def test_the_till_is_installed_with_name_and_icons_of_the_brand(place: Place) -> None:
    page = check(place.stranger.get("/pos/")).text
    manifest = check(place.stranger.get("/pos/manifest.webmanifest")).json()
    assert manifest["name"] == f"{place.tenant.title} · Nordwind Books"
    assert f"<title>{manifest['name']}</title>" in page
    _check_icons(place, manifest)
    [touch] = re.findall(r'rel="apple-touch-icon" href="([^"]+)"', page)
    assert _side_of(check(place.stranger.get(touch)).content) == 180
    for file in ("/pos/sw.js", "/pos/words.json", *re.findall(r'(?:src|href)="(/[^"]+)"', page)):
        assert check(place.stranger.get(file)).status_code == 200, file


def _check_icons(place: Place, manifest: dict[str, Any]) -> None:
    """They are there, and as large as they say."""
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = check(place.stranger.get(icon["src"])).content
        assert _side_of(picture) == int(icon["sizes"].partition("x")[0])


def _side_of(picture: bytes) -> int:
    """Width and height stand in the first chunk of a PNG."""
    assert picture[16:20] == picture[20:24]
    return int.from_bytes(picture[16:20], "big")


def test_no_file_names_the_vendor(place: Place) -> None:
    for kind in ("csv", "xlsx", "pdf"):
        answer = check(place.person.get(f"/shop/orders/export.{kind}"))
        assert answer.status_code == 200, answer.text
        if kind == "pdf":
            check_maker(answer.content)
    order = place.person.get("/api/v1/shop/orders?limit=1").json()["data"][0]["id"]
    asked = place.person.post(f"/shop/orders/{order}/print", data={})
    printed = check(place.person.get(asked.headers["location"]) if asked.is_redirect else asked)
    assert printed.content.startswith(b"%PDF"), printed.text[:500]
    check_maker(printed.content)


def test_what_is_taken_out_names_nobody_and_restores(place: Place, cluster: Cluster) -> None:
    asked = place.person.post("/settings/data/takeouts", data={})
    assert asked.status_code == 303, asked.text
    assert work_off(place.kernel, place.tenant) >= 1
    kept = re.findall(r'"(/settings/data/takeouts/\d+)"', place.person.get("/settings/data").text)
    taken = check(place.person.get(kept[0]))
    with ZipFile(io.BytesIO(taken.content)) as archive:
        assert "database.dump" not in archive.namelist()
        script = archive.read("database.sql")
        assert "psql" in archive.read("README.txt").decode()
    us, admin = embedded_account.Account(os.geteuid(), os.getegid()), cluster.admin
    psql = embedded_binaries.locate(us).program("psql")
    database = f"restored_{os.urandom(4).hex()}"
    name = sql.Identifier(database)
    with roles.connect_as_admin(admin, "postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            where = (f"--host={admin.host}", f"--port={admin.port}", f"--username={admin.user}")
            count = "\nSELECT 'orders', count(*) FROM shop.customer_order;\n"
            done = subprocess.run(
                [psql, "-XqAt", "-v", "ON_ERROR_STOP=1", *where, f"--dbname={database}"],
                env={**os.environ, "PGPASSWORD": admin.password},
                input=script + count.encode(),
                capture_output=True,
                check=False,
            )
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(name))
    assert done.returncode == 0, done.stderr.decode()
    with place.kernel.session(place.tenant) as session:
        orders = session.scalar(select(func.count()).select_from(Order))
    assert done.stdout.decode().splitlines()[-1] == f"orders|{orders}"


def test_the_description_of_the_api_names_nobody(place: Place) -> None:
    document = check(place.person.get("/api/openapi.json")).json()
    assert document["info"]["title"] == "API"
    check(place.person.get("/api/docs"))


def test_mails_come_from_the_brand(place: Place) -> None:
    user = place.person.get("/api/v1/core/users?limit=1").json()["data"][0]
    place.stranger.get("/forgot")
    asked = place.stranger.post("/forgot", data={"email": user["email"]})
    assert check(asked).status_code == 200
    work_off(place.kernel, place.tenant)
    message = place.mails.messages[-1]
    assert message["From"] == "Nordwind <hello@nordwind.example>"
    assert message["Message-ID"].endswith("@nordwind.example>")
    assert VENDOR not in bytes(message).lower()
    link = re.search(r"https://\S+", message.get_content())
    assert link is not None
    assert DOMAIN in link[0]


def test_webhooks_come_from_nobody_in_particular(place: Place) -> None:
    heard: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append(bytes(self.headers) + body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/hook"
    with place.kernel.session(place.tenant) as session:
        managing.create(session, name="Shop", url=url, events=["shop.customers.changed"])
    place.kernel.webhooks.forget(place.tenant.id)
    with place.kernel.session(place.tenant) as session:
        session.add(Customer(name="Amal"))
    work_off(place.kernel, place.tenant)
    server.shutdown()
    thread.join()
    server.server_close()
    assert len(heard) == 1
    assert b"user-agent" in heard[0].lower()
    assert VENDOR not in heard[0].lower()


def test_a_company_without_a_brand_is_left_as_it_was(place: Place) -> None:
    with open_browser(place.transport, "app.localhost") as browser:
        page = browser.get("/login").text
        assert "/brand/" not in page
        manifest = json.loads(browser.get("/app.webmanifest").content)
    assert [icon["sizes"] for icon in manifest["icons"]] == ["any"]


@pytest.fixture(scope="module")
def brand_address(place: Place) -> Iterator[str]:
    app = Application(place.kernel)
    with served(app) as port:
        yield f"http://{place.tenant.slug}.localhost:{port}"
    app.close()


def test_a_browser_shows_the_colours_and_keeps_no_vendors_name(
    place: Place, brand_address: str, browser: Chrome
) -> None:
    page: Page = browser.new_page(color_scheme="dark")
    page.goto(f"{brand_address}/login")
    expect(page.get_by_role("img", name="Nordwind Books")).to_be_visible()
    button = page.get_by_role("button", name="Sign in", exact=True)
    expect(button).to_have_css("background-color", "rgb(240, 138, 180)")
    assert violations(page) == []
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Light", exact=True).click()
    expect(button).to_have_css("background-color", "rgb(138, 28, 74)")
    assert violations(page) == []
    kept = page.evaluate("JSON.stringify([localStorage, document.cookie])")
    assert VENDOR.decode() not in kept.lower()
    page.close()
