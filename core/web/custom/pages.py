"""The settings of custom fields: what there is, a new one, and changes to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth import roles
from core.custom.changing import (
    all_fields,
    archive_field,
    change_field,
    counts,
    create_field,
    get_field,
    restore_field,
)
from core.custom.definitions import FieldDefinition
from core.custom.registry import definition_of
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import LOCALES, phrase
from core.web.confirmation import require_confirmation
from core.web.custom.checking import nonconforming
from core.web.custom.extending import can_extend
from core.web.custom.settings_form import option_places, read_definition, texts_of
from core.web.custom.types import TYPES, convertible
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shapes
from core.web.resources.showing import culture_for, translator

FIELDS: Final = "/settings/fields"


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource and its fields, with how many records hold a value of each."""

    shape: Shape
    fields: tuple[tuple[FieldDefinition, int], ...]


def list_fields(session: Session, request: Request) -> Reply:
    """The fields of each resource, and what is archived."""
    held, known = counts(session), all_fields(session)
    shapes = customizable(session)
    found = [
        Listed(
            shape,
            tuple(
                (item, held.get(item.id, 0)) for item in known if item.resource == shape.full_name
            ),
        )
        for shape in shapes
    ]
    served = {shape.full_name for shape in shapes}
    context = {
        "listed": [item for item in found if item.fields],
        "asleep": [(i, held.get(i.id, 0)) for i in known if i.resource not in served],
        "shapes": shapes,
        "types": TYPES,
    }
    return Page("core/custom/fields.html", context)


def choose_type(session: Session, request: Request) -> Reply:
    """The first step to a new field: for which records, and of which type."""
    context = {
        "shapes": customizable(session),
        "types": TYPES,
        "resource": request.query.get("resource", ""),
    }
    return Page("core/custom/new_field.html", context)


def new_field(session: Session, request: Request) -> Reply:
    """The form of a new field."""
    blank = _blank(request.query)
    held = texts_of(blank, culture_for(request)) | {"listed": "on", "position": ""}
    return _form(session, request, _shape(session, blank), blank, held)


def add_field(session: Session, request: Request) -> Reply:
    """Add the field, or show the form again."""
    blank = _blank(request.form)
    shape = _shape(session, blank)
    if "more_options" in request.form:
        return _form(session, request, shape, blank, _typed(request), more=True)
    try:
        item = read_definition(request.form, blank, culture_for(request))
        _require_known(session, shape, item)
        create_field(session, shape.table_name, item)
    except InvalidInput as error:
        return _form(session, request, shape, blank, _typed(request), error)
    return Redirect(FIELDS, message=phrase("“{title}” was added.", title=item.title))


def edit_field(session: Session, request: Request) -> Reply:
    """The form of a field that there is."""
    item = definition_of(get_field(session, request.path_params["id"]))
    held = texts_of(item, culture_for(request))
    return _form(session, request, _shape(session, item), item, held)


def save_field(session: Session, request: Request) -> Reply:
    """Change the field, or show the form again. Asks first where records hold values that the
    new rules refuse."""
    record = get_field(session, request.path_params["id"], lock=True)
    before = definition_of(record)
    shape = _shape(session, before)
    if "more_options" in request.form:
        return _form(session, request, shape, before, _typed(request), more=True)
    if request.form.get("version", "") != str(record.version):
        raise Conflict(
            phrase("Somebody else changed this field while you had it open."),
            fix=phrase("Open it again and make your change in what it is now."),
        )
    try:
        item = read_definition(request.form, before, culture_for(request))
        _require_known(session, shape, item)
        _confirm(session, before, item)
        change_field(session, record, item)
    except InvalidInput as error:
        return _form(session, request, shape, before, _typed(request), error)
    return Redirect(FIELDS, message=phrase("“{title}” was saved.", title=item.title))


def archive(session: Session, request: Request) -> Reply:
    """Take a field out of use."""
    record = get_field(session, request.path_params["id"], lock=True)
    archive_field(session, record)
    title = definition_of(record).title
    message = phrase("“{title}” was archived. What records hold in it is kept.", title=title)
    return Redirect(FIELDS, message=message)


