"""Every response tells the browser what it must not do with it."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport

Visit = Callable[[str], httpx.Client]


def policy(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def test_scripts_and_styles_come_from_files_of_this_host_alone(admin: httpx.Client) -> None:
    for path in ("/", "/nope", "/login", "/healthz", "/webprobe/boom"):
        rules = policy(admin.get(path))
        assert rules["script-src"] == rules["style-src"] == "'self'"
        assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
        assert rules["form-action"] == "'self'"


def test_no_page_holds_what_the_policy_forbids(admin: httpx.Client) -> None:
    for path in ("/", "/webprobe/hello", "/settings/addons", "/settings/options", "/search?q=zz"):
        page = admin.get(path)
        assert page.status_code == 200, path
        for inline in ("<script>", "<style", ' style="', "onclick=", "javascript:"):
            assert inline not in page.text, (path, inline)


def test_the_other_guards_are_on_every_answer(admin: httpx.Client) -> None:
    for path in ("/", "/nope", "/healthz"):
        headers = admin.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=(self)" in headers["permissions-policy"]


def test_strict_transport_is_asked_for_over_https_alone(
    admin: httpx.Client, transport: AppTransport, acme: Tenant
) -> None:
    assert "max-age=31536000" in admin.get("/").headers["strict-transport-security"]
    with httpx.Client(transport=transport, base_url="http://acme.localhost") as plain:
        assert "strict-transport-security" not in plain.get("/login").headers


def test_pages_with_data_are_kept_by_nobody(admin: httpx.Client) -> None:
    for path in ("/", "/webprobe/hello", "/api/v1/webprobe/count", "/nope"):
        assert admin.get(path).headers["cache-control"] == "no-store", path


def test_a_cookie_is_for_this_host_and_not_for_scripts(admin: httpx.Client) -> None:
    form = {"locale": "en"}
    cookie = admin.post("/preferences/language", data=form).headers["set-cookie"]
    assert cookie.startswith("language=en; Path=/; SameSite=Lax; Max-Age=")
    assert cookie.endswith("HttpOnly; Secure")
    assert "Domain" not in cookie


def test_a_request_id_is_given_back_and_a_strange_one_replaced(visit: Visit, acme: Tenant) -> None:
    browser = visit("acme.localhost")
    given = browser.get("/login", headers={"x-request-id": "from-the-proxy-1"})
    assert given.headers["x-request-id"] == "from-the-proxy-1"
    strange = browser.get("/login", headers={"x-request-id": "x" * 500})
    assert len(strange.headers["x-request-id"]) == 20


def test_static_files_are_kept_for_ever_and_compressed(visit: Visit, acme: Tenant) -> None:
    browser = visit("acme.localhost")
    page = browser.get("/login").text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    sheet = browser.get(path, headers={"accept-encoding": "gzip"})
    assert sheet.status_code == 200
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sheet.headers["content-encoding"] == "gzip"
    plain = browser.get(path, headers={"accept-encoding": "identity"})
    assert plain.content == sheet.content
    assert browser.get("/static/../config.py").status_code == 404
    assert browser.get("/static/app.css").status_code == 404


def test_an_addon_brings_static_files_under_its_own_name(
    app: object, visit: Visit, acme: Tenant, kernel: object
) -> None:
    from core.kernel import Kernel
    from core.web.static import StaticFiles

    assert isinstance(kernel, Kernel)
    url = StaticFiles(kernel.catalog).url("webprobe/probe.css")
    assert url.startswith("/static/webprobe/probe-")
    answer = visit("acme.localhost").get(url)
    assert answer.text == "body { color: teal }\n"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
