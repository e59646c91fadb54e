"""The kernel's own pages: an administrator switches addons, sets options and searches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

SignIn = Callable[..., httpx.Client]
STEP = "/settings/addons/webprobe"


@pytest.fixture
def casa(kernel: Kernel) -> Iterator[Tenant]:
    """A company whose addons may be switched."""
    with fresh_tenant(kernel, "casa", addons=()) as tenant:
        yield tenant


@pytest.fixture
def owner(sign_in_at: SignIn, casa: Tenant) -> httpx.Client:
    return sign_in_at(casa)


def test_an_addon_is_enabled_disabled_and_purged_from_its_page(owner: httpx.Client) -> None:
    assert "Web probe" in owner.get("/settings/addons").text
    before = owner.get(f"{STEP}/enable").text
    for told in ("Switch Web probe on", "webprobe.item", "Use items", "Hello page"):
        assert told in before
    assert owner.get("/webprobe/hello").status_code == 404

    assert owner.post(f"{STEP}/enable").headers["location"] == "/settings/addons"
    assert owner.get("/webprobe/hello").status_code == 200
    owner.post("/webprobe/items", data={"name": "soon gone"})

    assert "Switch Web probe off" in owner.get(f"{STEP}/disable").text
    owner.post(f"{STEP}/disable")
    assert owner.get("/webprobe/hello").status_code == 404

    purge = owner.get(f"{STEP}/purge").text
    assert "purge webprobe" in purge
    assert "item</span> 1" in purge
    wrong = owner.post(f"{STEP}/purge", data={"confirmation": "yes"})
    assert wrong.status_code == 422
    right = owner.post(f"{STEP}/purge", data={"confirmation": "purge webprobe"})
    assert right.status_code == 303
    assert "first: 1." in owner.get("/settings/addons").text

    owner.post(f"{STEP}/enable")
    assert owner.get("/api/v1/webprobe/count").json() == {"items": 0}


def test_a_step_that_there_is_none_of_is_not_found(owner: httpx.Client) -> None:
    assert owner.get(f"{STEP}/explode").status_code == 404
    assert owner.get("/settings/addons/unheard_of/enable").status_code == 404
    assert owner.post("/settings/addons/core/disable").status_code == 409


def test_addons_are_for_who_may_manage_them(sign_in_at: SignIn, casa: Tenant) -> None:
    assert sign_in_at(casa, roles=()).get("/settings/addons").status_code == 403


def test_an_addon_that_fails_is_shown_with_its_reason_and_can_be_tried_again(
    kernel: Kernel, owner: httpx.Client, casa: Tenant
) -> None:
    from sqlalchemy import text

    owner.post(f"{STEP}/enable")
    with kernel.session(casa, role="owner") as session:
        session.execute(
            text(
                "UPDATE core.addon SET state = 'suspended', reason = 'Column x is missing.'"
            ).columns()
        )
        session.execute(text("UPDATE core.addon SET state = 'enabled' WHERE name = 'core'"))
    kernel.states.forget(casa.id)
    page = owner.get("/settings/addons").text
    assert "Suspended" in page
    assert "Column x is missing." in page
    assert "Its data is safe." in page
    owner.post(f"{STEP}/retry")
    assert "Web probe works again." in owner.get("/settings/addons").text
    assert owner.get("/webprobe/hello").status_code == 200


def test_options_are_changed_in_a_form_made_from_their_declaration(
    sign_in_at: SignIn, acme: Tenant
) -> None:
    browser = sign_in_at(acme)
    page = browser.get("/settings/options").text
    assert 'value="Hello"' in page
    assert "Greeting" in page
    url = "/settings/options/webprobe.ProbeOptions"
    sent = {"greeting": "Salam", "limit": "25", "rate": "2.75", "loud": "on", "size": "large"}
    assert browser.post(url, data=sent).status_code == 303
    page = browser.get("/settings/options").text
    for kept in ('value="Salam"', 'value="25"', 'value="2.75"', 'value="large" selected'):
        assert kept in page
    wrong = browser.post(url, data={**sent, "limit": "many"})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert "is-invalid" in wrong.text
    browser.post(url, data={"greeting": "Hello", "limit": "10", "rate": "1.5", "size": "small"})
    page = browser.get("/settings/options").text
    (loud,) = re.findall(r'<input[^>]*name="loud"[^>]*>', page)
    assert "checked" not in loud


def test_the_search_finds_records_of_enabled_addons(admin: httpx.Client) -> None:
    admin.post("/webprobe/items", data={"name": "Searchable 100% cotton"})
    page = admin.get("/search", params={"q": "100% cot"})
    assert "Searchable 100% cotton" in page.text
    program = admin.get("/search", params={"q": "able 100"}, headers={"accept": "application/json"})
    assert [hit["title"] for hit in program.json()["found"]] == ["Searchable 100% cotton"]
    assert "Nothing was found" in admin.get("/search", params={"q": "no such thing"}).text
    assert "at least two letters" in admin.get("/search", params={"q": "x"}).text


def test_the_search_finds_nothing_of_an_addon_that_is_off(sign_in_at: SignIn, bolt: Tenant) -> None:
    browser = sign_in_at(bolt)
    answer = browser.get("/search?q=Searchable", headers={"accept": "application/json"})
    assert answer.json()["found"] == []


def test_the_language_is_the_users_then_the_browsers_then_the_companys(
    sign_in_at: SignIn, acme: Tenant, visit: Callable[[str], httpx.Client]
) -> None:
    stranger = visit("acme.localhost")
    assert '<html lang="en" dir="ltr">' in stranger.get("/login").text
    asks_bengali = {"accept-language": "fr, bn-BD;q=0.9, en;q=0.1"}
    assert '<html lang="bn" dir="ltr">' in stranger.get("/login", headers=asks_bengali).text
    stranger.post("/preferences/language", data={"locale": "ar"})
    assert '<html lang="ar" dir="rtl">' in stranger.get("/login", headers=asks_bengali).text
    user = sign_in_at(acme)
    user.post("/preferences/language", data={"locale": "ar"})
    user.cookies.delete("language")
    assert '<html lang="ar" dir="rtl">' in user.get("/", headers=asks_bengali).text


def test_a_language_that_is_not_offered_is_refused(visit: Callable[[str], httpx.Client]) -> None:
    answer = visit("acme.localhost").post("/preferences/language", data={"locale": "tlh"})
    assert answer.status_code in (404, 422)


def test_after_choosing_a_language_nobody_is_sent_to_another_site(
    visit: Callable[[str], httpx.Client], acme: Tenant
) -> None:
    browser = visit("acme.localhost")
    form = {"locale": "en"}
    for before in ("https://evil.example/x", "https://acme.localhost//evil.example", "", "x"):
        headers = {"referer": before}
        answer = browser.post("/preferences/language", data=form, headers=headers)
        assert answer.headers["location"] == "/"
    headers = {"referer": "https://acme.localhost/search?q=tea"}
    answer = browser.post("/preferences/language", data=form, headers=headers)
    assert answer.headers["location"] == "/search?q=tea"
