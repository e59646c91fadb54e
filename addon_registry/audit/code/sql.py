"""SQL that is put together from strings: whoever writes one of the parts writes the statement.

Values belong into bound parameters, names of columns into SQLAlchemy expressions. What is put
together from strings that stand in the code themselves is fine.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from addon_registry.audit.finding import Finding, Place, error
from addon_registry.audit.module import Module
from addon_registry.audit.subject import Subject
from core.i18n.phrases import phrase

RULE: Final = "sql"
_TEXTS: Final = frozenset(
    {
        *(f"sqlalchemy{part}.text" for part in ("", ".sql", ".sql.expression")),
        *(f"sqlalchemy{part}.literal_column" for part in ("", ".sql", ".sql.expression")),
        "sqlalchemy.DDL",
        "sqlalchemy.schema.DDL",
        "psycopg.sql.SQL",
        "alembic.op.execute",
    }
)
_METHODS: Final = frozenset(
    {"execute", "executemany", "exec_driver_sql", "copy", "scalar", "scalars"}
)


def check(subject: Subject) -> Iterator[Finding]:
    """Every statement that is put together from what is not known beforehand."""
    for module in subject.modules:
        for statement in _statements(module):
            if module.strings.is_built(statement):
                yield error(
                    RULE,
                    Place(module.path, statement.lineno),
                    phrase("SQL is put together from strings here."),
                    phrase(
                        "Write the statement whole, with values as bound parameters:"
                        ' text("... = :name"), {{"name": name}}; or use select().'
                    ),
                )


def _statements(module: Module) -> Iterator[ast.expr]:
    """What is handed over to be run as SQL."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and node.args and _takes_sql(node.func, module):
            yield node.args[0]


def _takes_sql(function: ast.expr, module: Module) -> bool:
    if module.dotted(function) in _TEXTS:
        return True
    return isinstance(function, ast.Attribute) and function.attr in _METHODS
