"""Two processes, each with its own directory: a change that one of them makes is known to the
other at once, and soon after even when the notification was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest

from core.kernel import Kernel
from core.tenancy.directory import TenantDirectory
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control
from tenants.listener import DirectoryListener
from tenants.models import DatabaseServer, Domain
from tenants.provisioning import servers
from tenants.source import ControlPlaneSource
from tests.waiting import wait_until


@pytest.fixture(autouse=True)
def answers_kept_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing but the notification, or its loss, can bring a newer one about."""
    monkeypatch.setattr("core.tenancy.directory.TTL", 86_400.0)


@contextmanager
def another_process(kernel: Kernel) -> Iterator[TenantDirectory]:
    """What a second process would hold: a directory and a listener of its own."""
    plane = control(kernel)
    source = ControlPlaneSource(kernel.engine, kernel.secrets, plane, "localhost")
    directory = TenantDirectory(source)
    listener = DirectoryListener(plane.runtime, directory, kernel.engine.broker)
    listener.start()
    try:
        wait_until(lambda: directory.listening, "the listener")
        yield directory
    finally:
        listener.stop()


def suspend(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(control(kernel)) as session:
        organizations.suspend(session, organizations.find(session, tenant.slug), "unpaid")


def status(directory: TenantDirectory, tenant: Tenant) -> str:
    found = directory.find_host(f"{tenant.slug}.localhost")
    return "gone" if found is None else found.status


def test_a_change_is_told_to_every_process(kernel: Kernel, tenant: Tenant) -> None:
    with another_process(kernel) as first, another_process(kernel) as second:
        assert status(first, tenant) == status(second, tenant) == "active"
        suspend(kernel, tenant)
        for directory in (first, second):
            wait_until(lambda d=directory: status(d, tenant) == "suspended", "the change")


def test_a_new_domain_is_known_to_a_process_that_had_not_found_it(
    kernel: Kernel, tenant: Tenant
) -> None:
    with another_process(kernel) as directory:
        assert directory.find_host("books.example") is None
        with kernel.session(control(kernel)) as session:
            session.add(Domain(host="books.example", organization_id=tenant.id, verified=True))
        wait_until(lambda: directory.find_host("books.example"), "the new domain")


def test_an_unverified_domain_is_not_served(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(control(kernel)) as session:
        session.add(Domain(host="claimed.example", organization_id=tenant.id))
    assert kernel.directory.find_host("claimed.example") is None


def test_a_lost_notification_is_made_up_for(
    kernel: Kernel, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another_process(kernel) as directory:
        assert status(directory, tenant) == "active"
        monkeypatch.setattr(
            "psycopg.connect", _refuse_after_loss(psycopg.connect)
        )  # the listener stays deaf
        cut_off_listeners(kernel)
        wait_until(lambda: not directory.listening, "the listener to notice its loss")
        assert status(directory, tenant) == "active"
        suspend(kernel, tenant)
        wait_until(lambda: status(directory, tenant) == "suspended", "the change")


def test_the_listener_comes_back_after_a_loss(kernel: Kernel, tenant: Tenant) -> None:
    with another_process(kernel) as directory:
        assert status(directory, tenant) == "active"
        lost = cut_off_listeners(kernel)
        suspend(kernel, tenant)
        wait_until(lambda: status(directory, tenant) == "suspended", "the change")
        # The moment in which nobody listens may pass unseen; who listens now has connected anew.
        wait_until(lambda: len(listeners(kernel) - lost) >= len(lost), "the listeners")
        wait_until(lambda: directory.listening, "the listener")


def cut_off_listeners(kernel: Kernel) -> set[int]:
    """End the connections of all that listen; gives their process ids on the server."""
    return listeners(kernel, "pg_terminate_backend(pid)")


def listeners(kernel: Kernel, and_ask: LiteralString = "true") -> set[int]:
    """The process ids, on the server, of all that listen, each of which is asked something."""
    with kernel.session(control(kernel)) as session:
        server = session.query(DatabaseServer).one()
    with servers.connect(server, kernel.secrets) as admin:
        found = admin.execute(
            f"SELECT pid, {and_ask} FROM pg_stat_activity"
            " WHERE application_name = 'aorabooks-listener'"
        )
        return {pid for pid, _ in found}


def _refuse_after_loss(connect: Callable[..., psycopg.Connection]) -> Callable[..., object]:
    def refusing(*args: object, **values: object) -> psycopg.Connection:
        if values.get("application_name") == "aorabooks-listener":
            raise psycopg.OperationalError("out of reach")
        return connect(*args, **values)

    return refusing
