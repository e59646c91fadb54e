"""A cell edited in the list: the field's own input in place of its value, saved on its own.

It is a batch of one record, so it goes by the same services, rules and undo as a change of many.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipProperty, Session

from core.auth.actor import actor
from core.errors import AppError, Conflict, NotFound, Problem
from core.i18n import phrase
from core.web.bulk.models import Batch, BatchItem
from core.web.bulk.outcomes import summary
from core.web.bulk.running import start
from core.web.bulk.sentences import told
from core.web.bulk.tasks import Written, bulk_inputs, written
from core.web.replies import Fragment, Reply
from core.web.request import Request
from core.web.resources.form_view import Texts, form_view, record_texts
from core.web.resources.input_reading import read_fields
from core.web.resources.records import load, require_editable
from core.web.resources.reference_checks import unreachable_references
from core.web.resources.references import held_references
from core.web.resources.savepoint import attempt
from core.web.resources.shape import Input, Shape
from core.web.resources.showing import culture_for, translator

VERSION_FIELD: Final = "_version"
_IN_A_CORNER: Final = {
    "HX-Retarget": "#toasts",
    "HX-Reswap": "beforeend",
    "HX-Trigger": "cell:saved",
}


def editable_columns(shape: Shape) -> dict[str, str]:
    """The columns whose cells can be edited, each with its field; a column of a referred record
    (`customer.name`) is edited by choosing another one (`customer_id`)."""
    fields = {item.name for item in bulk_inputs(shape)}
    relationships = inspect(shape.model).relationships
    found = {}
    for column in shape.offered:
        path = column.attribute.path
        name = column.name
        if len(path) == 1 and path[0] in relationships:
            name = _foreign_key(relationships[path[0]])
        elif path and path != (name,):
            continue
        if name in fields:
            found[column.name] = name
    return found


def show_cell(shape: Shape, session: Session, request: Request) -> Reply:
    """The input for one field of one record."""
    item = _input(shape, request)
    record = load(session, shape, request.path_params["id"], shape.resource.access.update)
    require_editable(shape, record)
    held = record_texts(shape, record, culture_for(request))
    return _cell(shape, session, request, item, held, str(record.version), ())


def save_cell(shape: Shape, session: Session, request: Request) -> Reply:
    """Save one field, or show the input again with what is wrong."""
    item = _input(shape, request)
    record = load(session, shape, request.path_params["id"], shape.resource.access.update)
    version = request.form.get(VERSION_FIELD, "")
    typed = Texts(dict(request.form.items()), {}, held_references(shape, record))
    reading = read_fields(session, shape, (item,), request.form, culture_for(request))
    problems = [*reading.problems, *unreachable_references(session, shape, reading.values, record)]
    if problems:
        return _cell(shape, session, request, item, typed, version, tuple(problems))
    try:
        batch = change_one(session, shape, record, written(shape, reading.values), version)
    except AppError as error:
        problem = Problem(item.name, error.message)
        return _cell(shape, session, request, item, typed, version, (problem,))
    return Fragment(
        "core/bulk/toast.html",
        {"summary": summary(session, batch)},
        headers=_IN_A_CORNER,
    )


def change_one(
    session: Session, shape: Shape, record: Any, fields: Written, version: str = ""
) -> Batch:
    """Change fields of one record as a batch that can be undone; raises AppError, with nothing
    changed, if the record refuses or is no longer at this version."""
    return attempt(session, lambda: _change_one(session, shape, record, fields, version))


def _change_one(
    session: Session, shape: Shape, record: Any, fields: Written, version: str
) -> Batch:
    require_editable(shape, record)
    key = getattr(record, shape.key.name)
    locked = load(session, shape, key, shape.resource.access.update, lock=True)
    if version and version != str(locked.version):
        raise Conflict(
            phrase("Somebody else changed this record meanwhile."), fix="Load the list again."
        )
    who = actor(session)
    batch = Batch(
        resource=shape.full_name,
        task="edit",
        fields=fields,
        whole=True,
        total=1,
        made_by=who.name,
        made_by_id=who.user_id,
    )
    session.add(batch)
    session.flush()
    session.add(BatchItem(batch_id=batch.id, place=1, record_id=str(key)))
    session.flush()
    start(session, shape, batch)
    if batch.state == "refused":
        item = session.get_one(BatchItem, (batch.id, 1), populate_existing=True)
        raise Conflict(told(item.note))
    return batch


def _input(shape: Shape, request: Request) -> Input:
    name = request.path_params["name"]
    found = next((item for item in bulk_inputs(shape) if item.name == name), None)
    if found is None:
        raise NotFound(phrase("There is no such field."))
    return found


def _foreign_key(relationship: RelationshipProperty[Any]) -> str:
    columns = list(relationship.local_columns)
    if len(columns) != 1:
        return ""
    return str(relationship.parent.get_property_by_column(columns[0]).key)


def _cell(
    shape: Shape,
    session: Session,
    request: Request,
    item: Input,
    held: Texts,
    version: str,
    problems: tuple[Problem, ...],
) -> Reply:
    view = form_view(
        session,
        shape,
        Texts(held.texts, {}, held.held),
        translator(session, request),
        culture_for(request),
        problems,
    )
    shown = next(i for group in view.groups for i in group.inputs if i.name == item.name)
    context = {"input": shown, "version": version, "url": request.path}
    return Fragment("core/bulk/cell.html", context, status=422 if problems else 200)
