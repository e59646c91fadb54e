"""An addon's migrations in their order, each with the changes that its upgrade makes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from addon_registry.audit.migrations import statements
from addon_registry.audit.migrations.calls import Calls, in_batch
from addon_registry.audit.migrations.change import Change
from addon_registry.audit.module import Module
from addon_registry.audit.subject import Subject

_OP: Final = "alembic.op."
_FOLDER: Final = "migrations/versions/"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its file, its changes in the order of the text, and whether it can be undone.

    The first step needs no way back: nothing is before it.
    """

    module: Module
    changes: tuple[Change, ...]
    can_be_undone: bool


def migrations_of(subject: Subject) -> tuple[Migration, ...]:
    """The steps; their order does not matter to the rules, which look at each by itself."""
    modules = (module for module in subject.modules if module.path.startswith(_FOLDER))
    return tuple(_migration(module) for module in modules)


def _migration(module: Module) -> Migration:
    functions = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    upgrade = [node for node in module.tree.body if node is not functions.get("downgrade")]
    found = [change for node in upgrade for change in _changes(node, module)]
    undone = _is_first(module.tree) or _does_something(functions.get("downgrade"))
    return Migration(module, tuple(found), undone)


def _changes(root: ast.AST, module: Module) -> Iterator[Change]:
    strings = module.strings
    calls = Calls(strings, _constants(module.tree))
    batches = dict(_batches(root, module))
    for node in ast.walk(root):
        if isinstance(node, ast.Call):
            name = module.dotted(node.func)
            if name.startswith(_OP):
                yield from calls.changes(node, name.removeprefix(_OP))
            elif isinstance(node.func, ast.Attribute):
                batch = batches.get(ast.unparse(node.func.value))
                if batch is not None:
                    yield from calls.changes(in_batch(node, batch), node.func.attr)
            for sql, line in _sql(node, module):
                yield from statements.changes(sql, line)


def _batches(root: ast.AST, module: Module) -> Iterator[tuple[str, ast.Call]]:
    """The names of `with op.batch_alter_table(...) as name`, and that call."""
    items = (item for node in ast.walk(root) if isinstance(node, ast.With) for item in node.items)
    for item in items:
        call, name = item.context_expr, item.optional_vars
        if not isinstance(call, ast.Call) or not isinstance(name, ast.Name):
            continue
        if module.dotted(call.func) == f"{_OP}batch_alter_table":
            yield name.id, call


def _sql(node: ast.Call, module: Module) -> list[tuple[str, int]]:
    """The statements that this call runs, and the line where they begin."""
    runs = isinstance(node.func, ast.Attribute) and node.func.attr in ("execute", "exec_driver_sql")
    if not runs or not node.args:
        return []
    argument = node.args[0]
    if isinstance(argument, ast.Call) and argument.args:
        argument = argument.args[0]  # text("...")
    return module.strings.texts_of(argument)


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_first(tree: ast.Module) -> bool:
    before = _constants(tree).get("down_revision")
    return isinstance(before, ast.Constant) and before.value is None


def _does_something(function: ast.FunctionDef | None) -> bool:
    """Whether there is a downgrade; one that only raises, passes or explains itself is none."""
    idle = ast.Pass | ast.Raise | ast.Expr
    return function is not None and any(
        not isinstance(node, idle)
        or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant))
        for node in function.body
    )
