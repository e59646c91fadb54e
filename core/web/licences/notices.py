"""What stands on every page of an addon whose licence ends: a warning for administrators, and for
everybody the reason why nothing can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.permissions import SEE_ADDONS
from core.addons.standings import Standing
from core.addons.states import TenantState, time_that_counts
from core.auth.actor import Actor
from core.db.session import binding
from core.i18n.phrases import phrase


@dataclass(frozen=True, slots=True)
class LicenceNotice:
    """What to say on a page of this addon. `ended` is whether the licence is over, in its days of
    grace; `for_admin` whether the reader can see to it."""

    title: str
    standing: Standing
    ended: bool
    for_admin: bool

    @property
    def moment(self) -> datetime | None:
        """When the next thing happens, or the last one did."""
        ahead = self.ended and not self.standing.is_read_only
        return self.standing.read_only_at if ahead else self.standing.until


def notice_of(session: Session, path: str, actor: Actor) -> LicenceNotice | None:
    """What is to be said on the page at this path; nothing where the licence is in order."""
    bound = binding(session)
    state: TenantState | None = bound.context.get("state")
    addon = path[1:].partition("/")[0]
    standing = state.standings.get(addon) if state is not None else None
    if state is None or standing is None or standing.kind not in ("warning", "read_only"):
        return None
    for_admin = actor.may(SEE_ADDONS.code)
    if not (for_admin or standing.is_read_only):
        return None
    catalog: Catalog = bound.context["kernel"].catalog
    now = time_that_counts(bound.tenant, state.rows)
    title = phrase(catalog.addons[addon].manifest.title)
    return LicenceNotice(title, standing, standing.has_ended(now), for_admin)
