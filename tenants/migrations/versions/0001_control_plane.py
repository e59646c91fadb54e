"""Database servers, organizations, domains, template databases, and word of their changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_control_plane"
down_revision = None

NOTIFY = """
CREATE FUNCTION tenants.notify_directory() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM pg_notify('aorabooks_directory', to_jsonb(OLD) ->> TG_ARGV[0]);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM pg_notify('aorabooks_directory', to_jsonb(NEW) ->> TG_ARGV[0]);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER notify_directory AFTER INSERT OR UPDATE OR DELETE ON tenants.organization
  FOR EACH ROW EXECUTE FUNCTION tenants.notify_directory('id');
CREATE TRIGGER notify_directory AFTER INSERT OR UPDATE OR DELETE ON tenants.domain
  FOR EACH ROW EXECUTE FUNCTION tenants.notify_directory('organization_id');
"""


def upgrade() -> None:
    _create_database_server()
    _create_organization()
    _create_domain()
    _create_template_database()
    op.execute(NOTIFY)


def _create_database_server() -> None:
    op.create_table(
        "database_server",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        _text("name"),
        _text("host"),
        sa.Column("port", sa.BigInteger, nullable=False),
        _text("maintenance_database"),
        _text("admin_user"),
        _text("admin_secret"),
        _text("status", default="active"),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_database_server"),
        sa.UniqueConstraint("name", name="uq_database_server_name"),
        sa.CheckConstraint("status IN ('active', 'closed')", name="ck_database_server_status"),
        schema="tenants",
    )


def _create_organization() -> None:
    unique = ("slug", "database_name", "runtime_role", "owner_role")
    op.create_table(
        "organization",
        _text("id"),
        _text("slug"),
        _text("title"),
        _text("status", default="creating"),
        _text("suspended_reason", default=""),
        sa.Column("server_id", sa.BigInteger, nullable=False),
        _text("database_name"),
        sa.Column("generation", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        _text("runtime_role"),
        _text("runtime_secret"),
        _text("owner_role"),
        _text("owner_secret"),
        sa.Column("addons", JSONB, nullable=False),
        sa.Column("allowed_addons", JSONB),
        _text("timezone", default="UTC"),
        _text("locale", default="en"),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_organization"),
        *(sa.UniqueConstraint(name, name=f"uq_organization_{name}") for name in unique),
        _reference("organization", "server_id", "tenants.database_server.id"),
        sa.CheckConstraint(
            "status IN ('creating', 'active', 'suspended', 'deleting')",
            name="ck_organization_status",
        ),
        schema="tenants",
    )


def _create_domain() -> None:
    op.create_table(
        "domain",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        _text("host"),
        _text("organization_id"),
        sa.Column("verified", sa.Boolean, server_default=sa.false(), nullable=False),
        *_stamps(),
        sa.PrimaryKeyConstraint("id", name="pk_domain"),
        sa.UniqueConstraint("host", name="uq_domain_host"),
        _reference("domain", "organization_id", "tenants.organization.id", ondelete="CASCADE"),
        schema="tenants",
    )
    op.create_index("ix_domain_organization_id", "domain", ["organization_id"], schema="tenants")


def _create_template_database() -> None:
    op.create_table(
        "template_database",
        _text("name"),
        sa.Column("server_id", sa.BigInteger, nullable=False),
        sa.Column("addons", JSONB, nullable=False),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("name", "server_id", name="pk_template_database"),
        _reference("template_database", "server_id", "tenants.database_server.id"),
        schema="tenants",
    )


def _text(name: str, *, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, server_default=default, nullable=False)


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(True), server_default=sa.func.now(), nullable=False)


def _reference(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _stamps() -> tuple[sa.Column, ...]:
    version = sa.Column("version", sa.BigInteger, server_default=sa.text("1"), nullable=False)
    return (version, _moment("created_at"), _moment("updated_at"))
