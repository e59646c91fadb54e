"""Fixtures for tests of the platform and of addons; pytest loads it by its entry point.

Nothing is imported, and no PostgreSQL is started, before a test asks for it. The server, the
kernel and the template database are made once per run; each tenant is a fresh copy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from core.addons.catalog import Catalog
    from core.config import Config
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant
    from tenants.control import Cluster

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for this run, in memory where there is enough."""
    from tenants.control import embedded_cluster
    from tenants.testing.cluster import scratch_server

    with scratch_server() as server:
        yield embedded_cluster(server)


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """What the environment would say; override it in a conftest to test under other settings."""
    from dataclasses import replace

    from core.config import from_environment
    from core.secrets import generate

    var: Path = tmp_path_factory.mktemp("var")
    return replace(from_environment(), var=var, secret_key=generate(), base_domain="localhost")


@pytest.fixture(scope="session")
def catalog(config: Config) -> Catalog:
    """All addons that are found."""
    from tenants.composition import load_catalog

    return load_catalog(config)


@pytest.fixture(scope="session")
def kernel(config: Config, cluster: Cluster, catalog: Catalog) -> Iterator[Kernel]:
    """A kernel with its control plane."""
    from tenants.composition import kernel_on

    with kernel_on(config, cluster, catalog) as kernel:
        yield kernel


@pytest.fixture
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A fresh tenant with every addon enabled."""
    yield from _fresh_tenant(kernel)


@pytest.fixture
def second_tenant(kernel: Kernel) -> Iterator[Tenant]:
    """Another one, which must never see the first."""
    yield from _fresh_tenant(kernel)


@pytest.fixture
def session(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session of the tenant, as the system. Commit it where other doors shall see its work."""
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


def _fresh_tenant(kernel: Kernel) -> Iterator[Tenant]:
    from tenants.testing.tenants import fresh_tenant

    with fresh_tenant(kernel, f"t{next(_NUMBERS)}") as tenant:
        yield tenant
