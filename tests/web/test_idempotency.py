"""A cash register that is not sure whether its call arrived sends it again, with the same key."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import httpx

PATH = "/api/v1/webprobe/items"


def new_key() -> dict[str, str]:
    return {"idempotency-key": os.urandom(8).hex()}


def test_a_repeated_call_is_done_once_and_answered_twice(admin: httpx.Client) -> None:
    key, item = new_key(), {"name": "repeated"}
    first = admin.post(PATH, json=item, headers=key)
    second = admin.post(PATH, json=item, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == first.headers["content-type"]


def test_the_same_key_for_another_call_is_refused(admin: httpx.Client) -> None:
    key = new_key()
    assert admin.post(PATH, json={"name": "first use"}, headers=key).status_code == 201
    other = admin.post(PATH, json={"name": "second use"}, headers=key)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    assert "second use" not in admin.get("/webprobe/download").text


def test_a_failed_call_may_be_tried_again_under_its_key(admin: httpx.Client) -> None:
    key = new_key()
    admin.post(PATH, json={"name": "in the way"})
    assert admin.post(PATH, json={"name": "in the way"}, headers=key).status_code == 409
    assert admin.post(PATH, json={"name": "out of the way"}, headers=key).status_code == 201


def test_calls_at_the_same_moment_have_one_effect(admin: httpx.Client) -> None:
    key, item = new_key(), {"name": "at once"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: admin.post(PATH, json=item, headers=key), range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_the_key_of_one_user_means_nothing_to_another(
    admin: httpx.Client, sign_in_at: object, acme: object
) -> None:
    key = new_key()
    other: httpx.Client = sign_in_at(acme)  # type: ignore[operator]
    assert admin.post(PATH, json={"name": "mine"}, headers=key).status_code == 201
    assert other.post(PATH, json={"name": "theirs"}, headers=key).status_code == 201


def test_a_key_without_end_is_refused(admin: httpx.Client) -> None:
    answer = admin.post(PATH, json={"name": "long"}, headers={"idempotency-key": "k" * 201})
    assert answer.status_code == 422
