"""The command `aorabooks` in this process, on the run's server, and a storage for backups."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import structlog
from sqlalchemy import delete, select

from core.config import Config
from core.kernel import Kernel
from tenants import cli
from tenants.backups.models import Backup, BackupDestination, BackupRestore
from tenants.control import Cluster, control
from tenants.models import DatabaseServer
from tenants.provisioning import servers
from tests.tenants.bucket import Bucket, bucket

Command = Callable[..., "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def environment(config: Config, cluster: Cluster) -> dict[str, str]:
    """What leads a process to the run's server and control plane."""
    assert cluster.embedded is not None
    return {
        "AORABOOKS_DATABASE_URL": cluster.embedded.url(cluster.admin.database),
        "AORABOOKS_SECRET_KEY": config.secret_key or "",
        "AORABOOKS_VAR": str(config.var),
    }


@pytest.fixture
def aorabooks(
    kernel: Kernel,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Command]:
    """`aorabooks("tenant", "list")` runs the command and says what it answered."""
    log = structlog.get_config()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        status = cli.run(list(arguments))
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    yield run
    structlog.configure(**log)


@pytest.fixture
def storage(kernel: Kernel) -> Iterator[Bucket]:
    """A storage that speaks S3; what was kept there is forgotten afterwards."""
    with bucket() as kept:
        yield kept
    with kernel.session(control(kernel)) as session:
        for table in (BackupRestore, Backup, BackupDestination):
            session.execute(delete(table))


@pytest.fixture
def admin(kernel: Kernel) -> Iterator[psycopg.Connection]:
    """The administrator of the run's server."""
    with kernel.session(control(kernel), readonly=True) as session:
        server = session.scalars(select(DatabaseServer)).one()
    with servers.connect(server, kernel.secrets) as connection:
        yield connection
