"""Puts an addon aside, for one company alone, that keeps failing there.

Its pages, jobs and reactions are gone as if it were switched off, its data is kept, and the page
of repairs offers to try it again. Addons that ship with the platform are counted and shown, and
stay: a company without its ledger is worse off than one whose ledger fails at times.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.addons.relations import is_platform
from core.addons.transaction import changing, current, note, record
from core.db.base import utc_now
from core.db.session import binding
from core.health.models import AddonHealth
from core.i18n.phrases import phrase
from core.tenancy.tenant import Tenant

if TYPE_CHECKING:
    from core.kernel import Kernel

LIMIT: Final = 20
"""So many unhandled errors within the window are no accident."""
WINDOW: Final = timedelta(minutes=10)

log = structlog.get_logger(__name__)


def keeps_failing(session: Session, addon: str) -> bool:
    """Whether an addon of a third party failed so often, since it was last put aside here."""
    bound = binding(session)
    catalog = bound.context["kernel"].catalog
    loaded = catalog.addons.get(addon)
    if loaded is None or not loaded.digest or bound.tenant.is_control:
        return False
    if is_platform(catalog, addon) or addon not in bound.context["state"].enabled:
        return False
    return _errors(session, addon) >= LIMIT


def quarantine(kernel: Kernel, tenant: Tenant, addon: str) -> bool:
    """Suspend it here with the reason; says whether this call did. Another process that counted
    the same waits for the lock, and then finds it done."""
    with changing(kernel, tenant, None, action="quarantine") as session:
        row = current(session).rows.get(addon)
        count = _errors(session, addon)
        if row is None or row.state != "enabled" or count < LIMIT:
            return False
        newest = _newest(session, addon)
        reason = phrase(
            "It failed {count} times within {minutes} minutes and was put aside, for this company"
            " alone. Its data is kept. The newest failure: {error}",
            count=count,
            minutes=int(WINDOW.total_seconds() / 60),
            error=newest,
        )
        record(session, addon, "suspended", reason=reason)
        # Whoever tries it again begins at nothing.
        answered = update(AddonHealth).where(AddonHealth.addon == addon)
        session.execute(answered.values(answered=AddonHealth.errors))
        note(session, addon, "quarantine", count=count, error=newest)
    log.error("addon put aside", addon=addon, tenant=tenant.slug, errors=count)
    return True


def _errors(session: Session, addon: str) -> int:
    kept = AddonHealth
    recent = select(func.coalesce(func.sum(kept.errors - kept.answered), 0)).where(
        kept.addon == addon, kept.minute > utc_now() - WINDOW
    )
    return int(session.scalar(recent) or 0)


def _newest(session: Session, addon: str) -> str:
    kept = AddonHealth
    newest = select(kept.last_error).where(kept.addon == addon, kept.last_error != "")
    return session.scalar(newest.order_by(kept.minute.desc()).limit(1)) or "–"
