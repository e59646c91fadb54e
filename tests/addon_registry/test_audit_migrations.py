"""Migrations that would keep people waiting are named, in Alembic's calls and in SQL alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from addon_registry.audit.auditing import audit
from tests.addon_registry.packing import small_addon

HEAD = """
import sqlalchemy as sa
from alembic import op

revision = "0002_next"
down_revision = "0001_first"
HERE = {"schema": "parcel"}


def downgrade() -> None:
    op.execute("SELECT 1")


def upgrade() -> None:
"""

REFUSED = [
    "for sql in ('SELECT 1', 'UPDATE parcel.p SET x = 1'):\n        op.execute(sql)",
    "both = 'SELECT 1; TRUNCATE parcel.p'\n    op.execute(sa.text(both))",
    "with op.batch_alter_table('p', schema='parcel') as batch:\n"
    "        batch.alter_column('x', type_=sa.Numeric)",
    "with op.batch_alter_table('entry', schema='accounting') as batch:\n"
    "        batch.add_column(sa.Column('x', sa.Text))",
    "op.add_column('p', sa.Column('x', sa.Uuid, server_default=sa.text('gen_random_uuid()')))",
    "op.add_column('p', sa.Column('x', sa.Uuid, server_default=sa.func.random()))",
    "op.add_column('p', sa.Column('x', sa.BigInteger, sa.Identity()))",
    "op.add_column('p', sa.Column('x', sa.Text, nullable=False))",
    "op.alter_column('p', 'x', type_=sa.Numeric)",
    "op.alter_column('p', 'x', type_=sa.Text, existing_type=sa.Integer)",
    "op.alter_column('p', 'x', new_column_name='y', **HERE)",
    "op.rename_table('p', 'q', schema='parcel')",
    "op.create_index('ix', 'p', ['x'], postgresql_concurrently=True)",
    "op.execute('ALTER TABLE parcel.p ADD COLUMN x uuid DEFAULT uuidv7() NOT NULL')",
    "op.execute('ALTER TABLE parcel.p ADD x bigserial')",
    "op.execute('ALTER TABLE parcel.p ADD COLUMN x int NOT NULL')",
    "op.execute('ALTER TABLE parcel.p ADD y int GENERATED ALWAYS AS (x * 2) STORED')",
    "op.execute('ALTER TABLE parcel.p ALTER x SET DATA TYPE text')",
    "op.execute('ALTER TABLE parcel.p ALTER x TYPE int, ALTER y TYPE int')",
    "op.execute('ALTER TABLE parcel.p RENAME COLUMN x TO y')",
    "op.execute('ALTER TABLE parcel.p SET UNLOGGED')",
    "op.execute('ALTER TABLE parcel.p DISABLE TRIGGER ALL')",
    "op.execute('UPDATE parcel.p SET x = 1')",
    "op.execute('DELETE FROM parcel.p')",
    "op.execute('TRUNCATE parcel.p')",
    "op.execute('LOCK TABLE parcel.p')",
    "op.execute('VACUUM FULL parcel.p')",
    "op.execute('CLUSTER parcel.p USING ix')",
    "op.execute('CREATE INDEX CONCURRENTLY ix ON parcel.p (x)')",
    "op.get_bind().execute(sa.text('UPDATE parcel.p SET x = 1'))",
    "op.execute('CREATE EXTENSION dblink')",
    "op.execute('CREATE ROLE somebody SUPERUSER')",
    "op.execute('GRANT pg_read_server_files TO PUBLIC')",
    "op.execute(\"COPY parcel.p FROM PROGRAM 'id'\")",
    "op.add_column('entry', sa.Column('x', sa.Text), schema='accounting')",
    "op.execute('ALTER TABLE accounting.journal_entry ADD COLUMN x text')",
    "op.execute('UPDATE core.user_account SET admin = true WHERE id = 1')",
    "with op.batch_alter_table('p') as batch:\n        batch.create_index('ix', ['x'])",
    "op.create_index('ix', 'p', ['x'], **HERE)",
    "op.create_unique_constraint('uq', 'p', ['x'], schema='parcel')",
    "op.create_check_constraint('ck', 'p', 'x > 0', schema='parcel')",
    "op.create_foreign_key('fk', 'p', 'q', ['x'], ['id'])",
    "op.alter_column('p', 'x', nullable=False)",
    "op.execute('CREATE UNIQUE INDEX ix ON parcel.p (x)')",
    "op.execute('ALTER TABLE parcel.p ADD CONSTRAINT ck CHECK (x > 0)')",
    "op.execute('ALTER TABLE parcel.p ALTER COLUMN x SET NOT NULL')",
]
WARNED = [
    "op.drop_column('p', 'x', schema='parcel')",
    "op.drop_table('p', schema='parcel')",
    "op.execute('ALTER TABLE parcel.p DROP COLUMN x')",
    "op.execute('UPDATE parcel.p SET x = 1 WHERE x IS NULL')",
]
FINE = [
    "op.add_column('p', sa.Column('x', sa.Text))",
    "op.add_column('p', sa.Column('x', sa.Text, nullable=False, server_default=''))",
    "op.add_column('p', sa.Column('x', sa.DateTime, server_default=sa.func.now()))",
    "op.add_column('p', sa.Column('x', sa.DateTime, server_default=sa.text('now()')))",
    "op.add_column('p', sa.Column('x', sa.Integer, sa.Computed('y * 2', persisted=False)))",
    "op.alter_column('p', 'x', type_=sa.Text(), existing_type=sa.String(50))",
    "op.alter_column('p', 'x', nullable=True)",
    "op.create_check_constraint('ck', 'p', 'x > 0', postgresql_not_valid=True)",
    "op.create_foreign_key('fk', 'p', 'q', ['x'], ['id'], postgresql_not_valid=True)",
    "op.drop_constraint('ck', 'p', schema='parcel')",
    "op.execute('ALTER TABLE parcel.p ADD COLUMN x timestamptz DEFAULT now() NOT NULL')",
    "op.execute('ALTER TABLE parcel.p ADD CONSTRAINT ck CHECK (x > 0) NOT VALID')",
    "op.execute('ALTER TABLE parcel.p VALIDATE CONSTRAINT ck')",
    "op.execute('ALTER TABLE parcel.p ADD CONSTRAINT uq UNIQUE USING INDEX ix')",
    "op.execute('ALTER TABLE parcel.p DROP CONSTRAINT ck')",
    "op.execute('-- UPDATE parcel.p SET x = 1')",
    "op.execute(\"COMMENT ON TABLE parcel.p IS 'UPDATE; DELETE FROM parcel.p'\")",
    "op.execute('CREATE FUNCTION parcel.f() RETURNS void AS $$ DELETE FROM parcel.p; $$')",
    "op.execute('REVOKE ALL ON FUNCTION parcel.f() FROM PUBLIC')",
    "op.create_table('n', sa.Column('id', sa.BigInteger), **HERE)\n"
    "    op.create_index('ix', 'n', ['id'], schema='parcel')",
    "op.execute('CREATE TABLE parcel.n (id int); CREATE INDEX ON parcel.n (id)')",
]


def _severities(tmp_path: Path, body: str, head: str = HEAD) -> list[str]:
    path = "migrations/versions/0002_next.py"
    found = audit(small_addon(tmp_path, {path: f"{head}    {body}\n"}), {}).findings
    assert {each.rule for each in found} <= {"migrations"}
    return [each.severity for each in found]


@pytest.mark.parametrize("body", REFUSED)
def test_what_cannot_run_while_people_work_is_refused(tmp_path: Path, body: str) -> None:
    assert "error" in _severities(tmp_path, body)


@pytest.mark.parametrize("body", WARNED)
def test_what_keeps_people_waiting_on_large_tables_is_a_warning(tmp_path: Path, body: str) -> None:
    assert _severities(tmp_path, body) == ["warning"]


@pytest.mark.parametrize("body", FINE)
def test_what_nobody_notices_is_fine(tmp_path: Path, body: str) -> None:
    assert _severities(tmp_path, body) == []


def test_an_author_can_say_that_a_table_stays_small(tmp_path: Path) -> None:
    body = "op.alter_column('rate', 'x', type_=sa.Numeric)  # few rows: one for each country"
    addon = small_addon(tmp_path, {"migrations/versions/0002_next.py": f"{HEAD}    {body}\n"})
    [found] = audit(addon, {}).findings
    assert found.severity == "warning"
    assert "few rows, one for each country" in found.message


def test_what_was_validated_before_can_be_set_not_null(tmp_path: Path) -> None:
    checked = f"{HEAD}    op.execute('ALTER TABLE parcel.p VALIDATE CONSTRAINT ck')\n"
    later = HEAD.replace("0002_next", "0003_set").replace("0001_first", "0002_next")
    body = "    op.alter_column('p', 'x', nullable=False)\n"
    files = {
        "migrations/versions/0002_next.py": checked,
        "migrations/versions/0003_set.py": f"{later}{body}",
    }
    assert audit(small_addon(tmp_path, files), {}).findings == ()


def test_a_table_of_somebody_else_never_counts_as_small(tmp_path: Path) -> None:
    body = "op.execute('DROP TABLE accounting.account')  # few rows: says the thief"
    assert _severities(tmp_path, body) == ["error"]


@pytest.mark.parametrize("body", ["pass", "raise RuntimeError", '"""No way back."""'])
def test_a_step_that_cannot_be_undone_is_a_warning(tmp_path: Path, body: str) -> None:
    head = HEAD.replace('op.execute("SELECT 1")', body)
    assert _severities(tmp_path, "pass", head) == ["warning"]


def test_the_first_step_needs_no_way_back(tmp_path: Path) -> None:
    head = HEAD.replace('"0001_first"', "None").replace('op.execute("SELECT 1")', "pass")
    assert _severities(tmp_path, "pass", head) == []


def test_the_line_of_a_statement_among_many_is_named(tmp_path: Path) -> None:
    body = (
        'op.execute(\n        """\n        CREATE TABLE parcel.n (id int);\n'
        '        -- some words\n        UPDATE parcel.p SET x = 1;\n        """\n    )'
    )
    addon = small_addon(tmp_path, {"migrations/versions/0002_next.py": f"{HEAD}    {body}\n"})
    [found] = audit(addon, {}).findings
    text = (addon / "migrations/versions/0002_next.py").read_text().splitlines()
    assert "UPDATE parcel.p" in text[found.place.line - 1]
