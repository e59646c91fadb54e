"""What is always true of a tenant's addons and of their tables."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.states import TenantState, is_allowed, view
from core.db.audit import AUDIT_TRIGGER
from core.db.session import binding
from core.declare import InvariantResult

# `O` and `A`: fires for whoever the application connects as.
_AUDITED = text(
    "SELECT relnamespace::regnamespace || '.' || relname FROM pg_catalog.pg_trigger"
    " JOIN pg_catalog.pg_class AS relation ON relation.oid = tgrelid"
    " WHERE tgname = :trigger AND tgenabled IN ('O', 'A')"
)


def check_addons(session: Session) -> InvariantResult:
    """Whether every addon that is switched on and paid for does work."""
    bound = binding(session)
    state: TenantState = bound.context["state"]
    catalog: Catalog = bound.context["kernel"].catalog
    wanted = {
        name: row
        for name, row in state.rows.items()
        if row.state in {"enabled", "suspended"} and is_allowed(bound.tenant, catalog, name)
    }
    idle = [f"{name}: {row.reason}" for name, row in wanted.items() if name not in state.enabled]
    return InvariantResult(
        holds=not idle,
        figure=f"{len(wanted) - len(idle)} of {len(wanted)} work",
        detail=" ".join(idle),
    )


def check_audit(session: Session) -> InvariantResult:
    """Whether the audit trigger is on every business table and has not been switched off."""
    tables = [owned.item.__table__ for owned in view(session).all.models]  # type: ignore[attr-defined]
    untold = ("own", "none")
    wanted = {table.fullname for table in tables if table.info.get("audit") not in untold}
    found = set(session.execute(_AUDITED, {"trigger": AUDIT_TRIGGER}).scalars())
    silent = sorted(wanted - found)
    return InvariantResult(
        holds=not silent,
        figure=f"{len(wanted) - len(silent)} of {len(wanted)} tables",
        detail=f"Not audited: {', '.join(silent)}." if silent else "",
    )