def restore(session: Session, request: Request) -> Reply:
    """Bring an archived field back."""
    record = get_field(session, request.path_params["id"], lock=True)
    restore_field(session, record)
    title = definition_of(record).title
    return Redirect(FIELDS, message=phrase("“{title}” is in use again.", title=title))


def customizable(session: Session) -> list[Shape]:
    """The resources of the tenant that can have fields of its own, by their titles."""
    shapes = (shape for shape in served_shapes(view(session)) if can_extend(shape))
    return sorted(shapes, key=lambda shape: (shape.addon, shape.resource.title))


def _blank(given: Mapping[str, str]) -> FieldDefinition:
    for kind in TYPES.values():
        if kind.code == given.get("type"):
            return FieldDefinition(0, 0, given.get("resource", ""), "", kind.code, ())
    raise InvalidInput.of("type", phrase("Choose a type."))


def _shape(session: Session, item: FieldDefinition) -> Shape:
    for shape in customizable(session):
        if shape.full_name == item.resource:
            return shape
    raise NotFound(
        phrase("There are no such records."), fix=phrase("Their addon may be switched off.")
    )


def _require_known(session: Session, shape: Shape, item: FieldDefinition) -> None:
    """Raise InvalidInput for roles and resources that there are not."""
    known = {role.code for role in roles.all_roles(session)}
    for name, codes in (("seen_by", item.seen_by), ("edited_by", item.edited_by)):
        if codes - known:
            raise InvalidInput.of(name, phrase("There is no such role."))
    reference = item.rules.reference
    if reference and reference not in {target.full_name for target in referable(session)}:
        raise InvalidInput.of("reference", phrase("Choose what it refers to."))


def referable(session: Session) -> list[Shape]:
    """The resources whose records a field can refer to: those told apart by a number."""
    shapes = (s for s in served_shapes(view(session)) if s.key.name == "id" and s.key.key.figure)
    return sorted(shapes, key=lambda shape: (shape.addon, shape.resource.title))


def _confirm(session: Session, before: FieldDefinition, item: FieldDefinition) -> None:
    if item.rules == before.rules or TYPES[item.type].chosen:
        return  # options that are in use cannot go at all
    refused = nonconforming(session, item)
    if refused:
        message = phrase(
            "{count} records hold a value that the new rules refuse. They keep it until somebody"
            " saves them, who then has to correct it.",
            count=refused,
        )
        require_confirmation(session, message, key=f"field-{item.id}-rules-{refused}")


def _typed(request: Request) -> dict[str, str]:
    texts = dict(request.form.items())
    texts["initial"] = ",".join(request.form.getlist("initial"))
    return texts


def _form(
    session: Session,
    request: Request,
    shape: Shape,
    item: FieldDefinition,
    held: Mapping[str, str],
    error: InvalidInput | None = None,
    *,
    more: bool = False,
) -> Page:
    translate = translator(session, request)
    problems = {p.field: translate(p.message) for p in error.problems} if error else {}
    if error and error.fix:
        problems = {name: f"{text} {translate(error.fix)}" for name, text in problems.items()}
    chosen: Mapping[str, Any] = {
        name: request.form.getlist(name) if request.form else sorted(getattr(item, name))
        for name in ("seen_by", "edited_by")
    }
    context = {
        "shape": shape,
        "item": item,
        "kind": TYPES[item.type],
        "held": defaultdict(str, held),
        "problems": defaultdict(str, problems),
        "locales": LOCALES,
        "places": option_places(held, blank=10 if more else 3),
        "roles": [role for role in roles.all_roles(session) if not role.unlimited],
        "chosen": chosen,
        "targets": referable(session),
        "values": counts(session).get(item.id, 0) if item.id else 0,
        "convertible": convertible(item.type),
    }
    return Page("core/custom/field.html", context, status=422 if error else 200)
