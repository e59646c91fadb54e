"""What a module imports, read from its text without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def imports_of(tree: ast.Module, module: str) -> Iterator[tuple[str, int]]:
    """Every name that the module, dotted and absolute, imports, with the line it stands in.

    `from a import b` gives `a.b`, whether b is a module or something in it. Relative imports are
    counted from the module, as if it were a file; for `__init__` name it as such.
    """
    here = module.split(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: -node.level]) if node.level else ""
            origin = ".".join(part for part in (base, node.module or "") if part)
            for alias in node.names:
                yield f"{origin}.{alias.name}", node.lineno
