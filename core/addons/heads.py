"""An addon's migration history, read from its folder.

Reading it runs the migration files' top level, so this is for addons that may run at all.
"""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory

MIGRATIONS = "migrations"


def script_directory(folder: Path) -> ScriptDirectory | None:
    """The addon's migration scripts, or None if it has no tables."""
    migrations = folder / MIGRATIONS
    return ScriptDirectory(str(migrations)) if (migrations / "versions").is_dir() else None


def revisions(folder: Path) -> tuple[str, ...]:
    """The addon's linear history, oldest first; raises ValueError when it forks."""
    scripts = script_directory(folder)
    if scripts is None:
        return ()
    heads = scripts.get_heads()
    if len(heads) > 1:
        raise ValueError(f"migrations fork into {', '.join(sorted(heads))}; make them one line")
    newest_first = scripts.walk_revisions()
    return tuple(script.revision for script in newest_first)[::-1]
