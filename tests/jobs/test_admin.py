"""The admin sees what became of each job, and mends, repeats or cancels it in the browser.

Programs do the same through the API, and the monitoring reads how the workers stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from core.auth import api_tokens, login_sessions, users
from core.auth.actor import Actor
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import csrf_token
from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.jobs.queue import enqueue
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tests.jobs.world import ask, change, job_row, notes, wait_until, working


class Person:
    """Somebody at the tenant, with a signed-in browser."""

    def __init__(self, http: httpx.Client, csrf: str, user_id: int) -> None:
        self.http, self.csrf, self.user_id = http, csrf, user_id

    def press(self, url: str, **fields: str) -> httpx.Response:
        """Send a form, and follow where it leads."""
        data = {"csrf_token": self.csrf, **fields}
        return self.http.post(url, data=data, follow_redirects=True)


@pytest.fixture
def admin(kernel: Kernel, tenant: Tenant) -> Iterator[Person]:
    with signed_in(kernel, tenant, roles=(ADMIN_ROLE,)) as person:
        yield person


@contextmanager
def signed_in(
    kernel: Kernel, tenant: Tenant, *, roles: tuple[str, ...], name: str = "ada"
) -> Iterator[Person]:
    host = f"{tenant.slug}.localhost"
    with kernel.session(tenant) as session:
        user = users.create_user(session, email=f"{name}@example.com", name=name, roles=roles)
        session.flush()
        client = Client(address="127.0.0.1", host=host, user_agent="test")
        secret = login_sessions.begin(session, user.id, client=client, method="password")
    app = Application(kernel)
    transport = AppTransport(app)
    with ExitStack() as stack:
        stack.callback(app.close)
        stack.callback(transport.shut_down)
        headers = {"sec-fetch-site": "same-origin"}
        http = stack.enter_context(
            httpx.Client(transport=transport, base_url=f"https://{host}", headers=headers)
        )
        http.cookies.set(SESSION_COOKIE, secret, domain=host)
        yield Person(http, csrf_token(secret), user.id)


def dead_job(kernel: Kernel, tenant: Tenant) -> int:
    job_id = ask(kernel, tenant, "probe.divide", by=0)
    change(kernel, tenant, "UPDATE core.job SET max_attempts = 1")
    work_off(kernel, tenant)
    return job_id


def test_the_admin_reads_why_a_job_failed(kernel: Kernel, tenant: Tenant, admin: Person) -> None:
    job_id = dead_job(kernel, tenant)
    jobs = admin.http.get("/core/jobs", params={"state": "dead"})
    assert jobs.status_code == 200
    assert "ZeroDivisionError: division by zero" in jobs.text
    job = admin.http.get(f"/core/jobs/{job_id}")
    assert "Failed for good" in job.text
    assert "in divide" in job.text


def test_the_admin_mends_a_dead_job_and_runs_it_again(
    kernel: Kernel, tenant: Tenant, admin: Person
) -> None:
    job_id = dead_job(kernel, tenant)
    version = str(job_row(kernel, tenant, job_id).version)
    refused = admin.press(f"/core/jobs/{job_id}/edit", arguments='{"by": ', _version=version)
    assert "This is not JSON" in refused.text
    refused = admin.press(f"/core/jobs/{job_id}/edit", arguments="[1]", _version=version)
    assert "Give a JSON object: names and values." in refused.text
    mended = admin.press(f"/core/jobs/{job_id}/edit", arguments='{"by": 4}', _version=version)
    assert mended.status_code == 200
    admin.press(f"/core/jobs/{job_id}/actions/replay")
    assert work_off(kernel, tenant) == 1
    assert notes(kernel, tenant) == ["2.5"]


def test_a_program_cancels_a_job_through_the_api(
    kernel: Kernel, tenant: Tenant, admin: Person
) -> None:
    job_id = ask(kernel, tenant, "probe.note", text="never")
    with kernel.session(tenant) as session:
        token = api_tokens.create_token(
            session,
            session.get_one(User, admin.user_id),
            name="test",
            abilities=["core.job.manage"],
            expires_at=None,
        )
        program = {"authorization": f"Bearer {token.secret}", "idempotency-key": "cancel-1"}
    admin.http.cookies.clear()
    seen = admin.http.get(f"/api/v1/core/jobs/{job_id}", headers=program)
    assert seen.json()["state"] == "queued"
    assert seen.json()["arguments"] == {"text": "never"}
    answer = admin.http.post(f"/api/v1/core/jobs/{job_id}/actions/cancel", headers=program)
    assert answer.status_code == 200, answer.text
    assert job_row(kernel, tenant, job_id).state == "cancelled"
    assert work_off(kernel, tenant) == 0


def test_whoever_asked_for_a_job_watches_it_and_nobody_else_does(
    kernel: Kernel, tenant: Tenant, admin: Person
) -> None:
    with signed_in(kernel, tenant, roles=(), name="clerk") as clerk:
        asking = Actor("user", "clerk", user_id=clerk.user_id)
        with kernel.session(tenant, actor=asking) as session:
            mine = enqueue(session, "probe.note", text="mine")
        others = ask(kernel, tenant, "probe.note", text="not mine")
        piece = clerk.http.get(f"/core/progress/{mine}", headers={"hx-request": "true"})
        assert "Waiting for its turn." in piece.text
        assert f'hx-get="/core/progress/{mine}"' in piece.text
        assert clerk.http.get(f"/core/progress/{others}").status_code == 404
        assert admin.http.get(f"/core/progress/{others}").status_code == 200
        assert "Waiting for its turn." in admin.http.get(f"/core/jobs/{others}").text
        work_off(kernel, tenant)
        ended = clerk.http.get(f"/core/progress/{mine}", headers={"hx-request": "true"})
        assert "Done." in ended.text
        assert "hx-get" not in ended.text


def test_a_user_without_the_permission_sees_no_jobs(kernel: Kernel, tenant: Tenant) -> None:
    with signed_in(kernel, tenant, roles=()) as clerk:
        assert clerk.http.get("/core/jobs").status_code == 403


def test_the_monitoring_reads_how_the_workers_stand(
    kernel: Kernel, tenant: Tenant, admin: Person
) -> None:
    with working(kernel):
        ask(kernel, tenant, "probe.note", text="x")
        wait_until(lambda: notes(kernel, tenant), "the job")
        wait_until(lambda: kernel.board.figures().workers, "the worker's first beat")
    page = admin.http.get("/metrics").text
    assert "aorabooks_jobs_workers" in page
    assert "aorabooks_jobs_late_seconds" in page
