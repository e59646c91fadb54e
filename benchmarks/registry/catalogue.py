"""The catalogue of 1,000 addons and a platform of 10,000 tenants: each page that shows them, from
the request as a web server hands it over to the last byte of the answer.

The slowest page gives the figure; the bound is 100 ms for each of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import uvloop
from sqlalchemy import text
from sqlalchemy.orm import Session

from addon_registry.deployment import layout
from benchmarks.figure import Figure, against, progress
from benchmarks.rates import rounds, seconds
from benchmarks.registry.made_up import made_up_registry
from benchmarks.stage import Stage, stage
from core.auth import api_tokens, users
from core.auth.models import User
from core.db.base import utc_now
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.control import control
from tenants.models import Organization, Reseller
from tenants.permissions import ALL, RESELLER
from tenants.selling import offers, resellers

NAMES: Final = ("catalogue_ms",)
ADDONS: Final = 1_000
TENANTS: Final = 10_000
RESELLERS: Final = 20
BOUND: Final = 100.0
TIMES: Final = 5
_CUSTOMERS: Final = """
INSERT INTO tenants.organization
       (id, slug, title, status, server_id, database_name, generation, runtime_role,
        runtime_secret, owner_role, owner_secret, addons, allowed_addons, reseller_id)
SELECT 'b' || n, 'bench-' || n, 'Customer ' || n || ' Trading', 'active',
       (SELECT min(id) FROM tenants.database_server), 'bench_' || n, 1, 'bench_run_' || n, '',
       'bench_own_' || n, '', '[]', '[]', seller.ids[1 + n % cardinality(seller.ids)]
  FROM generate_series(1, :count) AS n,
       (SELECT array_agg(id ORDER BY id) AS ids FROM tenants.reseller) AS seller
"""
_REPORTS: Final = """
INSERT INTO tenants.customer_report (organization_id, addons, addons_on, users)
SELECT id, '{"accounting": 4}', 1, 4 FROM tenants.organization WHERE slug LIKE 'bench-%'
"""


def measure() -> Iterator[Figure]:
    """`catalogue_ms`: the slowest page, in milliseconds."""
    with stage() as here:
        yield from _measure(here)


def _measure(here: Stage) -> Iterator[Figure]:
    progress(f"{ADDONS:,} addons, {TENANTS:,} tenants of {RESELLERS} resellers")
    made_up_registry(here.config.var / "made-up", layout.of(here.config.var).trust, ADDONS)
    company = here.tenant("shelves")
    plane = control(here.kernel)
    with here.kernel.session(plane) as session:
        seller = _market(session, company)
    with here.kernel.session(plane) as session:
        session.execute(text("ANALYZE"))
    operator = _token(here, plane, [users.ADMIN_ROLE])
    reseller = _token(here, plane, [RESELLER.code], seller)
    buyer = _token(here, company, [users.ADMIN_ROLE])
    app, loop = Application(here.kernel), uvloop.new_event_loop()
    asked: dict[str, float] = {}
    tokens = {"operator": operator, "reseller": reseller, "company": buyer}
    for who, path in _pages():
        host = f"{(company if who == 'company' else plane).slug}.localhost"

        def many(host: str = host, token: str = tokens[who], path: str = path) -> float:
            return seconds(lambda: loop.run_until_complete(_many(app, host, token, path)))

        many()
        asked[f"{path} for the {who}"] = rounds(many) * 1000 / TIMES
    loop.close()
    app.close()
    for page, taken in asked.items():
        progress(f"{taken:6.1f} ms {page}")
    slowest = max(asked, key=lambda page: asked[page])
    yield against("catalogue_ms", asked[slowest], "ms", BOUND, f"slowest: {slowest}")


def _pages() -> Iterator[tuple[str, str]]:
    """Who asks, and for what."""
    shelves = (
        "/settings/catalogue",
        "/settings/catalogue?q=garden+check",
        "/settings/catalogue?page=9",
    )
    for path in (*shelves, "/settings/catalogue/x_addon_5", "/settings/addons"):
        yield "company", path
    lists = (
        "/tenants/customers",
        "/tenants/customers?q=trading+77",
        "/tenants/customers/b20",
        "/tenants/offers",
    )
    for path in (*shelves, "/settings/catalogue/x_addon_5", *lists, "/tenants/organizations"):
        yield "operator", path
    for path in (*shelves, *lists):
        yield "reseller", path


def _market(session: Session, company: Tenant) -> int:
    """Resellers, their customers, and one of them who sells everything; returns its id."""
    for number in range(RESELLERS):
        values = {"slug": f"bench-{number}", "title": f"Bench {number}", "currency": "SAR"}
        resellers.create(session, values)
    session.execute(text(_CUSTOMERS), {"count": TENANTS})
    session.execute(text(_REPORTS))
    seller = resellers.find(session, "bench-0")
    resellers.assign(session, session.get_one(Organization, company.id), seller)
    for number in range(1, ADDONS + 1):
        terms = {"cost": Decimal(30), "period": "month", "unit": "company"}
        offer = offers.allow(session, seller, f"x_addon_{number}", f"Addon {number}", terms)
        offers.offer(session, offer, {"price": Decimal(50), "audience": "everyone"})
    return seller.id


def _token(here: Stage, tenant: Tenant, roles: list[str], seller: int | None = None) -> str:
    with here.kernel.session(tenant) as session:
        email = f"bench-{secrets.token_hex(4)}@example.com"
        user = users.create_user(session, email=email, name="Bench", roles=roles)
        session.flush()
        if seller is not None:
            found = session.get_one(Reseller, seller)
            resellers.add_staff(session, found, session.get_one(User, user.id))
        codes = ["core.addons.see", "core.addons.manage"]
        if tenant.is_control:
            codes += [permission.code for permission in ALL]
        if seller is not None:
            codes = list(RESELLER.permissions)
        token = api_tokens.create_token(
            session,
            user,
            name="benchmark",
            abilities=codes,
            expires_at=utc_now() + timedelta(hours=6),
        )
        return token.secret


async def _many(app: Application, host: str, token: str, path: str) -> None:
    for _ in range(TIMES):
        await _get(app, host, token, path)


async def _get(app: Application, host: str, token: str, path: str) -> None:
    place, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": place,
        "raw_path": place.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (b"host", host.encode()),
            (b"accept", b"text/html"),
            (b"authorization", f"Bearer {token}".encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    statuses = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    if statuses != [200]:
        raise RuntimeError(f"{host}{path} answered {statuses}")
