"""Addons that are switched on and do not work, as troubles: a failed upgrade, changed files, a
licence that has lapsed, and those that will not work with a later version of the platform."""

from __future__ import annotations

from packaging.version import Version
from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.deprecations import DeprecatedUse, uses_of
from core.addons.permissions import MANAGE_ADDONS
from core.addons.states import is_allowed
from core.addons.status import statuses
from core.db.session import binding
from core.declare import Remedy, Trouble, msg
from core.i18n.phrases import phrase


def idle_addons(session: Session) -> list[Trouble]:
    """Those that stand still, each with the reason that was recorded."""
    bound = binding(session)
    catalog: Catalog = bound.context["kernel"].catalog
    found = []
    for status in statuses(session):
        refused = status.standing == "refused" and "disable" in status.steps
        if status.standing != "suspended" and not refused:
            continue
        paid_for = is_allowed(bound.tenant, catalog, status.name)
        retry = Remedy(msg("Try again"), MANAGE_ADDONS, url=f"/settings/addons/{status.name}/retry")
        found.append(
            Trouble(
                key=f"addon:{status.name}",
                title=phrase("{addon} does not work", addon=phrase(status.title)),
                cause=status.reason
                if paid_for
                else phrase("Your package or licence does not include it any more."),
                url="/settings/addons",
                remedy=retry if paid_for and not refused else None,
            )
        )
    return found


def outdated_addons(session: Session) -> list[Trouble]:
    """Addons from elsewhere that use what a later version of the platform will not have: what
    there is time to ask their publisher about."""
    context = binding(session).context
    catalog: Catalog = context["kernel"].catalog
    found = []
    for name in sorted(context["state"].enabled):
        addon = catalog.addons[name]
        uses = uses_of(addon.folder, addon.digest) if addon.digest else ()
        if uses:
            found.append(_outdated(name, addon.manifest.title, uses))
    return found


def _outdated(name: str, title: str, uses: tuple[DeprecatedUse, ...]) -> Trouble:
    first = min(uses, key=lambda use: Version(use.deprecation.removed_in))
    return Trouble(
        key=f"deprecated:{name}",
        title=phrase(
            "{addon} will not work with version {version} of the platform",
            addon=phrase(title),
            version=first.deprecation.removed_in,
        ),
        cause=phrase(
            "{place} uses {name}, which is deprecated since {since}. Ask the publisher for a newer"
            " version before yours is upgraded. Such lines: {count}.",
            place=f"{name}/{first.place}",
            name=first.name,
            since=first.deprecation.since,
            count=len(uses),
        ),
        severity="warning",
        url="/settings/addons",
    )
