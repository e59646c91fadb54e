"""Something does not work: each reader gets the error in the shape and words that help them."""

from __future__ import annotations

import io
from collections.abc import Callable

import httpx
import structlog

from core import log
from core.tenancy.tenant import Tenant

FRAGMENT = {"hx-request": "true"}
JSON = {"accept": "application/json"}
Visit = Callable[[str], httpx.Client]


def test_a_person_reads_what_is_wrong_and_what_to_do(admin: httpx.Client) -> None:
    page = admin.get("/webprobe/refuse")
    assert page.status_code == 422
    assert "<h1" in page.text
    assert "The amount 1 is too small." in page.text
    assert "Give at least 5." in page.text


def test_htmx_gets_a_piece_to_put_into_the_page(admin: httpx.Client) -> None:
    piece = admin.get("/webprobe/conflict", headers=FRAGMENT)
    assert piece.status_code == 409
    assert piece.text.startswith('<div class="alert')
    assert "It is closed." in piece.text
    assert "<html" not in piece.text


def test_a_program_gets_problem_json_that_names_the_field(admin: httpx.Client) -> None:
    answer = admin.get("/api/v1/webprobe/refuse")
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.pop("request_id") == answer.headers["x-request-id"]
    assert problem == {
        "type": "urn:problem-type:invalid-input",
        "title": "Something needs correcting",
        "status": 422,
        "code": "invalid-input",
        "detail": "The amount 1 is too small.",
        "fix": "Give at least 5.",
        "errors": [{"field": "amount", "detail": "The amount 1 is too small."}],
    }


def test_a_stranger_is_led_to_the_sign_in_page_and_back(visit: Visit, acme: Tenant) -> None:
    stranger = visit("acme.localhost")
    page = stranger.get("/webprobe/hello?page=2")
    assert page.status_code == 303
    assert page.headers["location"] == "/login?next=%2Fwebprobe%2Fhello%3Fpage%3D2"
    piece = stranger.get(
        "/webprobe/fragment",
        headers={**FRAGMENT, "hx-current-url": "https://acme.localhost/webprobe/hello"},
    )
    assert piece.status_code == 401
    assert piece.headers["hx-redirect"] == "/login?next=%2Fwebprobe%2Fhello"
    assert stranger.get("/login").status_code == 200


def test_a_program_without_a_token_gets_401(visit: Visit, acme: Tenant) -> None:
    stranger = visit("acme.localhost")
    for answer in (
        stranger.get("/api/v1/webprobe/count"),
        stranger.post("/api/v1/webprobe/items", json={"name": "x"}),
        stranger.get("/api/v1/webprobe/count", headers={"authorization": "Bearer wrong"}),
    ):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "not-signed-in"


def test_who_lacks_a_permission_is_told_which(
    sign_in_at: Callable[..., httpx.Client], acme: Tenant
) -> None:
    answer = sign_in_at(acme, roles=()).get("/api/v1/webprobe/count")
    assert answer.status_code == 403
    assert "Use items" in answer.json()["detail"]


def test_a_form_from_another_site_changes_nothing(admin: httpx.Client) -> None:
    forged = admin.post(
        "/webprobe/items", data={"name": "forged"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert forged.status_code == 403
    without_token = httpx.Headers({"x-csrf-token": ""})
    assert admin.post("/webprobe/items", headers=without_token).status_code == 403
    assert "forged" not in admin.get("/webprobe/download").text


def test_a_defect_shows_an_incident_and_hides_the_rest(admin: httpx.Client) -> None:
    lines = io.StringIO()
    before = structlog.get_config()
    log.configure(stream=lines, pretty=False)
    try:
        page = admin.get("/webprobe/boom", headers={"x-request-id": "boom-request-1"})
    finally:
        structlog.configure(**before)
    assert page.status_code == 500
    assert "boom-request-1" in page.text
    assert "hunter2" not in page.text
    assert "RuntimeError" not in page.text
    failed = next(line for line in lines.getvalue().splitlines() if "request failed" in line)
    for wanted in ("RuntimeError", '"addon":"webprobe"', '"incident":"boom-request-1"', '"actor":'):
        assert wanted in failed


def test_a_defect_keeps_nothing_of_what_was_written(admin: httpx.Client) -> None:
    assert admin.post("/webprobe/boom").status_code == 500
    assert "never kept" not in admin.get("/webprobe/download").text


def test_a_name_that_is_taken_is_a_conflict_that_names_the_field(admin: httpx.Client) -> None:
    assert admin.post("/api/v1/webprobe/items", json={"name": "twice"}).status_code == 201
    answer = admin.post("/api/v1/webprobe/items", json={"name": "twice"})
    assert answer.status_code == 409
    assert answer.json()["errors"] == [{"field": "name", "detail": "Name is already used."}]
    assert "INSERT" not in answer.text
    assert "uq_item" not in answer.text


def test_values_that_the_database_refuses_are_invalid_input(admin: httpx.Client) -> None:
    for sent in (
        {"name": "negative", "quantity": -1},
        {"name": "huge", "quantity": 10**30},
        {"name": "nul \x00 character"},
    ):
        answer = admin.post("/api/v1/webprobe/items", json=sent)
        assert answer.status_code == 422, answer.text
        assert "INSERT" not in answer.text


def test_a_record_changed_by_somebody_else_is_a_conflict(admin: httpx.Client) -> None:
    admin.post("/webprobe/items", data={"name": "contended"})
    answer = admin.post("/webprobe/stale", headers=JSON)
    assert answer.status_code == 409
    assert "Somebody else changed this record" in answer.json()["detail"]


def test_json_that_is_none_is_refused(admin: httpx.Client) -> None:
    answer = admin.post("/api/v1/webprobe/items", content=b"{not json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body"


def test_a_question_is_asked_and_the_same_form_goes_through_with_the_answer(
    admin: httpx.Client,
) -> None:
    page = admin.post("/webprobe/sure", data={"note": "keep <this>"})
    assert page.status_code == 409
    assert "Really?" in page.text
    assert '<input type="hidden" name="note" value="keep &lt;this&gt;">' in page.text
    assert '<input type="hidden" name="confirm" value="sure">' in page.text
    again = admin.post("/webprobe/sure", data={"note": "keep <this>", "confirm": "sure"})
    assert again.json() == {"confirmed": True, "kept": "keep <this>"}


def test_a_program_answers_a_question_in_a_header(admin: httpx.Client) -> None:
    asked = admin.post("/webprobe/sure", headers=JSON)
    assert asked.json()["confirm"] == "sure"
    told = admin.post("/webprobe/sure", headers={**JSON, "x-confirm": "sure"})
    assert told.json()["confirmed"] is True


def test_errors_speak_the_readers_language(admin: httpx.Client) -> None:
    page = admin.get("/webprobe/conflict", headers={"accept-language": "ar"})
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "هذا يتعارض مع شيء آخر" in page.text
