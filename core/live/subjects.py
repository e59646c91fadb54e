"""Which resources a table's rows belong to: its own, and those whose lines it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import inspect

from core.addons.catalog import CatalogView
from core.declare import Resource


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource that a table is about. `parent` is the attribute of a line that holds its
    document's key; empty in the document's own table. `traced` says whether the audit trail
    has every change of the table."""

    resource: str
    parent: str
    traced: bool


Subjects = Mapping[str, tuple[Subject, ...]]

_known: WeakKeyDictionary[CatalogView, Subjects] = WeakKeyDictionary()


def subjects_of(view: CatalogView) -> Subjects:
    """Subjects by full table name, of the enabled addons' resources."""
    found = _known.get(view)
    if found is None:
        found = _known[view] = _work_out(view)
    return found


def _work_out(view: CatalogView) -> Subjects:
    tables: defaultdict[str, list[Subject]] = defaultdict(list)
    for name, owned in view.resources.items():
        for table, parent in _tables_of(owned.item):
            traced = table.info.get("audit", "all") == "all"
            tables[table.fullname].append(Subject(name, parent, traced))
    return {table: tuple(subjects) for table, subjects in tables.items()}


def _tables_of(resource: Resource) -> Iterator[tuple[Any, str]]:
    mapper = inspect(resource.model)
    yield mapper.local_table, ""
    for lines in resource.lines:
        relationship = mapper.relationships[lines.name]
        (key,) = mapper.primary_key
        line = relationship.mapper
        for local, remote in relationship.local_remote_pairs or ():
            if local is key:
                yield line.local_table, line.get_property_by_column(remote).key
