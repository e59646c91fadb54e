"""Where a record stands: which attribute says so, and what its values are called."""

from __future__ import annotations

from enum import Enum
from typing import Any

from core.declare import Resource


def state_attribute(resource: Resource) -> str:
    """The attribute whose changes followers hear of: the declared state, else the first column
    that is coloured by its value. Nothing if the resource has neither."""
    if resource.state:
        return resource.state
    toned = (column.name for column in resource.columns if column.tones)
    return next((name for name in toned if "." not in name), "")


def state_code(value: Any) -> str:
    """A state as text that can be stored."""
    return str(value.value if isinstance(value, Enum) else value)


def state_title(resource: Resource, code: str) -> str:
    """What a stored state is called, as a declared title."""
    name = state_attribute(resource)
    fields = [field for section in resource.form for field in section.fields]
    for declared in (*resource.columns, *fields):
        titles = dict(declared.choices)
        if declared.name == name and code in titles:
            return titles[code]
    return code.replace("_", " ").capitalize()
