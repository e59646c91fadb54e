"""The operator's first page says how the fleet stands, and each number leads to its list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from core.auth.users import ADMIN_ROLE
from core.db.base import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.fleet_health import AddonDay
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.fleet import checking
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.tenants.conftest import Command

PAGE = "/tenants/fleet"
OPERATIONS = Path(__file__).parents[2] / "operations"


@pytest.fixture
def operator(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        yield browser


def test_the_fleet_on_one_page(operator: httpx.Client, kernel: Kernel, tenant: Tenant) -> None:
    plane = control(kernel)
    stored = kernel.files.store(tenant, [b"x" * 5_000_000])
    with kernel.session(plane) as session:
        session.execute(
            text(
                "INSERT INTO tenants.storage_figure"
                " (organization_id, day, database_bytes, file_bytes)"
                " VALUES (:id, current_date - 7, 1, 0)"
            ),
            {"id": tenant.id},
        )
        session.execute(
            text(
                "INSERT INTO tenants.database_server (name, host, port, maintenance_database,"
                " admin_user, admin_secret) SELECT 'far-away', '127.0.0.1', 1, 'postgres',"
                " admin_user, admin_secret FROM tenants.database_server LIMIT 1"
            )
        )
    kernel.board.announce(tenant.id, utc_now() - timedelta(hours=1))
    kernel.fleet_health.tell(tenant.id, [AddonDay("sales", utc_now().date(), errors=41, slow=3)])
    kernel.fleet_health.tell_dead(tenant.id, 7)
    try:
        with kernel.session(plane) as session:
            checking.check(session, kernel.secrets)
        assert operator.post(f"{PAGE}/collect").status_code == 303
        work_off(kernel, plane)
        page = operator.get(PAGE).text
        for shown in ("/tenants/organizations?status=active", "out of reach", "up", "41"):
            assert shown in page
        assert f"/tenants/organizations/{tenant.id}" in page, "it grew, and it failed"
        assert "Not looked at yet" not in page
        assert "Not measured yet" not in page
        part = operator.get(f"{PAGE}/figures").text
        assert 'hx-trigger="every 30s"' in part
        assert "fleet-figures" in operator.get("/").text, "it stands where an operator arrives"
        for path in ("/tenants/storage", "/tenants/work?sort=-dead", "/tenants/organizations"):
            found = operator.get(path)
            assert found.status_code == 200
            assert tenant.title in found.text or tenant.slug in found.text
        _the_ready_made_dashboard_and_alerts_name_what_is_there(operator.get("/metrics").text)
        rows = operator.get("/api/v1/tenants/storage").json()["data"]
        mine = next(row for row in rows if row["file_bytes"] >= 5_000_000)
        assert mine["growth_bytes"] == mine["total_bytes"] - 1
    finally:
        kernel.files.delete(tenant, stored.digest)
        with kernel.session(plane) as session:
            session.execute(text("DELETE FROM tenants.database_server WHERE name = 'far-away'"))


def _the_ready_made_dashboard_and_alerts_name_what_is_there(metrics: str) -> None:
    printed = set(re.findall(r"^(?:# TYPE )?(aorabooks_\w+)", metrics, re.MULTILINE))
    board = json.loads((OPERATIONS / "grafana" / "aorabooks.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    alerts = (OPERATIONS / "prometheus" / "alerts.yml").read_text()
    asked += re.findall(r"^\s+expr: (.+)$", alerts, re.MULTILINE)
    assert len(asked) > 40
    for expression in asked:
        named = set(re.findall(r"aorabooks_\w+", expression))
        assert named, expression
        assert named <= printed, expression
        assert not _opened(expression), expression


def _opened(expression: str) -> list[str]:
    """The brackets that are opened and never closed, or closed and never opened."""
    left: list[str] = []
    for sign in re.sub(r'"[^"]*"', "", expression):
        if sign in "([{":
            left.append(sign)
        elif sign in ")]}" and (not left or left.pop() + sign not in ("()", "[]", "{}")):
            return [sign]
    return left


def test_limits_on_the_command_line(aorabooks: Command, tenant: Tenant) -> None:
    done = aorabooks("tenant", "limits", tenant.slug, "--jobs", "3", "--storage-mb", "0", "--json")
    assert done.status == 0, done.err
    assert done.json["jobs"] == {"value": 3, "own": 3}
    assert done.json["storage_mb"] == {"value": 0, "own": 0}
    assert done.json["statement_seconds"] == {"value": 60, "own": None}
    refused = aorabooks("tenant", "limits", tenant.slug, "--connections", "1")
    assert refused.status == 2
    assert "Give a number from 2" in refused.err
    reset = aorabooks("tenant", "limits", tenant.slug, "--reset", "--requests-per-second", "9")
    assert "requests_per_second" in reset.out
    shown = aorabooks("tenant", "limits", tenant.slug, "--json").json
    assert shown["jobs"]["own"] is None
    assert shown["requests_per_second"] == {"value": 9, "own": 9}
