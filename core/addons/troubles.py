"""Addons that are switched on and do not work, as troubles: a failed upgrade, changed files, a
licence that has lapsed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
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
