"""What addons leave in a company, and in the control plane for it, by name."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.jobs.schedules import plan
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.work_models import TenantSchedule

_STATEMENTS = {
    "a schema": "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'",
    "a table": (
        "SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace"
        " ON pg_namespace.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm')"
    ),
    "a function": (
        "SELECT nspname || '.' || proname FROM pg_proc JOIN pg_namespace"
        " ON pg_namespace.oid = pronamespace"
    ),
    "a role": "SELECT code FROM core.role",
    "an option": "SELECT addon FROM core.option",
    "a permission": "SELECT DISTINCT permission FROM core.role_permission",
    "a waiting job": "SELECT name FROM core.job WHERE state = 'queued'",
}


def traces(kernel: Kernel, tenant: Tenant) -> dict[str, set[str]]:
    """Everything of these kinds, once a worker has looked at the tenant and planned its jobs."""
    with kernel.session(tenant) as session:
        plan(session)
    with kernel.session(tenant, readonly=True) as session:
        found = {kind: _names(session, statement) for kind, statement in _STATEMENTS.items()}
    with kernel.session(control(kernel), readonly=True) as session:
        planned = select(TenantSchedule.job).where(TenantSchedule.tenant_id == tenant.id)
        found["a schedule"] = set(session.scalars(planned))
    return found


def _names(session: Session, statement: str) -> set[str]:
    return {str(name) for name in session.scalars(text(statement))}
