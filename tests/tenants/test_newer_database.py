"""An older Aorabooks meets a database that a newer one has upgraded, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from core.addons.catalog import Catalog
from core.addons.migrations import SchemaIsNewer
from core.config import Config
from tenants.composition import kernel_on
from tenants.control import Cluster, control


def test_a_database_of_a_newer_version_is_refused_by_name(
    config: Config, cluster: Cluster, catalog: Catalog
) -> None:
    beside = replace(cluster, admin=replace(cluster.admin, database="aorabooks_newer"))
    with (
        kernel_on(config, beside, catalog) as kernel,
        kernel.engine.connect(control(kernel).owner, keep=False) as connection,
    ):
        connection.execute(text("UPDATE core.alembic_version SET version_num = '9999_later'"))
        connection.commit()

    with (
        pytest.raises(SchemaIsNewer, match="newer version, which added '9999_later'") as caught,
        kernel_on(config, beside, catalog),
    ):
        pytest.fail("an older version must not work on it")
    assert "Start that version again" in caught.value.fix
