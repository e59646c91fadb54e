"""An addon's life in one company: on, off, on again, purged, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons import lifecycle
from core.addons.purging import confirmation_for
from core.addons.states import view
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import build_app
from core.web.mounting import mounts_of
from tenants.authoring.finding import Finding, Subject
from tenants.authoring.scratch import scratch_tenant
from tenants.testing.browser import AppTransport, open_browser, sign_in


def invariants(subject: Subject) -> Iterator[Finding]:
    """What the addon says is always true is true where nothing has happened yet."""
    with (
        scratch_tenant(subject) as tenant,
        subject.kernel.session(tenant) as session,
    ):
        for owned in view(session).all.invariants:
            if owned.addon == subject.name:
                result = owned.item.check(session)
                if not result.holds:
                    message = f"{owned.item.name} does not hold: {result.detail or result.figure}"
                    yield Finding("invariants", message, "services")


def enable_disable_purge(subject: Subject) -> Iterator[Finding]:
    """Off means that none of its addresses exists; purged means that no trace is left."""
    kernel, name = subject.kernel, subject.name
    with scratch_tenant(subject, without=True) as tenant:
        before = _traces(kernel, tenant)
        lifecycle.enable(kernel, tenant, name)
        yield from _addresses(subject, tenant, there=True)
        lifecycle.disable(kernel, tenant, name)
        yield from _addresses(subject, tenant, there=False)
        lifecycle.enable(kernel, tenant, name)
        lifecycle.disable(kernel, tenant, name)
        lifecycle.purge(kernel, tenant, name, confirmation=confirmation_for(name))
        for kind, names in _traces(kernel, tenant).items():
            if left := names - before[kind]:
                yield Finding("life", f"After a purge {kind} is left: {', '.join(sorted(left))}.")


def _addresses(subject: Subject, tenant: Tenant, *, there: bool) -> Iterator[Finding]:
    kernel = subject.kernel
    transport = AppTransport(build_app(kernel))
    host = f"{tenant.slug}.{kernel.config.base_domain}"
    try:
        with open_browser(transport, host) as browser:
            sign_in(kernel, tenant, browser, ["core.admin"])
            for path in _paths(subject):
                status = browser.get(path).status_code
                if there and status >= 500:
                    yield Finding("life", f"{path} answers {status}.", "routes.py")
                if not there and status != 404:
                    yield Finding("life", f"{path} answers {status} while the addon is off.")
    finally:
        transport.shut_down()


def _paths(subject: Subject) -> list[str]:
    """The addresses that can be fetched without knowing a record."""
    return sorted(
        {
            mount.path
            for mount in mounts_of(subject.kernel.catalog)
            if mount.addon == subject.name and mount.method == "GET" and "{" not in mount.path
        }
    )


def _traces(kernel: Kernel, tenant: Tenant) -> dict[str, set[str]]:
    with kernel.session(tenant) as session:
        return {kind: _names(session, statement) for kind, statement in _TRACES.items()}


def _names(session: Session, statement: str) -> set[str]:
    return {str(name) for name in session.scalars(text(statement))}


_TRACES = {
    "a schema": "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'",
    "a role": "SELECT code FROM core.role WHERE addon <> 'core'",
    "options": "SELECT addon FROM core.option",
    "a permission": "SELECT DISTINCT permission FROM core.role_permission",
    "a waiting job": "SELECT name FROM core.job WHERE state = 'queued'",
}
