"""The printed forms of a resource: those it declares, or the document that every resource has."""

from __future__ import annotations

from typing import Any, Final

from core.declare import Print
from core.errors import NotFound
from core.i18n import phrase
from core.web.resources.shape import Shape

PLAIN: Final = Print()
"""What is printed of a resource that declares nothing: its form's sections and its lines."""


def forms_of(shape: Shape) -> tuple[Print, ...]:
    """All printed forms of a resource."""
    declared = shape.resource.prints
    has_document = any(form.kind == "document" for form in declared)
    return declared if has_document else (PLAIN, *declared)


def offered_forms(shape: Shape, record: Any) -> list[Print]:
    """Those that the record is printed as in its present state."""
    return [form for form in forms_of(shape) if form.when(record)]


def form_named(shape: Shape, name: str) -> Print:
    """The form of this name, or the first document where no name is given; raises NotFound."""
    for form in forms_of(shape):
        if form.name == name or (not name and form.kind == "document"):
            return form
    raise NotFound(phrase("There is nothing to print called {name}.", name=name))


def subject_of(shape: Shape, form: Print) -> str:
    """The name that the designs of a form are kept under."""
    return f"{shape.full_name}/{form.name}"


def title_of(shape: Shape, form: Print) -> str:
    """What the paper is called, as it was declared."""
    return form.title or shape.resource.singular
