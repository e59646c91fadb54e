"""Users, roles, tokens, login sessions, second factors and passkeys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003_auth"
down_revision = "0002_jobs"

SCHEMA = "core"


def upgrade() -> None:
    """Create the tables."""
    _users()
    _groups()
    _roles()
    _tokens()
    _sessions()
    _recovery()
    _factors()
    _passkeys()


def _users() -> None:
    _record(
        "user_account",
        _text("email"),
        _text("name"),
        _text("password_hash", nullable=True),
        _flag("must_change_password", "false"),
        _text("locale", server_default=""),
        _flag("is_active", "true"),
    )
    op.create_index(
        "uq_user_account_email",
        "user_account",
        [sa.literal_column("lower(email)")],
        unique=True,
        schema=SCHEMA,
    )


def _groups() -> None:
    for group in ("team", "branch"):
        _record(group, _text("name"), _unique(group, "name"))
        member, key = f"{group}_member", f"{group}_id"
        _record(
            member,
            _reference("user_id", "user_account"),
            _reference(key, group),
            _unique(member, "user_id", key),
        )
        _index(member, key)


def _roles() -> None:
    _record(
        "role",
        _text("code"),
        _text("title"),
        _text("addon", server_default=""),
        sa.Column("declared", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        _flag("unlimited", "false"),
        _unique("role", "code"),
    )
    _record(
        "role_permission",
        _reference("role_id", "role"),
        _text("permission"),
        _text("scope", server_default="all"),
        sa.CheckConstraint(
            "scope IN ('all', 'branch', 'team', 'own')", name=op.f("ck_role_permission_scope")
        ),
        _unique("role_permission", "role_id", "permission"),
    )
    _record(
        "user_role",
        _reference("user_id", "user_account"),
        _reference("role_id", "role"),
        _unique("user_role", "user_id", "role_id"),
    )
    _index("user_role", "role_id")


def _tokens() -> None:
    _record(
        "api_token",
        _reference("user_id", "user_account"),
        _text("name"),
        _text("prefix"),
        _text("token_hash"),
        sa.Column("abilities", JSONB(), nullable=False),
        _moment("expires_at", nullable=True),
        _moment("revoked_at", nullable=True),
        _unique("api_token", "prefix"),
        _unique("api_token", "token_hash"),
    )
    _index("api_token", "user_id")
    op.create_table(
        "api_token_use",
        _reference("token_id", "api_token"),
        _moment("last_used_at"),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_api_token_use")),
        schema=SCHEMA,
    )


def _sessions() -> None:
    _log(
        "login_session",
        _text("token_hash"),
        _reference("user_id", "user_account"),
        _text("host"),
        _text("method"),
        _text("user_agent"),
        _text("network"),
        _moment("created_at", server_default=sa.func.now()),
        _moment("last_seen_at", server_default=sa.func.now()),
        _moment("expires_at"),
        _moment("revoked_at", nullable=True),
        _unique("login_session", "token_hash"),
    )
    _index("login_session", "user_id")
    _index("login_session", "expires_at")
    _log(
        "pending_login",
        _text("token_hash"),
        _reference("user_id", "user_account"),
        _text("host"),
        _moment("expires_at"),
        _unique("pending_login", "token_hash"),
    )
    _index("pending_login", "expires_at")
    _log(
        "known_device",
        _text("token_hash"),
        _reference("user_id", "user_account"),
        _moment("expires_at"),
        _unique("known_device", "token_hash", "user_id"),
    )
    _index("known_device", "user_id")
    _index("known_device", "expires_at")


def _recovery() -> None:
    op.create_table(
        "login_failures",
        _text("key"),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        _moment("last_failure_at"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_failures")),
        schema=SCHEMA,
    )
    _index("login_failures", "last_failure_at")
    _log(
        "password_reset",
        _text("token_hash"),
        _reference("user_id", "user_account"),
        _moment("created_at", server_default=sa.func.now()),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        _unique("password_reset", "token_hash"),
    )
    _index("password_reset", "user_id")
    _index("password_reset", "expires_at")


def _factors() -> None:
    _record(
        "totp_credential",
        _reference("user_id", "user_account"),
        _text("secret"),
        _moment("confirmed_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        _unique("totp_credential", "user_id"),
    )
    _record(
        "recovery_code",
        _reference("user_id", "user_account"),
        _text("code_hash"),
        _moment("used_at", nullable=True),
        _unique("recovery_code", "code_hash"),
    )
    _index("recovery_code", "user_id")


def _passkeys() -> None:
    _record(
        "passkey",
        _reference("user_id", "user_account"),
        _text("name"),
        _text("credential_id"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        _text("rp_id"),
        _moment("last_used_at", nullable=True),
        _unique("passkey", "credential_id"),
    )
    _index("passkey", "user_id")
    _log(
        "passkey_challenge",
        _text("challenge_hash"),
        _reference("user_id", "user_account", nullable=True),
        _text("host"),
        _moment("expires_at"),
        _unique("passkey_challenge", "challenge_hash"),
    )
    _index("passkey_challenge", "expires_at")


# --- the columns and keys that the tables share ------------------------------------------


def _record(table: str, *items: Any) -> None:
    _log(
        table,
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        _moment("created_at", server_default=sa.func.now()),
        _moment("updated_at", server_default=sa.func.now()),
        *items,
    )


def _log(table: str, *items: Any) -> None:
    identity = sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, identity, *items, key, schema=SCHEMA)


def _text(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, **options)


def _flag(name: str, default: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text(default), nullable=False)


def _moment(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **options)


def _reference(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    target = sa.ForeignKey(f"{SCHEMA}.{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.BigInteger(), target, nullable=nullable)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], schema=SCHEMA)
