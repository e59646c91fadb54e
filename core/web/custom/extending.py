"""A resource's shape with a tenant's custom fields in it: columns, filters, search and inputs.

Works on definitions alone. A shape made here belongs to whoever remembers it: nothing in this
module keeps one.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Any, Final

from core.custom.definitions import TEXTUAL, FieldDefinition
from core.declare import msg
from core.web.custom.attributes import ExtendedAttributes
from core.web.custom.kinds import filter_kind, input_kind, plain_kind
from core.web.resources.kinds import Unreadable
from core.web.resources.kinds_figures import Integer
from core.web.resources.shape import Filtered, Group, Input, Shape, Shown

OWN_SECTION: Final = msg("Additional fields")
"""The heading over fields that were put into none of the form's sections."""
_UNSORTED: Final = frozenset({"multiline", "choices"})

Visible = Sequence[tuple[FieldDefinition, bool]]


def can_extend(shape: Shape) -> bool:
    """Whether a resource's records can hold custom values at all: they are told apart by a
    number, and count their versions."""
    resource = shape.resource
    changed = resource.access.create is not None or resource.access.update is not None
    return (
        resource.customizable
        and changed
        and bool(shape.groups)
        and shape.version is not None
        and isinstance(shape.key.key, Integer)
        and shape.key.name == "id"
    )


def extended(shape: Shape, visible: Visible, served: Container[str]) -> Shape:
    """The shape with these fields, each with whether it may be changed. References to what is
    not `served` at present are left out: their addon is switched off."""
    present = [(i, e) for i, e in visible if not i.rules.reference or i.rules.reference in served]
    items = [item for item, _ in present]
    attributes = ExtendedAttributes(shape, items)
    filters = {i.key: Filtered(attributes.find(i.key), i.title, filter_kind(i)) for i in items}
    ordered = [item for item in items if item.type not in _UNSORTED]
    searched = [item for item in items if item.searchable and item.type in TEXTUAL]
    offered = [item for item in items if item.type != "multiline"]
    return replace(
        shape,
        attributes=attributes,
        offered=(*shape.offered, *(shown(attributes, item) for item in items)),
        filters=(*shape.filters, *(filters[item.key] for item in offered)),
        filterable={**shape.filterable, **filters},
        sortable={**shape.sortable, **{i.key: attributes.find(i.key) for i in ordered}},
        search=(*shape.search, *(attributes.find(item.key) for item in searched)),
        groups=_groups(shape, present),
        custom=tuple(items),
    )


def shown(attributes: ExtendedAttributes, item: FieldDefinition) -> Shown:
    """The field as a column."""
    return Shown(
        attribute=attributes.find(item.key),
        title=item.title,
        kind=plain_kind(item),
        total=False,
        currency=None,
        tones={},
        optional=not item.listed,
    )


def as_input(item: FieldDefinition, *, editable: bool) -> Input:
    """The field as an input of a form, and a property in the API."""
    kind = input_kind(item)
    return Input(
        name=item.key,
        title=item.title,
        kind=kind,
        required=item.required and editable and item.type != "boolean",
        nullable=True,
        readonly=not editable,
        secret=False,
        help=item.help,
        initial=None,
        default=initial_value(item),
    )


def initial_value(item: FieldDefinition) -> Any:
    """What a new record holds, unless something else is said; None if it holds nothing, or the
    rules have become stricter than that."""
    if item.initial is None:
        return None
    data = list(item.initial) if isinstance(item.initial, tuple) else item.initial
    try:
        return input_kind(item).accept(data)
    except Unreadable:
        return None


def _groups(shape: Shape, present: Visible) -> tuple[Group, ...]:
    """The form's sections with the fields put into them, and behind them those of their own."""
    inputs: dict[str, list[Input]] = {}
    for item, editable in present:
        inputs.setdefault(item.section, []).append(as_input(item, editable=editable))
    groups = [
        replace(group, inputs=(*group.inputs, *inputs.pop(str(group.title), ())))
        for group in shape.groups
    ]
    own = [Group(title or OWN_SECTION, "", tuple(items)) for title, items in inputs.items()]
    return (*groups, *own)
