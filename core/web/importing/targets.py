"""What a column of a file can be matched to: the fields of a resource's form and lines, and what
another system calls the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.declare import msg
from core.web.resources.kinds import Boolean, Kind, Reference, Text
from core.web.resources.shape import Grid, Input, Shape

EXTERNAL_ID: Final = "external_id"
"""The name of the column that holds another system's id; no field of a form is called so."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field. `name` is dotted for one of a line: `lines.product_id`. `grid` is the lines' name;
    `item` is None for the external id alone."""

    name: str
    title: str
    item: Input | None
    grid: str = ""

    @property
    def kind(self) -> Kind:
        """How its values are read."""
        return self.item.kind if self.item is not None else Text()

    @property
    def required(self) -> bool:
        """Whether a new record needs it."""
        return self.item is not None and self.item.required

    @property
    def defaultable(self) -> bool:
        """Whether one value can stand for all rows."""
        return self.item is not None


@lru_cache(maxsize=2048)
def targets_of(shape: Shape) -> tuple[Target, ...]:
    """Every field that a file can fill, in the order of the form."""
    return tuple(_targets(shape))


def target_named(shape: Shape, name: str) -> Target | None:
    """The field of this name, if a file can fill it."""
    return next((target for target in targets_of(shape) if target.name == name), None)


def key_of(shape: Shape) -> tuple[str, ...]:
    """The fields that tell the resource's records apart."""
    importing = shape.resource.importing
    return importing.key if importing is not None else ()


def own_key(target: Target) -> str:
    """The field's name within its record or line."""
    return target.name.rpartition(".")[2]


def grid_named(shape: Shape, name: str) -> Grid:
    """The lines of this name."""
    return next(grid for grid in shape.grids if grid.name == name)


def _targets(shape: Shape) -> Iterator[Target]:
    for item in shape.inputs:
        if _fillable(item):
            yield Target(item.name, item.title, item)
    for grid in shape.grids:
        for item in grid.inputs:
            if _fillable(item):
                yield Target(f"{grid.name}.{item.name}", item.title, item, grid.name)
    yield Target(EXTERNAL_ID, msg("External id"), None)


def _fillable(item: Input) -> bool:
    # A password in a file would have been read by many before it is ours.
    return not item.readonly and not item.secret


def is_reference(target: Target) -> bool:
    """Whether its cells name another record."""
    return isinstance(target.kind, Reference)


def is_truth(target: Target) -> bool:
    """Whether its cells say yes or no."""
    return isinstance(target.kind, Boolean)
