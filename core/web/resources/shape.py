"""A declared resource joined with its model: everything that is known before any request.

Handlers work on a `Shape` and never look at a mapper. Making one checks the declaration, and
names every mistake in it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import RelationshipProperty

from core.custom.definitions import FieldDefinition
from core.declare import Lines, Resource, Suggestion, Tone
from core.web.resources.attributes import Attribute, Attributes
from core.web.resources.kinds import Kind


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A column of the list. `currency` holds the code that its figures are in. `optional` ones
    are not shown at first; those with a `permission` are for whoever holds it."""

    attribute: Attribute
    title: str
    kind: Kind
    total: bool
    currency: Attribute | None
    tones: Mapping[str, Tone]
    optional: bool = False
    permission: str = ""

    @property
    def name(self) -> str:
        return self.attribute.name


@dataclass(frozen=True, slots=True)
class Filtered:
    """A value that the list can be filtered by."""

    attribute: Attribute
    title: str
    kind: Kind

    @property
    def name(self) -> str:
        return self.attribute.name


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form or of a line. `optional` may be left out when one is created."""

    name: str
    title: str
    kind: Kind
    required: bool
    nullable: bool
    readonly: bool
    secret: bool
    help: str
    initial: Callable[..., Any] | None
    default: Any
    suggest: Callable[..., Sequence[Suggestion]] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the form."""

    title: str
    help: str
    inputs: tuple[Input, ...]
    below_lines: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The lines of a document: their model, and the column that points to the document."""

    lines: Lines
    model: type[Any]
    relationship: RelationshipProperty[Any]
    key: Attribute
    parent: Any
    inputs: tuple[Input, ...]

    @property
    def name(self) -> str:
        return self.lines.name

    @property
    def readonly(self) -> bool:
        """Whether nothing in it is typed: the record shows it, the form leaves it alone."""
        return all(item.readonly for item in self.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A resource, ready to be listed, edited and served. `key` is its primary key. There is one
    of each in a process, so that what is worked out for it can be remembered by it.

    A tenant's own fields are in a shape of its own (core.web.resources.effective), which names
    them in `custom`. `columns` are those declared; `offered` has behind them what the form and
    the record hold besides. What of it an actor sees core.web.resources.list_fields tells."""

    addon: str
    resource: Resource
    attributes: Attributes
    key: Attribute
    version: Attribute | None
    columns: tuple[Shown, ...]
    offered: tuple[Shown, ...]
    filters: tuple[Filtered, ...]
    filterable: Mapping[str, Filtered]
    sortable: Mapping[str, Attribute]
    search: tuple[Attribute, ...]
    order: tuple[tuple[Attribute, bool], ...]
    groups: tuple[Group, ...]
    grids: tuple[Grid, ...]
    custom: tuple[FieldDefinition, ...] = ()

    @property
    def name(self) -> str:
        return self.resource.name

    @property
    def full_name(self) -> str:
        """As fields refer to it: `accounting.accounts`."""
        return f"{self.addon}.{self.resource.name}"

    @property
    def model(self) -> type[Any]:
        return self.resource.model

    @property
    def table_name(self) -> str:
        """As the audit trail calls its records."""
        return self.model.__table__.fullname

    @property
    def url(self) -> str:
        """Where its list is."""
        return f"/{self.addon}/{self.resource.name}"

    @property
    def api_url(self) -> str:
        """Where its JSON is."""
        return f"/api/v1/{self.addon}/{self.resource.name}"

    @property
    def inputs(self) -> tuple[Input, ...]:
        """All fields of the form, section after section."""
        return tuple(item for group in self.groups for item in group.inputs)

    def record_url(self, key: Any) -> str:
        """The page of one record."""
        return f"{self.url}/{key}"
