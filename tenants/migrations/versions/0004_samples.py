"""Sample companies: organizations that were made for another one, and go without a trace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_samples"
down_revision = "0003_regions"

KEEP = """
CREATE FUNCTION tenants.keep_sample_of() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'whether an organization is a sample is settled when it is made';
END $$;
CREATE TRIGGER keep_sample_of BEFORE UPDATE OF sample_of ON tenants.organization
  FOR EACH ROW WHEN (OLD.sample_of IS DISTINCT FROM NEW.sample_of)
  EXECUTE FUNCTION tenants.keep_sample_of();
"""


def upgrade() -> None:
    """Add the column, and keep it as it was written."""
    target = sa.ForeignKey("tenants.organization.id", name="fk_organization_sample_of")
    op.add_column(
        "organization", sa.Column("sample_of", sa.Text(), target, nullable=True), schema="tenants"
    )
    op.create_unique_constraint(
        "uq_organization_sample_of", "organization", ["sample_of"], schema="tenants"
    )
    op.create_check_constraint(
        "ck_organization_sample_of_another",
        "organization",
        "sample_of <> id",
        schema="tenants",
    )
    op.execute(KEEP)
