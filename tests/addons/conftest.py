"""A kernel that has loaded the fake addons, and fresh companies that have enabled none."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from core.addons.catalog import Catalog
from core.config import Config
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.composition import kernel_on
from tenants.control import Cluster
from tenants.testing.tenants import fresh_tenant
from tests.addons.stage import load_groups

_NUMBERS = itertools.count(1)


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged in a test, to be looked at and not to be rendered."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture(scope="session")
def fake_catalog() -> Catalog:
    """The addons that load, those that fail later included."""
    return load_groups("good", "failing")


@pytest.fixture(scope="session")
def platform(config: Config, cluster: Cluster, fake_catalog: Catalog) -> Iterator[Kernel]:
    """A running kernel with the fake addons."""
    with kernel_on(config, cluster, fake_catalog) as kernel:
        yield kernel


@pytest.fixture
def company(platform: Kernel) -> Iterator[Tenant]:
    """A tenant whose package includes everything and that has enabled nothing yet."""
    with fresh_tenant(platform, f"fake{next(_NUMBERS)}", addons=()) as tenant:
        yield replace(tenant, allowed=None)
