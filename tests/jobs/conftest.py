"""A platform of its own for the tests of the jobs, with an addon whose jobs leave notes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from core.config import Config, from_environment
from core.kernel import Kernel
from core.secrets import generate
from core.tenancy.tenant import Tenant
from tenants.composition import kernel_on
from tenants.control import Cluster
from tenants.testing.tenants import fresh_tenant


@pytest.fixture(scope="module", autouse=True)
def plain_log() -> Iterator[None]:
    """Failures are the subject here, and the drawing of each would take longer than the test."""
    before = structlog.get_config()
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def jobs_config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return replace(
        from_environment({}),
        var=tmp_path_factory.mktemp("jobs-var"),
        secret_key=generate(),
        addon_path=Path(__file__).parent / "addons",
    )


@pytest.fixture(scope="session")
def jobs_cluster(cluster: Cluster) -> Cluster:
    """The run's server, with a control plane beside that of the other tests."""
    return replace(cluster, admin=replace(cluster.admin, database="aorabooks_jobs"))


@pytest.fixture(scope="session")
def kernel(jobs_config: Config, jobs_cluster: Cluster) -> Iterator[Kernel]:
    with kernel_on(jobs_config, jobs_cluster) as kernel:
        yield kernel


@pytest.fixture
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "jobs-one", addons=("probe",)) as tenant:
        yield tenant


@pytest.fixture
def second_tenant(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "jobs-two", addons=("probe",)) as tenant:
        yield tenant


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A named pipe at which a gated job waits until a test opens it."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path
