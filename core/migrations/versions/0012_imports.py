"""Imports, what each of them made, other systems' names of records, and remembered columns."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012_imports"
down_revision = "0011_printing"

_STATES = (
    "'draft', 'checking', 'checked', 'running', 'done', 'refused', 'failed', 'undoing', 'undone'"
)


def upgrade() -> None:
    """Create the tables."""
    _data_import()
    _imported_record()
    _external_id()
    _import_mapping()


def _data_import() -> None:
    op.create_table(
        "data_import",
        _id(),
        sa.Column("version", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        _now("created_at"),
        _now("updated_at"),
        _text("target"),
        sa.Column("importer", sa.Boolean, server_default=sa.text("false"), nullable=False),
        _text("state", "draft"),
        _text("file_name"),
        _text("file"),
        _text("rows_file", ""),
        sa.Column("size", sa.BigInteger, nullable=False),
        _json("layout"),
        _json("plan"),
        _json("counts"),
        _text("problem_file", ""),
        sa.Column("failure", JSONB),
        sa.Column("job_id", sa.BigInteger),
        sa.Column("user_id", sa.BigInteger),
        _text("user_name"),
        sa.Column("abilities", JSONB),
        _text("locale", "en"),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_data_import"),
        sa.CheckConstraint(f"state IN ({_STATES})", name="ck_data_import_state"),
        schema="core",
    )
    op.create_index("ix_data_import_user_id", "data_import", ["user_id"], schema="core")
    op.create_index("ix_data_import_target", "data_import", ["target", "id"], schema="core")


def _imported_record() -> None:
    op.create_table(
        "imported_record",
        _id(),
        sa.Column("import_id", sa.BigInteger, nullable=False),
        _text("resource"),
        _text("record_key"),
        sa.Column("line", sa.BigInteger, nullable=False),
        _text("action"),
        sa.Column("version", sa.BigInteger),
        sa.Column("before", JSONB),
        sa.PrimaryKeyConstraint("id", name="pk_imported_record"),
        sa.CheckConstraint("action IN ('created', 'updated')", name="ck_imported_record_action"),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["core.data_import.id"],
            ondelete="CASCADE",
            name="fk_imported_record_import_id",
        ),
        schema="core",
    )
    table = "imported_record"
    op.create_index("ix_imported_record_import_id", table, ["import_id", "id"], schema="core")
    op.create_index("ix_imported_record_record", table, ["import_id", "record_key"], schema="core")


def _external_id() -> None:
    op.create_table(
        "external_id",
        _id(),
        _text("resource"),
        _text("external_id"),
        _text("record_key"),
        sa.Column("import_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_external_id"),
        sa.UniqueConstraint("resource", "external_id", name="uq_external_id_resource_external_id"),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["core.data_import.id"],
            ondelete="SET NULL",
            name="fk_external_id_import_id",
        ),
        schema="core",
    )
    table = "external_id"
    op.create_index("ix_external_id_import_id", table, ["import_id"], schema="core")
    op.create_index("ix_external_id_record", table, ["resource", "record_key"], schema="core")


def _import_mapping() -> None:
    op.create_table(
        "import_mapping",
        _id(),
        _text("target"),
        _text("fingerprint"),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("plan", JSONB, nullable=False),
        _now("used_at"),
        sa.PrimaryKeyConstraint("id", name="pk_import_mapping"),
        sa.UniqueConstraint(
            "target",
            "fingerprint",
            "user_id",
            name="uq_import_mapping_target_fingerprint_user_id",
        ),
        schema="core",
    )


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _text(name: str, default: str | None = None) -> sa.Column:
    given: dict[str, Any] = {} if default is None else {"server_default": default}
    return sa.Column(name, sa.Text, nullable=False, **given)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB, server_default="{}", nullable=False)


def _now(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
