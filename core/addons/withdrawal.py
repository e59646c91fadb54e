"""Takes back what the models of a refused addon left behind in this process.

Addons refer to each other's tables, and SQLAlchemy stops working for all of them as long as one
mapper is broken. An addon that is left out must leave the others whole.
"""

from __future__ import annotations

import sys

from sqlalchemy import Table

from core.db.base import Model, registries
from core.db.grants import tables_of


def withdraw(addon: str, package: str) -> None:
    """Forget the tables, mappers and modules of an addon."""
    for registry in registries():
        for mapper in [m for m in registry.mappers if _within(m.class_.__module__, package)]:
            if isinstance(mapper.local_table, Table):
                Model.metadata.remove(mapper.local_table)
            # SQLAlchemy's public way disposes of all mappers at once.
            registry._dispose_manager_and_mapper(mapper.class_manager)
            registry._managers.pop(mapper.class_manager, None)
    for table in tables_of(addon):
        Model.metadata.remove(table)
    for name in [name for name in sys.modules if _within(name, package)]:
        del sys.modules[name]


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
