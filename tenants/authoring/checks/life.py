"""An addon's life in one company: on, off, on again, purged, and nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from core.addons import lifecycle
from core.addons.purging import confirmation_for
from core.addons.states import view
from core.tenancy.tenant import Tenant
from core.web.app import Application
from core.web.mounting import mounts_of
from core.web.routing import Mount
from tenants.authoring.finding import Finding, Subject
from tenants.authoring.scratch import scratch_tenant
from tenants.authoring.traces import traces
from tenants.testing.browser import AppTransport, open_browser, sign_in

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


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
    with (
        scratch_tenant(subject, without=True) as tenant,
        _administrator(subject, tenant) as browser,
    ):
        before = traces(kernel, tenant)
        lifecycle.enable(kernel, tenant, name)
        yield from _answers_while_on(subject, browser)
        lifecycle.disable(kernel, tenant, name)
        yield from _answers_while_off(subject, browser)
        lifecycle.enable(kernel, tenant, name)
        traces(kernel, tenant)  # plans its schedules, as a worker would by now
        lifecycle.disable(kernel, tenant, name)
        lifecycle.purge(kernel, tenant, name, confirmation=confirmation_for(name))
        for kind, names in traces(kernel, tenant).items():
            if left := names - before[kind]:
                yield Finding("life", f"After a purge {kind} is left: {', '.join(sorted(left))}.")


@contextmanager
def _administrator(subject: Subject, tenant: Tenant) -> Iterator[httpx.Client]:
    kernel = subject.kernel
    app = Application(kernel)
    transport = AppTransport(app)
    try:
        with open_browser(transport, f"{tenant.slug}.{kernel.config.base_domain}") as browser:
            sign_in(kernel, tenant, browser, ["core.admin"])
            yield browser
    finally:
        transport.shut_down()
        app.close()


def _answers_while_on(subject: Subject, browser: httpx.Client) -> Iterator[Finding]:
    """Whatever can be read answers something, even where no record is yet."""
    for mount in _mounts(subject):
        if mount.method == "GET":
            status = browser.get(_address(mount)).status_code
            if status >= 500:
                yield Finding("life", f"{mount.path} answers {status}.", "routes.py")


def _answers_while_off(subject: Subject, browser: httpx.Client) -> Iterator[Finding]:
    for mount in _mounts(subject):
        status = browser.request(mount.method, _address(mount)).status_code
        if status != 404:
            message = f"{mount.method} {mount.path} answers {status} while the addon is off."
            yield Finding("life", message)


def _mounts(subject: Subject) -> list[Mount]:
    """Every page and call of the addon."""
    mounts = (mount for mount in mounts_of(subject.kernel.catalog) if mount.addon == subject.name)
    return sorted(mounts, key=lambda mount: (mount.path, mount.method))


def _address(mount: Mount) -> str:
    """The mount's address, for a record that may not be there."""
    return _PLACEHOLDER.sub("1", mount.path)
