"""What cannot be taken back: another type for a field in use, and its deletion, each after the
company has seen what it does to its records.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.custom.changing import delete_field, get_field
from core.custom.definitions import FieldDefinition
from core.custom.models import CustomField, CustomValue
from core.custom.registry import definition_of
from core.declare import msg
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.web.custom.converting import convert, preview
from core.web.custom.kinds import plain_kind
from core.web.custom.pages import FIELDS, customizable
from core.web.custom.types import TYPES, TypeChoice, convertible
from core.web.replies import File, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.references import titles_of
from core.web.resources.showing import Translate, culture_for, shower, translator
from core.web.resources.views.file_csv import harmless

_BATCH: Final = 1000


def ask_type(session: Session, request: Request) -> Reply:
    """What every value would become under another type, and which would be lost."""
    record = get_field(session, request.path_params["id"])
    item = definition_of(record)
    choices = convertible(item.type)
    chosen = request.query.get("to", "")
    context: dict[str, Any] = {
        "item": item,
        "kind": TYPES[item.type],
        "choices": choices,
        "to": "",
        "preview": None,
    }
    if chosen:
        context |= _previewed(session, item, _choice(item, chosen))
    return Page("core/custom/type.html", context)


def change_type(session: Session, request: Request) -> Reply:
    """Change the type, losing just those values that were shown."""
    record = get_field(session, request.path_params["id"], lock=True)
    item = definition_of(record)
    to = _choice(item, request.form.get("to", ""))
    losing = request.form.get("losing", "")
    if not (losing.isascii() and losing.isdecimal() and len(losing) < 10):
        raise InvalidInput.of("losing", phrase("Look at the preview first."))
    convert(session, record, to.code, losing=int(losing))
    message = phrase("“{title}” is of another type now.", title=item.title)
    return Redirect(f"{FIELDS}/{item.id}", message=message)


def ask_deletion(session: Session, request: Request) -> Reply:
    """What the deletion of a field takes along."""
    return _deletion(session, get_field(session, request.path_params["id"]))


def delete(session: Session, request: Request) -> Reply:
    """Delete the field and what records hold in it, if its name was typed and the number of
    records is the one that was shown."""
    record = get_field(session, request.path_params["id"], lock=True)
    item, values = definition_of(record), _count(session, record.id)
    if request.form.get("name", "").strip() != item.name:
        message = phrase("Type {name} to confirm.", name=item.name)
        return _deletion(session, record, message)
    if request.form.get("values", "") != str(values):
        message = phrase("The records were changed meanwhile. Look at the number again.")
        return _deletion(session, record, message)
    delete_field(session, record)
    message = phrase("“{title}” was deleted with {count} values.", title=item.title, count=values)
    return Redirect(FIELDS, message=message)


def export_values(session: Session, request: Request) -> Reply:
    """What records hold in a field, as CSV: the record's id and title, and the value."""
    item = definition_of(get_field(session, request.path_params["id"]))
    show = shower(plain_kind(item), culture_for(request), translator(session, request))
    rows = _exported(session, item, show, translator(session, request))
    return File(rows, f"{item.key}.csv", "text/csv; charset=utf-8")


def _exported(
    session: Session, item: FieldDefinition, show: Any, translate: Translate
) -> Iterator[bytes]:
    kind, column = plain_kind(item), getattr(CustomValue, item.column)
    statement = select(CustomValue.record_id, column).where(CustomValue.field_id == item.id)
    rows = session.execute(statement.order_by(CustomValue.record_id)).all()
    yield b"\xef\xbb\xbf"
    yield _line(["id", translate(msg("Record")), harmless(translate(item.title))])
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        titles = titles_of(session, item.resource, [row[0] for row in batch])
        for record_id, value in batch:
            plain = kind.write(value)
            told = show(value) if isinstance(plain, list) or item.type == "choice" else plain
            yield _line([record_id, harmless(titles.get(record_id, "")), harmless(told)])


def _line(values: list[Any]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue().encode()


def _choice(item: FieldDefinition, code: str) -> TypeChoice:
    for choice in convertible(item.type):
        if choice.code == code:
            return choice
    raise NotFound(phrase("The field cannot become of this type."))


def _previewed(session: Session, item: FieldDefinition, to: TypeChoice) -> dict[str, Any]:
    told = preview(session, item, to.code)
    titles = titles_of(session, item.resource, [f.record_id for f in told.failures])
    shapes = {shape.full_name: shape for shape in customizable(session)}
    shape = shapes.get(item.resource)
    failures = [
        (
            titles.get(failure.record_id, str(failure.record_id)),
            shape.record_url(failure.record_id) if shape else "",
            failure,
        )
        for failure in told.failures
    ]
    return {"to": to, "preview": told, "failures": failures}


def _deletion(session: Session, record: CustomField, problem: str = "") -> Page:
    context = {
        "item": definition_of(record),
        "values": _count(session, record.id),
        "problem": problem,
    }
    return Page("core/custom/delete.html", context, status=422 if problem else 200)


def _count(session: Session, field_id: int) -> int:
    counted = select(func.count()).where(CustomValue.field_id == field_id)
    return session.scalar(counted) or 0
