"""Results: their columns are described to whoever looks, by name, type and place."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from core.kernel import Kernel
from core.tenancy.tenant import Tenant

INT4, TEXT = 23, 25


def test_columns_are_known_by_name_type_and_place(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        cursor: Any = session.connection().connection.cursor()
        cursor.execute("SELECT 1 AS \"größe\", 'x'::text AS name")

        fields = cursor.description

        assert [(field.name, field.type_code) for field in fields] == [
            ("größe", INT4),
            ("name", TEXT),
        ]
        assert fields[-1] == fields[1:][0] == fields[1]
        with pytest.raises(IndexError):
            fields[2]


def test_what_gives_no_rows_has_no_columns(platform: Kernel, company: Tenant) -> None:
    with platform.session(company) as session:
        cursor: Any = session.connection().connection.cursor()

        assert cursor.description is None
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        assert cursor.description is None


def test_a_statement_names_what_it_gives_however_often_it_is_asked(
    platform: Kernel, company: Tenant
) -> None:
    asked = text("SELECT 1 AS one, 'two' AS two")
    with platform.session(company) as session:
        rows = [session.execute(asked).mappings().one() for _ in range(2)]

    assert [dict(row) for row in rows] == [{"one": 1, "two": "two"}] * 2
