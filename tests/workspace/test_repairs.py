"""What does not work is on one page with its cause, and a button puts it right or explains it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from core.api import Remedy, Trouble
from core.jobs.models import Job
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.repairs.checking import check_invariants
from core.repairs.permissions import SEE_REPAIRS
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.workspace.conftest import Hire, Person

PAGE = "/settings/repairs"


def fail_for_good(session: Session, *, error: str, count: int = 1) -> None:
    session.add_all(
        Job(
            name="core.sweep_sign_ins",
            title="Clear away expired sign-ins",
            arguments={},
            state="dead",
            attempts=3,
            max_attempts=3,
            error=error,
            requested_by="test",
        )
        for _ in range(count)
    )


def test_nothing_is_wrong_with_a_fresh_company(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        check_invariants(session)
    page = admin.http.get(PAGE).text
    assert "Nothing needs repair." in page
    assert "status-bad" not in page
    assert "Needs repair" not in admin.http.get("/").text


def test_failed_jobs_are_one_trouble_and_run_again_at_a_click(
    admin: Person, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        fail_for_good(session, error="The disk was <full>.", count=3)
    page = admin.http.get(PAGE).text
    assert "failed 3 times" in page
    assert "The disk was &lt;full&gt;." in page
    assert "Needs repair" in hire().http.get("/").text
    done = admin.post(f"{PAGE}/core", {"key": "jobs:core.sweep_sign_ins"})
    assert done.status_code == 303
    assert work_off(kernel, store) == 3
    assert "failed 3 times" not in admin.http.get(PAGE).text
    again = admin.post(f"{PAGE}/core", {"key": "jobs:core.sweep_sign_ins"})
    assert again.status_code == 303, "what is in order again is no error"


def test_an_invariant_that_fails_is_named_until_it_holds(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    trigger = "ALTER TABLE shop.customer {} TRIGGER aorabooks_audit"
    with kernel.session(store, role="owner") as session:
        session.execute(text(trigger.format("DISABLE")))
    admin.post(f"{PAGE}/check", {})
    work_off(kernel, store)
    page = admin.http.get(PAGE).text
    assert "Not audited: shop.customer." in page
    with kernel.session(store, role="owner") as session:
        session.execute(text(trigger.format("ENABLE")))
        name = session.scalar(text("SELECT name FROM core.invariant_check WHERE NOT holds"))
    admin.post(f"{PAGE}/core", {"key": f"invariant:{name}"})
    work_off(kernel, store)
    assert "Not audited" not in admin.http.get(PAGE).text


def test_an_idle_addon_says_why_and_is_tried_again(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store, role="owner") as session:
        session.execute(
            text(
                "UPDATE core.addon SET state = 'suspended', reason = 'Its upgrade failed.'"
                " WHERE name = 'shop'"
            )
        )
    kernel.states.forget(store.id)
    page = admin.http.get(PAGE).text
    assert "Its upgrade failed." in page
    assert admin.post("/settings/addons/shop/retry", {}).status_code == 303
    assert "Its upgrade failed." not in admin.http.get(PAGE).text


def test_who_may_not_press_sees_no_button(hire: Hire, kernel: Kernel, store: Tenant) -> None:
    with kernel.session(store) as session:
        fail_for_good(session, error="The network was lost.")
    onlooker = hire({"core.repairs.see": "all"})
    page = onlooker.http.get(PAGE).text
    assert "The network was lost." in page
    assert "Run again" not in page
    pressed = onlooker.post(f"{PAGE}/core", {"key": "jobs:core.sweep_sign_ins"})
    assert pressed.status_code == 403
    clerk = hire({"shop.order.read": "all"})
    assert clerk.http.get(PAGE).status_code == 403
    assert "Needs repair" not in clerk.http.get("/").text
    with kernel.session(store) as session:
        session.execute(update(Job).where(Job.state == "dead").values(state="cancelled"))
        assert session.scalars(select(Job).where(Job.state == "dead")).all() == []


def test_an_addon_reports_troubles_of_its_own(
    admin: Person, kernel: Kernel, store: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []

    def reconnect(session: Session) -> str:
        pressed.append("till")
        return "The till is back."

    lost = Trouble(
        key="till:7",
        title="Till 7 was not heard of for a day",
        cause="Its network is down, or it was switched off.",
        severity="warning",
        remedy=Remedy("Ask it again", SEE_REPAIRS, run=reconnect),
    )
    monkeypatch.setattr("tests.fake_addons.showcase.shop.services.TROUBLES", [lost])
    page = admin.http.get(PAGE).text
    assert "Till 7 was not heard of for a day" in page
    done = admin.post(f"{PAGE}/shop", {"key": "till:7"})
    assert done.status_code == 303
    assert pressed == ["till"]


@pytest.mark.browser
def test_the_page_can_be_used_by_everybody(
    desk: Page, address: str, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        fail_for_good(session, error="The printer ran out of paper.")
    desk.goto(address + PAGE)
    expect(desk.locator("main")).to_contain_text("The printer ran out of paper.")
    assert violations(desk) == []
    desk.get_by_role("button", name="Run again").click()
    expect(desk.locator("main")).to_contain_text("1 queued again.")
