"""Whether tables that a newer version of an addon changed can be brought back to an older one.

The newer version's own `downgrade` functions do it, so each migration between the two must have
one. They are read here and not run.
"""

from __future__ import annotations

import ast
from pathlib import Path

from core.errors import Conflict
from core.i18n import phrase


def refuse_one_way(newer: Path, known: frozenset[str]) -> None:
    """Raise Conflict, naming them, if migrations in the folder of the newer version, but for those
    that the older one knows, cannot be undone."""
    one_way = [
        path.stem
        for path in sorted((newer / "migrations" / "versions").glob("*.py"))
        if path.stem not in known and not _goes_back(path)
    ]
    if one_way:
        raise Conflict(
            phrase(
                "These migrations of {name} cannot be undone: {migrations}.",
                name=newer.name,
                migrations=", ".join(one_way),
            ),
            fix=phrase("Ask its publisher for a newer version, or restore a backup."),
        )


def _goes_back(path: Path) -> bool:
    """Whether it defines a `downgrade` that does more than refuse."""
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == "downgrade":
            return not any(isinstance(each, ast.Raise) for each in node.body)
    return False
