"""A saved report is sent by itself: at its time, to whom it is meant, with the rights its owner has
by then; paused it stays, and what kept it from being sent is there for people to see."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pypdf
import pytest
from sqlalchemy import select, text

from addons.reporting.models import ReportSchedule
from addons.reporting.services.scheduling import JOB, next_time
from core.api import utc_now
from core.jobs.models import Job
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.auth.mail_server import MailServer, mail_server
from tests.reporting.conftest import post_lines

Browse = Callable[..., httpx.Client]


@pytest.fixture
def post_office(kernel: Kernel) -> Iterator[MailServer]:
    """A mail server that the platform knows."""
    with mail_server() as server:
        address = f"smtp://127.0.0.1:{server.port}?from=books@example.com"
        before = kernel.config
        object.__setattr__(kernel, "config", replace(before, smtp_url=address))
        yield server
        object.__setattr__(kernel, "config", before)


@pytest.fixture(scope="module", autouse=True)
def business(kernel: Kernel, tenant: Tenant) -> None:
    """A sale of last month."""
    with kernel.session(tenant) as session:
        from addons.accounting.services.calendar import ensure_years
        from core.api import today

        last_month = today(session).replace(day=1) - timedelta(days=1)
        ensure_years(session, [last_month])
        post_lines(session, last_month, {"1010": 640, "4000": -640})


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def planned(as_user: Browse) -> tuple[httpx.Client, str]:
    """An accountant, and the address of a schedule: last month's result, to two addresses."""
    browser = as_user("accounting.accountant")
    report = "/reporting/view/profit-and-loss"
    token = _token(browser.get(report).text)
    form = {"csrf_token": token, "name": "Monthly result", "period": "last_month"}
    saved = browser.post(f"{report}/keep", data=form).headers["location"]
    made = browser.post(f"{saved}/send", data={"csrf_token": token})
    address = made.headers["location"].removesuffix("/edit")
    changes = {
        "cadence": "monthly",
        "day": 1,
        "hour": 6,
        "paused": False,
        "recipients": "owner@example.com, board@example.com",
    }
    api = f"/api/v1{address}"
    version = {"If-Match": browser.get(api).headers["etag"]}
    answer = browser.patch(api, json=changes, headers=version)
    assert answer.status_code == 200, answer.text
    return browser, address


def _schedule(kernel: Kernel, tenant: Tenant, address: str) -> ReportSchedule:
    with kernel.session(tenant) as session:
        found = session.get_one(ReportSchedule, int(address.rpartition("/")[2]))
        session.expunge(found)
        return found


def _run_now(kernel: Kernel, tenant: Tenant, address: str) -> None:
    """As if the hour of a schedule had come."""
    key = f"{JOB}:{address.rpartition('/')[2]}:"
    with kernel.session(tenant) as session:
        waiting = session.scalars(select(Job).where(Job.key.startswith(key), Job.state == "queued"))
        for job in waiting:
            job.run_at = utc_now() - timedelta(minutes=1)
    work_off(kernel, tenant)


def test_it_comes_by_mail_at_its_time_and_is_planned_anew(
    kernel: Kernel,
    tenant: Tenant,
    planned: tuple[httpx.Client, str],
    post_office: MailServer,
) -> None:
    _, address = planned
    before = _schedule(kernel, tenant, address)
    assert before.next_at > utc_now()
    _run_now(kernel, tenant, address)
    assert sorted(post_office.recipients) == ["board@example.com", "owner@example.com"]
    (mail,) = post_office.messages
    assert mail["Subject"].startswith("Monthly result")
    (paper,) = list(mail.iter_attachments())
    pages = pypdf.PdfReader(io.BytesIO(paper.get_content())).pages
    told = pages[0].extract_text()
    assert "640.00" in told
    assert "The result equals that of all income and expense accounts." in told
    after = _schedule(kernel, tenant, address)
    assert (after.result, after.error) == ("sent", "")
    assert after.last_at is not None


def test_one_that_is_paused_is_not_sent(
    kernel: Kernel,
    tenant: Tenant,
    planned: tuple[httpx.Client, str],
    post_office: MailServer,
) -> None:
    browser, address = planned
    paused = browser.post(f"/api/v1{address}/actions/pause", json={})
    assert paused.status_code == 200, paused.text
    _run_now(kernel, tenant, address)
    assert post_office.messages == []


def test_an_owner_who_lost_the_right_sends_nothing_and_people_are_told(
    kernel: Kernel,
    tenant: Tenant,
    planned: tuple[httpx.Client, str],
    post_office: MailServer,
    as_user: Browse,
) -> None:
    _, address = planned
    owner = _schedule(kernel, tenant, address).owner_id
    with kernel.session(tenant) as session:
        session.execute(text("DELETE FROM core.user_role WHERE user_id = :user"), {"user": owner})
    _run_now(kernel, tenant, address)
    assert post_office.messages == []
    failed = _schedule(kernel, tenant, address)
    assert failed.result == "failed"
    assert "may no longer do that" in failed.error
    repairs = as_user().get("/settings/repairs")
    assert repairs.status_code == 200, repairs.headers
    assert "The report Monthly result was not sent" in repairs.text


def test_without_a_mail_server_it_says_so_and_tries_the_next_time(
    kernel: Kernel, tenant: Tenant, planned: tuple[httpx.Client, str]
) -> None:
    _, address = planned
    _run_now(kernel, tenant, address)
    failed = _schedule(kernel, tenant, address)
    assert failed.result == "failed"
    assert "no mail server" in failed.error
    with kernel.session(tenant) as session:
        due = failed.next_at.isoformat()
        waiting = select(Job).where(Job.key == f"{JOB}:{failed.id}:{due}", Job.state == "queued")
        assert session.scalar(waiting) is not None


def test_an_address_that_is_none_is_named(planned: tuple[httpx.Client, str]) -> None:
    browser, address = planned
    version = {"If-Match": browser.get(f"/api/v1{address}").headers["etag"]}
    answer = browser.patch(
        f"/api/v1{address}", json={"recipients": "owner@example.com nobody"}, headers=version
    )
    assert answer.status_code == 422
    assert "nobody" in answer.text


@pytest.mark.parametrize(
    ("plan", "after", "wanted"),
    [
        (("daily", 1, 1, 7), "2026-03-01T03:59", "2026-03-01T04:00"),
        (("daily", 1, 1, 7), "2026-03-01T04:00", "2026-03-02T04:00"),
        (("weekly", 5, 1, 0), "2026-03-01T00:00", "2026-03-05T21:00"),
        (("monthly", 1, 31, 12), "2026-02-01T00:00", "2026-02-28T09:00"),
        (("quarterly", 1, 1, 6), "2026-03-01T00:00", "2026-04-01T03:00"),
    ],
)
def test_the_next_time_is_by_the_companys_clock(
    plan: tuple[str, int, int, int], after: str, wanted: str
) -> None:
    cadence, weekday, day, hour = plan
    schedule = ReportSchedule(cadence=cadence, weekday=weekday, day=day, hour=hour)
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = next_time(schedule, moment, "Asia/Riyadh")
    assert found == datetime.fromisoformat(wanted).replace(tzinfo=UTC)
    assert isinstance(found.date(), date)
