"""The newest migration of an addon, read from its folder without running any of it."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory

MIGRATIONS = "migrations"


def script_directory(folder: Path) -> ScriptDirectory | None:
    """The addon's migration history, or None if it has no tables."""
    migrations = folder / MIGRATIONS
    return ScriptDirectory(str(migrations)) if (migrations / "versions").is_dir() else None


def newest_revision(folder: Path) -> str | None:
    """The one head of the addon's linear history; raises ValueError when it forks."""
    scripts = script_directory(folder)
    if scripts is None:
        return None
    heads = scripts.get_heads()
    if len(heads) > 1:
        raise ValueError(f"migrations fork into {', '.join(sorted(heads))}; make them one line")
    return heads[0] if heads else None
