"""Settings → Licences: how the company stands with each addon, who takes a seat, and how much of
what is counted is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.standings import Standing
from core.addons.states import KERNEL, TenantState, time_that_counts
from core.auth.seats import SeatCount, seats_of
from core.conversation.attachments import room
from core.db.session import binding
from core.declare import msg
from core.errors import NotFound
from core.i18n.phrases import phrase
from core.licensing.quotas import MEGABYTE, QuotaCount, quota_counts
from core.tenancy.entitlements import Entitlement
from core.web.replies import Page, Reply
from core.web.request import Request

LICENCES: Final = "/settings/licences"

QUOTA_TITLES: Final = {
    "users": msg("Users"),
    "branches": msg("Branches"),
    "storage": msg("Files (MB)"),
    "documents": msg("Documents this month"),
}


@dataclass(frozen=True, slots=True)
class LicensedAddon:
    """An enabled addon: how it stands, its seats, and whether the licence is over."""

    name: str
    title: str
    standing: Standing
    ended: bool
    seats: SeatCount


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of a quota is used, in the unit of its title."""

    title: str
    used: int
    most: int | None


def show_licences(session: Session, request: Request) -> Reply:
    """The whole of it on one page. Raises NotFound at the control plane, where the seats would
    name each reseller's people to the others."""
    bound = binding(session)
    if bound.tenant.is_control:
        raise NotFound(phrase("Only companies have licences."))
    state: TenantState = bound.context["state"]
    catalog: Catalog = bound.context["kernel"].catalog
    now = time_that_counts(bound.tenant, state.rows)
    addons = [
        LicensedAddon(
            name=name,
            title=phrase(addon.manifest.title),
            standing=standing,
            ended=standing.has_ended(now),
            seats=seats_of(session, name),
        )
        for name, addon in catalog.addons.items()
        if name != KERNEL and (standing := state.standings.get(name)) is not None
    ]
    counts = quota_counts(session, storage=room(session).used)
    held = sorted(bound.tenant.entitlements, key=lambda one: one.starts_at, reverse=True)
    context = {
        "addons": addons,
        "gauges": [_gauge(one) for one in counts],
        "licences": [(one, _titles(catalog, one), one.holds_at(now)) for one in held],
        "behind": state.clock_behind,
        "now": now,
        "organization_id": bound.tenant.id,
    }
    return Page("core/licences/list.html", context)


def _gauge(count: QuotaCount) -> Gauge:
    title = phrase(QUOTA_TITLES.get(count.name, count.name))
    if count.name != "storage" or count.most is None:
        return Gauge(title, count.used, count.most)
    return Gauge(title, count.used // MEGABYTE, count.most // MEGABYTE)


def _titles(catalog: Catalog, licence: Entitlement) -> list[str]:
    known = catalog.addons
    return [phrase(known[n].manifest.title) if n in known else n for n in sorted(licence.addons)]
