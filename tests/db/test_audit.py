"""The audit trail: the database writes down who changed what, from what to what.

The plants of the garden stand for any business table.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from core.addons import lifecycle
from core.auth.actor import Actor
from core.db.audit_models import AuditEntry
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.fake_addons.good.garden.models import Plant

ADA = Actor("user", "Ada", unlimited=True)


@pytest.fixture(autouse=True)
def _with_garden(platform: Kernel, company: Tenant) -> None:
    lifecycle.enable(platform, company, "garden")


def trail(kernel: Kernel, tenant: Tenant) -> list[AuditEntry]:
    """What was written about plants since the garden was enabled."""
    asked = select(AuditEntry).where(AuditEntry.table_name == "garden.plant")
    with kernel.session(tenant) as session:
        return list(session.scalars(asked.order_by(AuditEntry.id)))[1:]


def plant(kernel: Kernel, tenant: Tenant, **values: Any) -> int:
    with kernel.session(tenant, actor=ADA, request_id="r-1") as session:
        record = Plant(name="Rose", **values)
        session.add(record)
        session.flush()
        return record.id


def test_each_change_is_written_down_with_who_made_it(platform: Kernel, company: Tenant) -> None:
    plant_id = plant(platform, company)
    with platform.session(company, actor=ADA) as session:
        session.get_one(Plant, plant_id).height = Decimal(12)
    with platform.session(company) as session:
        session.delete(session.get_one(Plant, plant_id))

    made, changed, gone = trail(platform, company)
    assert (made.operation, made.record_id, made.actor) == ("insert", str(plant_id), "Ada")
    assert (made.request_id, made.db_role) == ("r-1", company.runtime.user)
    assert made.changes["name"] == [None, "Rose"]
    assert (changed.operation, changed.changes) == ("update", {"height": [None, 12]})
    assert (gone.operation, gone.actor) == ("delete", "system")
    assert gone.changes["name"] == ["Rose", None]
    assert made.xid < changed.xid < gone.xid


def test_a_change_by_plain_sql_is_written_down_too_and_seen_by_the_next_edit(
    platform: Kernel, company: Tenant
) -> None:
    plant_id = plant(platform, company)
    with psycopg.connect(**company.runtime.conninfo()) as connection:
        connection.execute("UPDATE garden.plant SET name = 'Thorn' WHERE id = %s", (plant_id,))

    entry = trail(platform, company)[-1]
    assert (entry.actor, entry.changes) == ("unattributed", {"name": ["Rose", "Thorn"]})
    with platform.session(company) as session:
        assert session.get_one(Plant, plant_id).version == 2


def test_secrets_are_noted_and_not_shown(platform: Kernel, company: Tenant) -> None:
    plant(platform, company, secret_spot="behind the shed")
    entry = trail(platform, company)[-1]
    assert entry.changes["secret_spot"] == ["***", "***"]
    assert "shed" not in str(entry.changes)


def test_a_change_of_nothing_is_not_written_down(platform: Kernel, company: Tenant) -> None:
    plant_id = plant(platform, company)
    before = len(trail(platform, company))
    with platform.session(company) as session:
        session.execute(
            text("UPDATE garden.plant SET name = name WHERE id = :id"), {"id": plant_id}
        )
    assert len(trail(platform, company)) == before


def test_what_was_rolled_back_left_no_trail(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        session.add(Plant(name="Ghost"))
        session.flush()
        session.rollback()
    assert trail(platform, company) == []


def test_logs_that_are_no_business_data_are_left_out(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        session.execute(text("INSERT INTO garden.visit (who) VALUES ('Ada')"))
        tables = set(session.scalars(select(AuditEntry.table_name)))
    assert "garden.visit" not in tables
