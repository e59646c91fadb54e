"""What a reseller's customer prints, exports, mails and shows to its own customers names the
reseller or nobody: papers, files, records, the till, the portal, and what it reads on bad days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import expect
from psycopg import sql

from core.jobs.serving import work_off
from core.web.app import Application
from core.web.static import static_files
from tenants import organizations
from tenants.control import Cluster, control
from tenants.provisioning import roles
from tenants.testing.browser import open_browser
from tests.chrome import served, wait_until
from tests.workspace.white_label.looking import (
    BRAND,
    VENDOR,
    Place,
    check,
    check_mail,
    check_maker,
    paths_on,
)

PORTAL = "/contacts/portal"


def first(place: Place, resource: str) -> dict[str, object] | None:
    """A record of a resource, as a program reads it."""
    answer = place.person.get(f"/api/v1/{resource}?limit=1")
    rows = answer.json().get("data", []) if answer.status_code == 200 else []
    return rows[0] if rows else None


def test_no_record_names_the_vendor(place: Place) -> None:
    rows = 0
    for owned in place.kernel.catalog.contributions.resources:
        if owned.addon != "tenants":
            listed = check(place.person.get(f"/api/v1/{owned.addon}/{owned.item.name}?limit=200"))
            rows += len(listed.json().get("data", [])) if listed.status_code == 200 else 0
    assert rows > 500


def test_no_paper_names_the_vendor(place: Place) -> None:
    printed = []
    for owned in place.kernel.catalog.contributions.resources:
        name = f"{owned.addon}/{owned.item.name}"
        record = first(place, name) if owned.item.prints else None
        if record is None:
            continue
        for form in owned.item.prints:
            asked = place.person.post(f"/{name}/{record['id']}/print", data={"form": form.name})
            if asked.status_code == 409:
                continue  # not printed in the state that it is in
            paper = check(place.person.get(asked.headers["location"]))
            assert paper.content.startswith(b"%PDF"), (name, form.name, paper.text[:500])
            check_maker(paper.content)
            printed.append(f"{name} {form.name}")
    assert {"sales/invoices invoice", "pos/sales receipt", "sales/coupons label"} <= set(printed)
    assert len(printed) > 15


def test_no_workbook_or_report_names_the_vendor(place: Place) -> None:
    view = "/reporting/view/profit-and-loss/file?format="
    for path in (
        "/sales/invoices/export.csv",
        "/sales/invoices/export.xlsx",
        "/sales/invoices/export.pdf",
        "/sales/invoices/pivot.xlsx",
        *(f"{view}{kind}" for kind in ("csv", "xlsx", "pdf")),
    ):
        answer = check(place.person.get(path))
        assert answer.status_code == 200, (path, answer.text[:500])
        if answer.content.startswith(b"%PDF"):
            check_maker(answer.content)
    product = first(place, "catalog/products")
    assert product is not None
    wanted = {"kind": "product", "items": str(product["id"])}
    labels = place.person.post("/catalog/labels/print", data=wanted)
    assert labels.content.startswith(b"%PDF"), labels.text[:500]
    check_maker(check(labels).content)


def test_an_audit_pack_names_nobody(place: Place) -> None:
    page = place.person.get("/accounting/audit-packs").text
    year = re.search(r'name="year">\s*<option value="(\d+)"', page)
    assert year is not None, page
    made = place.person.post("/accounting/audit-packs", data={"year": year[1]})
    assert made.status_code == 303, made.text
    work_off(place.kernel, place.tenant)
    listed = place.person.get("/accounting/audit-packs").text
    (file,) = set(re.findall(r'"(/accounting/audit-packs/\d+/file)"', listed))
    assert check(place.person.get(file)).content.startswith(b"PK")


def test_a_customer_of_the_customer_meets_the_brand(place: Place) -> None:
    invoice = first(place, "sales/invoices")
    assert invoice is not None
    contact = f"/api/v1/contacts/contacts/{invoice['contact_id']}"
    etag = place.person.get(contact).headers["etag"]
    known = place.person.patch(
        contact, json={"email": "buyer@house.example"}, headers={"if-match": etag}
    )
    assert known.status_code == 200, known.text
    invited = place.person.post(
        f"/contacts/contacts/{invoice['contact_id']}/actions/invite", data={"confirm": "invite"}
    )
    assert invited.status_code == 303, invited.text
    form = {"to": "buyer@house.example", "subject": "Yours", "text": "Look", "print": "invoice"}
    sent = place.person.post(f"/sales/invoices/{invoice['id']}/conversation/send", data=form)
    assert sent.status_code == 303, sent.text
    before = len(place.mails.messages)
    work_off(place.kernel, place.tenant)
    mails = [check_mail(one) for one in place.mails.messages[before:]]
    assert len(mails) == 2
    assert all(one["Message-ID"].endswith("@nordwind.example>") for one in mails)
    link = next(found for one in mails if (found := _portal_link(one)))
    _walk_the_portal(place, link)


def _portal_link(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"https://[^/\s]+({PORTAL}/link\?token=[\w-]+)", body.get_content())
    return found[1] if found else ""


def _walk_the_portal(place: Place, link: str) -> None:
    with open_browser(place.transport, urlsplit(str(place.person.base_url)).netloc) as visitor:
        token = link.partition("token=")[2]
        check(visitor.get(link))
        entered = check(visitor.post(f"{PORTAL}/link", data={"token": token}))
        assert entered.status_code == 303, entered.text
        waiting, seen = [PORTAL], set[str]()
        while waiting:
            path = waiting.pop()
            seen.add(path)
            page = check(visitor.get(path))
            assert page.status_code < 500, (path, page.text)
            inside = {each for each in paths_on(page.text) if "/portal" in each}
            waiting += inside - seen - set(waiting)
        assert len(seen) > 5
        assert any(path.endswith("pdf") for path in seen), seen


def test_a_till_names_nobody_else(place: Place, browser: Chrome) -> None:
    static = static_files(place.kernel.catalog)
    folder = place.kernel.catalog.addons["pos"].folder / "static"
    files = [each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()]
    assert {"till.js", "sw.js"} <= set(files)
    paths = ["", "/", "/display", "/sw.js", "/words.json?language=ar", "/manifest.webmanifest"]
    for path in (*(f"/pos{each}" for each in paths), *(static.url(f"pos/{one}") for one in files)):
        assert check(place.stranger.get(path)).status_code < 400, path
    app = Application(place.kernel)
    with served(app) as port:
        page = browser.new_page()
        page.goto(f"http://{place.tenant.slug}.localhost:{port}/pos/")
        expect(page.get_by_label("Code", exact=True)).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready")
        wait_until(page, "navigator.serviceWorker.controller !== null")
        kept = page.evaluate(
            "Promise.all([caches.keys(), indexedDB.databases(), JSON.stringify(localStorage),"
            " document.cookie, document.title]).then(JSON.stringify)"
        )
        assert "Nordwind" in kept
        assert VENDOR.decode() not in kept.lower()
        page.context.close()
    app.close()


def test_bad_days_bear_the_brand_too(
    place: Place, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("nobody has thought of this")

    with monkeypatch.context() as patch:
        patch.setattr("core.web.pages.addons.stock", fail)
        _told(place.person.get("/settings/addons"), 500)
    with _closed(cluster, place.tenant.runtime.database):
        _told(place.person.get("/shop/orders"), 503)
        _told(place.stranger.get("/login"), 503)
    assert place.person.get("/shop/orders").status_code == 200
    with place.kernel.session(control(place.kernel)) as session:
        organizations.suspend(session, organizations.find(session, place.tenant.slug), "Unpaid")
    try:
        place.kernel.directory.forget(place.tenant.id)
        _told(place.person.get("/shop/orders"), 403)
    finally:
        with place.kernel.session(control(place.kernel)) as session:
            organizations.resume(session, organizations.find(session, place.tenant.slug))
        place.kernel.directory.forget(place.tenant.id)


@contextmanager
def _closed(cluster: Cluster, database: str) -> Iterator[None]:
    """The database lets nobody in, and has sent away who was in it, until the block ends."""
    name = sql.Identifier(database)
    with roles.connect_as_admin(cluster.admin, "postgres") as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        try:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (database,),
            )
            yield
        finally:
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def _told(page: httpx.Response, status: int) -> None:
    """The page of an error: in the brand's name, with the way to whoever helps."""
    assert check(page).status_code == status, page.text
    assert BRAND["support_url"] in page.text
