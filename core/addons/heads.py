"""An addon's migration history, read from its folder.

Reading it runs the migration files' top level, so this is for addons that may run at all.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic.script import ScriptDirectory

MIGRATIONS = "migrations"
_KEPT: Final = 64
"""Histories of addons that a process keeps once it has read them: to upgrade a fleet asks for the
same few again with each company."""


def script_directory(folder: Path) -> ScriptDirectory | None:
    """The addon's migration scripts, or None if it has no tables."""
    migrations = folder / MIGRATIONS
    return ScriptDirectory(str(migrations)) if (migrations / "versions").is_dir() else None


def kept_scripts(folder: Path) -> ScriptDirectory | None:
    """The same, read once for as long as its files stay as they are."""
    files = sorted((folder / MIGRATIONS / "versions").glob("*.py"))
    return _kept(folder, tuple((file.name, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=_KEPT)
def _kept(folder: Path, files: tuple[tuple[str, int], ...]) -> ScriptDirectory | None:
    return script_directory(folder)


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
