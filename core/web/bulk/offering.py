"""What a list offers to do with the records ticked in it, to this reader."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from core.auth.actor import Actor
from core.declare import msg
from core.web.bulk.inline import editable_columns
from core.web.bulk.tasks import bulk_inputs
from core.web.resources.shape import Shape


@dataclass(frozen=True, slots=True)
class BulkButton:
    """A button above the list's records: where it asks, and its sign."""

    title: str
    url: str
    icon: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class BulkTools:
    """The buttons, and as JSON which columns' cells can be edited, each with its field."""

    buttons: tuple[BulkButton, ...]
    inline: str


def bulk_tools(shape: Shape, who: Actor, *, writable: bool = True) -> BulkTools | None:
    """What this reader may do with many records; None where that is nothing. What is not
    `writable`, because its addon's licence lapsed, can be printed alone."""
    access, url = shape.resource.access, f"{shape.url}/bulk"
    buttons = []
    may_edit = (
        writable
        and access.update is not None
        and who.may(access.update.code)
        and bulk_inputs(shape)
    )
    if may_edit:
        buttons.append(BulkButton(msg("Edit"), f"{url}/edit", icon="pencil"))
    for action in shape.resource.actions:
        if writable and action.bulk and who.may(action.permission.code):
            danger = action.style == "danger"
            path = f"{url}/actions/{action.name}"
            buttons.append(BulkButton(action.title, path, icon="lightning", danger=danger))
    buttons.append(BulkButton(msg("Print"), f"{url}/print", icon="printer"))
    if writable and access.delete is not None and who.may(access.delete.code):
        buttons.append(BulkButton(msg("Delete"), f"{url}/delete", icon="trash", danger=True))
    if not buttons:
        return None
    inline = orjson.dumps(editable_columns(shape) if may_edit else {}).decode()
    return BulkTools(tuple(buttons), inline)
