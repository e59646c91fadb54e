"""Whatever happens with licences as months go by, what was written stays, and the doors follow the
days that were paid for."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import time_machine
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from core.addons.standings import Standing, licensed_standing
from core.auth import api_tokens, users
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.entitlements import Entitlement
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import licences
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.addon_registry.licences.conftest import DAY, Vendor, current

START = datetime(2027, 1, 1, tzinfo=UTC)
MILDER_FIRST = ("licensed", "trial", "warning", "read_only")

spans = st.tuples(st.integers(0, 300), st.integers(1, 200), st.integers(0, 60), st.booleans())


def entitlement(number: int, span: tuple[int, int, int, bool], *, revoked: int = 0) -> Entitlement:
    begins, days, grace, trial = span
    return Entitlement(
        serial=str(number),
        addons=frozenset({"kiosk"}),
        starts_at=START + begins * DAY,
        until=START + (begins + days) * DAY,
        grace=grace * DAY,
        trial=trial,
        revoked_at=START + revoked * DAY if revoked else None,
    )


def plainly(licences: list[Entitlement], now: datetime) -> str | None:
    """The rule said once more, as one would tell it: open, in grace, shut, or unheard of."""
    begun = [one for one in licences if one.starts_at <= now]
    if any(one.ends_at is not None and now < one.ends_at for one in begun):
        return "open"
    for one in begun:
        assert one.ends_at is not None
        grace = timedelta() if one.revoked_at else one.grace
        if now < one.ends_at + grace:
            return "grace"
    return "shut" if begun else None


@settings(max_examples=200, deadline=None)
@given(
    held=st.lists(st.tuples(spans, st.sampled_from([0, 0, 120])), max_size=4),
    day=st.integers(-5, 600),
)
def test_a_standing_is_what_the_rule_says(
    held: list[tuple[tuple[int, int, int, bool], int]], day: int
) -> None:
    owned = [entitlement(n, span, revoked=at) for n, (span, at) in enumerate(held)]
    now = START + day * DAY
    found = licensed_standing(owned, now)
    said = plainly(owned, now)
    assert (found is None) == (said is None)
    if found is None:
        return
    assert found.is_read_only == (said == "shut")
    if said == "grace":
        assert found.kind == "warning"
        assert found.has_ended(now)
    if said == "open":
        assert found.until is None or found.until > now


@settings(max_examples=100, deadline=None)
@given(held=st.lists(spans, min_size=1, max_size=4))
def test_without_another_licence_things_only_become_stricter(
    held: list[tuple[int, int, int, bool]],
) -> None:
    owned = [entitlement(n, span) for n, span in enumerate(held)]
    last = max(one.starts_at for one in owned)
    days = (licensed_standing(owned, last + n * DAY) for n in range(0, 600, 7))
    kinds = [day.kind for day in days if isinstance(day, Standing)]
    strict = [MILDER_FIRST.index(kind) for kind in kinds if kind != "trial"]
    assert strict == sorted(strict)


@dataclass
class Ledger:
    """What the test knows of a company: its licences, and the prices it managed to write."""

    owned: list[Entitlement] = field(default_factory=list)
    serials: list[str] = field(default_factory=list)
    written: int = 0


steps = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 70)),
    st.tuples(st.just("grant"), st.integers(2, 90)),
    st.tuples(st.just("revoke"), st.just(0)),
)


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(line=[("grant", 30), ("wait", 35), ("wait", 10), ("grant", 30), ("revoke", 0)])
@given(line=st.lists(steps, min_size=3, max_size=7))
def test_doors_follow_the_time_line_and_nothing_is_lost(
    line: list[tuple[str, int]], kernel: Kernel, transport: AppTransport, vendor: Vendor
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with fresh_tenant(kernel, f"line{os.urandom(4).hex()}") as shop:
        browser = program(kernel, transport, shop)
        known = Ledger()
        for step, days in [*line, ("wait", 1)]:
            if step == "wait":
                now += days * DAY
            with time_machine.travel(now):
                if step == "grant":
                    grant(vendor, shop, known, now, days)
                elif step == "revoke" and known.owned:
                    revoke(kernel, known, now)
                vendor.heard(shop)
                attempt(browser, known, now)


def program(kernel: Kernel, transport: AppTransport, shop: Tenant) -> httpx.Client:
    """A program with the administrator's token, which no passing of time signs out."""
    with kernel.session(shop) as session:
        user = users.create_user(session, email="a@example.com", name="A", roles=[ADMIN_ROLE])
        abilities = ["kiosk.price.change"]
        token = api_tokens.create_token(
            session, user, name="t", abilities=abilities, expires_at=None
        )
        headers = {"authorization": f"Bearer {token.secret}"}
    return httpx.Client(
        transport=transport,
        base_url=f"https://{shop.slug}.localhost/api/v1/kiosk",
        headers=headers,
        timeout=60,
    )


def grant(vendor: Vendor, shop: Tenant, known: Ledger, now: datetime, days: int) -> None:
    begins = timedelta(seconds=-1)
    serial = vendor.grants(shop, begins=begins, ends=days * DAY, grace_days=10)
    known.serials.append(serial)
    found = current(vendor.kernel, shop).entitlements
    known.owned.append(next(one for one in found if one.serial == serial))


def revoke(kernel: Kernel, known: Ledger, now: datetime) -> None:
    with kernel.session(control(kernel)) as session:
        licences.revoke(session, licences.get(session, known.serials[-1]), "Taken back")
    last = known.owned[-1]
    if last.revoked_at is None:
        known.owned[-1] = replace(last, revoked_at=now)


def attempt(browser: httpx.Client, known: Ledger, now: datetime) -> None:
    """Write a price, and read all that there are."""
    answer = browser.post("/prices", json={"article": f"No. {known.written}", "amount": 1})
    shut = plainly(known.owned, now) == "shut"
    assert answer.status_code == (403 if shut else 201), answer.text
    known.written += not shut
    listed = browser.get("/prices")
    assert listed.status_code == 200
    assert len(listed.json()["data"]) == known.written
