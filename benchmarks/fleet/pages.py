"""What the operator's pages take with ten thousand organizations.

The organizations are rows alone: no page of the control plane opens their databases. Every page
of the menu is asked for as a browser does, the dashboard among them; the slowest counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from statistics import median
from typing import Final

import httpx
import psycopg

from benchmarks.cpu import python_seconds, server_seconds
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import seconds
from benchmarks.stage import Stage, stage
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.web.app import Application
from tenants.control import control
from tenants.testing.browser import AppTransport, open_browser, sign_in

NAMES: Final = ("control_page_ms", "control_page_cpu_ms")
ORGANIZATIONS: Final = 10_000
LIMIT: Final = 100.0
TIMES: Final = 7
_ROWS: Final = """
INSERT INTO tenants.organization (id, slug, title, status, server_id, database_name, runtime_role,
       runtime_secret, owner_role, owner_secret, addons)
SELECT 'o' || n, 'company-' || n, 'Company ' || n,
       CASE WHEN n %% 50 = 0 THEN 'suspended' ELSE 'active' END,
       (SELECT min(id) FROM tenants.database_server), 'ab_o' || n, 'ab_o' || n || '_run', '-',
       'ab_o' || n || '_own', '-', '["sales", "accounting"]'
  FROM generate_series(1, %(count)s) AS n;
INSERT INTO tenants.domain (host, organization_id, verified)
SELECT 'books.' || slug || '.example', id, true FROM tenants.organization WHERE id ~ '[05]$';
INSERT INTO tenants.work_signal (tenant_id, due_at, dead)
SELECT id, now() + (substr(id, 2)::int - 200) * interval '1 second', (id ~ '00$')::int
  FROM tenants.organization;
INSERT INTO tenants.schedule (tenant_id, job, cron, timezone, next_run_at, due_at)
SELECT id, 'core.job_' || n, '0 3 * * *', 'UTC', now() + interval '1 hour',
       now() + interval '1 hour'
  FROM tenants.organization, generate_series(1, 10) AS n;
INSERT INTO tenants.schema_record (organization_id, database, fingerprint)
SELECT id, 1, '-' FROM tenants.organization;
INSERT INTO tenants.schema_head (organization_id, addon, state, version, head)
SELECT id, 'addon_' || n, 'enabled', '1.0.0', '0001'
  FROM tenants.organization, generate_series(1, 8) AS n;
INSERT INTO tenants.addon_health (organization_id, addon, day, errors, slow, job_failures, storage)
SELECT id, 'addon_' || n, current_date - day, n, n, 0, 1000000 * n
  FROM tenants.organization, generate_series(1, 3) AS n, generate_series(0, 6) AS day;
INSERT INTO tenants.storage_figure (organization_id, day, database_bytes, file_bytes, growth_bytes)
SELECT id, current_date - day, 30000000 + hashtext(id) %% 1000000, 1000000, hashtext(id) %% 1000
  FROM tenants.organization, generate_series(0, 14) AS day;
INSERT INTO tenants.backup_destination (name, scheme, options) VALUES ('shelf', 'fs', %(options)s);
INSERT INTO tenants.backup (id, tenant_id, slug, title, destination_id, status, begun_at, taken_at,
       ended_at, size, proof)
SELECT 'b' || day || id, id, slug, title, (SELECT max(id) FROM tenants.backup_destination), 'whole',
       now() - day * interval '1 day', now() - day * interval '1 day',
       now() - day * interval '1 day', 30000000, 'held'
  FROM tenants.organization, generate_series(0, 6) AS day;
"""


def measure() -> Iterator[Figure]:
    """`control_page_ms`: the median of the slowest page. `control_page_cpu_ms`: what the dearest
    takes of processors, PostgreSQL included, which other work on the machine changes little."""
    with stage() as here:
        _fill(here)
        app = Application(here.kernel)
        transport = AppTransport(app)
        with open_browser(transport, "app.localhost") as operator:
            plane = control(here.kernel)
            sign_in(here.kernel, plane, operator, [ADMIN_ROLE])
            taken = {path: _milliseconds(here, operator, path) for path in pages(here.kernel)}
        transport.shut_down()
        app.close()
    for path, (wall, used) in sorted(taken.items(), key=lambda pair: -pair[1][1]):
        progress(f"{wall:8.1f} ms, {used:8.1f} ms of processors  {path}")
    for which, name in enumerate(NAMES):
        slowest = max(taken, key=lambda path: taken[path][which])
        note = f"{slowest}, the slowest of {len(taken)}, with {ORGANIZATIONS:,} organizations"
        yield against(name, taken[slowest][which], "ms", LIMIT, note)


def pages(kernel: Kernel) -> list[str]:
    """The start page, and every page that the control plane's menu leads to."""
    menu = kernel.catalog.everything().menu
    found = {item.url for item in menu if item.url.startswith("/tenants/")}
    return ["/", "/tenants/fleet/figures", *sorted(found)]


def _milliseconds(here: Stage, operator: httpx.Client, path: str) -> tuple[float, float]:
    """How long it takes, and how much of processors."""

    def ask() -> None:
        answer = operator.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

    ask()  # compiles its templates and statements
    used = python_seconds() + server_seconds(here)
    wall = 1000 * median(seconds(ask) for _ in range(TIMES))
    return wall, 1000 * (python_seconds() + server_seconds(here) - used) / TIMES


def _fill(here: Stage) -> None:
    progress(f"Writing {ORGANIZATIONS:,} organizations")
    url = here.server.url("aorabooks")
    place = {"root": str(here.config.var / "backups")}
    sealed = here.kernel.secrets.seal(
        json.dumps(place).encode(), bound_to="tenants.backup_destination/shelf"
    )
    values = {"count": ORGANIZATIONS, "options": sealed}
    with psycopg.connect(url, autocommit=True) as admin:
        for statement in filter(str.strip, _ROWS.split(";\n")):
            admin.execute(statement.encode(), values)
        admin.execute("VACUUM ANALYZE")
