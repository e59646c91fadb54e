"""A request comes to a company's address, does its work in one transaction, and is answered."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.routing import Mount, Router, RoutingError

Visit = Callable[[str], httpx.Client]


def count(admin: httpx.Client) -> int:
    return admin.get("/api/v1/webprobe/count").json()["items"]


def test_a_page_is_shown_in_the_frame_of_the_company(admin: httpx.Client) -> None:
    page = admin.get("/webprobe/hello")
    assert page.status_code == 200
    assert "<title>Hello · Acme</title>" in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert '<a href="/">Probes</a>' in page.text
    assert "1,234,567.50" in page.text


def test_the_menu_holds_what_the_user_may_open(
    sign_in_at: Callable[..., httpx.Client], acme: Tenant, admin: httpx.Client
) -> None:
    nobody_special = sign_in_at(acme, roles=())
    assert "/webprobe/items" in admin.get("/").text
    start = nobody_special.get("/").text
    assert "/webprobe/hello" in start
    assert "/webprobe/items" not in start
    assert "/settings/addons" not in start


def test_a_path_parameter_arrives_as_what_the_route_says(visit: Visit, acme: Tenant) -> None:
    stranger = visit("acme.localhost")
    assert stranger.get("/webprobe/greet/42").json() == {"hello": 42, "tenant": "acme"}
    assert stranger.get("/webprobe/greet/forty-two").status_code == 404
    assert stranger.get("/webprobe/greet/" + "9" * 30).status_code == 404


def test_an_addon_that_is_not_enabled_looks_like_a_page_that_never_was(
    sign_in_at: Callable[..., httpx.Client], bolt: Tenant
) -> None:
    browser = sign_in_at(bolt)
    for path in ("/webprobe/hello", "/webprobe/greet/1", "/api/v1/webprobe/count"):
        for encoding in ("identity", "gzip"):
            sent = {"x-request-id": "same-request-id", "accept-encoding": encoding}
            hidden = browser.get(path, headers=sent)
            unknown = browser.get(f"{path}-nope", headers=sent)
            assert hidden.status_code == unknown.status_code == 404
            assert hidden.content == unknown.content
            assert told_by(hidden) == told_by(unknown)
    assert browser.delete("/webprobe/hello").status_code == 404


def told_by(answer: httpx.Response) -> list[tuple[str, str]]:
    """The headers of an answer; what is compressed has a length that is random on purpose."""
    compressed = "content-encoding" in answer.headers
    hidden = {"content-length"} if compressed else set()
    return [(name, value) for name, value in answer.headers.items() if name not in hidden]


def test_a_method_that_the_address_does_not_take_is_named_with_those_it_takes(
    admin: httpx.Client,
) -> None:
    answer = admin.delete("/webprobe/items")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_a_head_request_gets_the_headers_of_the_page_alone(admin: httpx.Client) -> None:
    answer = admin.head("/webprobe/hello")
    assert answer.status_code == 200
    assert answer.content == b""


def test_what_a_form_did_is_said_once_on_the_next_page(admin: httpx.Client) -> None:
    answer = admin.post("/webprobe/items", data={"name": "bolts <M8>", "quantity": "3"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/webprobe/hello")
    assert "Added bolts &lt;M8&gt;." in admin.get("/webprobe/hello").text
    assert "Added bolts" not in admin.get("/webprobe/hello").text


def test_a_notice_that_nobody_signed_is_not_shown(admin: httpx.Client) -> None:
    admin.cookies.set("notice", "WW91IG93ZSB1cw==.key.signature", domain="acme.localhost")
    assert "You owe us" not in admin.get("/webprobe/hello").text


def test_a_page_that_is_fetched_cannot_write(admin: httpx.Client) -> None:
    before = count(admin)
    assert admin.get("/webprobe/write-on-get").status_code == 500
    assert count(admin) == before


def test_a_transaction_that_lost_a_race_is_run_again_once(admin: httpx.Client) -> None:
    from webprobe import routes  # type: ignore[import-not-found]

    routes.RACES["left"] = 1
    before = count(admin)
    answer = admin.post("/webprobe/race", data={"name": "raced once"})
    assert answer.json() == {"saved": "raced once"}
    assert count(admin) == before + 1


def test_one_that_loses_twice_is_told_to_come_back_and_leaves_nothing(
    admin: httpx.Client,
) -> None:
    from webprobe import routes  # type: ignore[import-not-found]

    routes.RACES["left"] = 2
    before = count(admin)
    answer = admin.post("/webprobe/race", data={"name": "raced twice"})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert count(admin) == before


def test_a_file_is_streamed_under_its_own_name(admin: httpx.Client) -> None:
    admin.post("/webprobe/items", data={"name": "in the file"})
    answer = admin.get("/webprobe/download")
    assert "in the file" in answer.text.splitlines()
    assert answer.headers["content-type"] == "text/csv"
    assert "filename*=UTF-8''%D8%A7%D9%84" in answer.headers["content-disposition"]


def test_a_file_that_is_sent_reaches_the_handler(admin: httpx.Client) -> None:
    token = {"csrf_token": admin.headers["x-csrf-token"]}
    answer = admin.post(
        "/webprobe/upload", data=token, files={"file": ("ledger.csv", b"date,amount\n")}
    )
    assert answer.json() == {"name": "ledger.csv", "size": 12, "first": "date"}


def test_what_is_too_large_is_refused_before_it_is_read(admin: httpx.Client) -> None:
    answer = admin.post("/api/v1/webprobe/items", content=b"x" * (10 * 2**20 + 1))
    assert answer.status_code == 413
    assert "10 MB" in answer.json()["detail"]


def test_a_body_that_lies_about_its_size_is_cut_off(admin: httpx.Client) -> None:
    def chunks() -> list[bytes]:
        return [b"x" * 2**20] * 11

    answer = admin.post("/api/v1/webprobe/items", content=iter(chunks()))
    assert answer.status_code == 413


def test_a_form_with_too_many_fields_is_refused(admin: httpx.Client) -> None:
    body = "&".join(f"f{number}=1" for number in range(20_001))
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = admin.post("/webprobe/items", content=body, headers=form)
    assert answer.status_code == 422
    assert "Too many fields" in answer.text


def test_the_session_of_one_company_is_worth_nothing_at_another(
    admin: httpx.Client, visit: Visit, bolt: Tenant
) -> None:
    elsewhere = visit("bolt.localhost")
    elsewhere.cookies.update({cookie.name: cookie.value or "" for cookie in admin.cookies.jar})
    answer = elsewhere.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_two_routes_at_one_address_stop_the_start_and_are_named() -> None:
    first = Mount("sales", "GET", "/sales/{id:int}", print, None)  # type: ignore[arg-type]
    second = Mount("stock", "GET", "/sales/{id:int}", print, None)  # type: ignore[arg-type]
    with pytest.raises(RoutingError, match="of stock is already taken by sales"):
        Router([first, second])


def test_the_narrower_route_wins_and_the_wider_one_still_answers() -> None:
    paths = ("/a/{id:int}", "/a/{name}", "/a/new", "/a/{name}/edit")
    router = Router(
        Mount("a", "GET", path, print, None)  # type: ignore[arg-type]
        for path in paths
    )

    def found(path: str) -> str | None:
        match = router.find(path)
        return match.mounts["GET"].path if match else None

    assert found("/a/new") == "/a/new"
    assert found("/a/7") == "/a/{id:int}"
    assert found("/a/seven") == "/a/{name}"
    assert found("/a/7/edit") == "/a/{name}/edit"
    assert found("/a//edit") is None
    assert found("/a") is None


def test_a_failing_slot_leaves_its_place_empty_and_the_page_whole(admin: httpx.Client) -> None:
    start = admin.get("/")
    assert start.status_code == 200
    assert start.text.count('<p class="piece">') == 1
    assert "from the slot" in start.text


def test_ones_own_changes_show_in_the_tiles_at_once(admin: httpx.Client, kernel: Kernel) -> None:
    shown = f"<bdi>{count(admin)}</bdi>"
    assert shown in admin.get("/").text
    admin.post("/webprobe/items", data={"name": "one more for the tile"})
    assert f"<bdi>{count(admin)}</bdi>" in admin.get("/").text
