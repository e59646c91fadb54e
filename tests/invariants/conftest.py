"""One company that has lived, for all who break something in it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import Cluster
from tests.invariants.company import lived_in


@pytest.fixture(scope="session")
def company(kernel: Kernel) -> Iterator[Tenant]:
    """A company with every addon, and something of everything."""
    with lived_in(kernel) as tenant:
        yield tenant


@pytest.fixture(scope="module")
def past_guards(kernel: Kernel, cluster: Cluster, company: Tenant) -> Iterator[Session]:
    """A session on the company in which no trigger fires; nothing of it is kept."""
    owner = company.owner.user
    with psycopg.connect(**cluster.admin.conninfo()) as administrator:
        administrator.execute(f'ALTER ROLE "{owner}" SUPERUSER'.encode())
    with kernel.session(company, role="owner") as session:
        session.execute(text(f'SET LOCAL ROLE "{owner}"'))
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session
        session.rollback()
