"""The first start on a machine makes a company to look around in and one to begin in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.states import view
from core.config import Config
from core.jobs.serving import work_off
from core.kernel import Kernel
from tenants import first_run
from tenants.composition import kernel_on
from tenants.control import embedded_cluster
from tenants.testing.cluster import scratch_server

MADE = (
    "accounting.journal_entry",
    "catalog.template",
    "contacts.contact",
    "inventory.move",
    "purchases.payment",
    "sales.payment",
    "vat.vat_return",
)
_FIRST_RUN = text("SELECT name, state FROM core.job WHERE name = 'core.fill_sample'")


@pytest.fixture
def machine(config: Config, catalog: Catalog, tmp_path: Path) -> Iterator[Kernel]:
    """A kernel on a PostgreSQL server that holds nothing yet."""
    with (
        scratch_server() as server,
        kernel_on(replace(config, var=tmp_path), embedded_cluster(server), catalog) as kernel,
    ):
        yield kernel


def test_the_demo_company_has_had_a_year_and_the_second_begins_empty(machine: Kernel) -> None:
    assert first_run.is_first_run(machine)
    demo, second, control = [one.tenant for one in first_run.set_up(machine, lambda _: None)]
    assert not first_run.is_first_run(machine)
    work_off(machine, demo)
    with machine.session(demo) as session:
        assert session.execute(_FIRST_RUN).all() == [("core.fill_sample", "done")]
        assert {table: _any(session, table) for table in MADE} == dict.fromkeys(MADE, True)
        troubles = [
            f"{owned.item.name}: {result.detail}"
            for owned in view(session).all.invariants
            if not (result := owned.item.check(session)).holds
        ]
    assert troubles == []
    with machine.session(second) as session:
        assert {table: _any(session, table) for table in MADE} == dict.fromkeys(MADE, False)
        assert session.execute(_FIRST_RUN).all() == []
    assert control.is_control


def _any(session: Session, table: str) -> bool:
    return session.scalar(text(f"SELECT EXISTS (SELECT FROM {table})"))
