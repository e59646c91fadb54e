"""Labels of records: what stands on them, and the file of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.i18n import direction
from core.printing.codes import qr_svg, svg_of, symbology_of
from core.printing.labels import LabelFormat, PrintedLabel, label_format, set_labels
from core.printing.maker import made_by
from core.web.printing.service import Pdf, file_name
from core.web.printing.speaking import Speaker
from core.web.printing.wanted import Wanted
from core.web.resources.kinds_of import kind_of

USUAL_FORMAT: Final = "roll-50x30"


def label_pdf(
    session: Session,
    order: Wanted,
    records: Sequence[Any],
    *,
    format_name: str = USUAL_FORMAT,
    copies: int = 1,
    skip: int = 0,
) -> Pdf:
    """The labels of these records, each so many times, on this paper."""
    name = file_name(session, order, records[0]) if len(records) == 1 else f"{order.shape.name}.pdf"
    paper = label_format(format_name)
    content = set_labels_of(session, order, records, paper, copies, skip)()
    return Pdf(made_by(content, binding(session).tenant.brand.maker), name)


def set_labels_of(
    session: Session,
    order: Wanted,
    records: Sequence[Any],
    paper: LabelFormat,
    copies: int,
    skip: int,
) -> Callable[[], bytes]:
    """What sets the labels of these records, each so many times; it needs no session."""
    made = [label for record in records for label in [label_of(session, order, record)] * copies]
    language = order.speaker.language
    return partial(
        set_labels,
        made,
        paper,
        language=language,
        direction=direction(language),
        skip=skip,
        title=order.speaker.say(order.shape.resource.title),
    )


def label_of(session: Session, order: Wanted, record: Any) -> PrintedLabel:
    """What stands on the label of one record: its title, the declared fields, its code."""
    form, speaking = order.form, order.speaker
    title = speaking.say(order.shape.resource.record_title(record))
    lines = tuple(text for name in form.fields if (text := _text(order, speaking, record, name)))
    held = form.qr(session, record) if form.qr else ""
    if held:
        return PrintedLabel(title, lines, qr_svg(held), square=True)
    code = str(getattr(record, form.barcode) or "") if form.barcode else ""
    svg = svg_of(code, symbology_of(code)) if code else ""
    return PrintedLabel(title, lines, svg, code)


def _text(order: Wanted, speaking: Speaker, record: Any, name: str) -> str:
    """One attribute as it is written: by its form field or list column, else by its type."""
    value = record
    for step in name.split("."):
        value = getattr(value, step, None)
    if value is None:
        return ""
    kinds = {item.name: item.kind for item in (*order.shape.columns, *order.shape.inputs)}
    kind = kinds.get(name) or kind_of(order.shape.attributes.find(name).expression.type)
    if kind.control == "money":
        return speaking.money(value, order.money.code(record))
    return speaking.shower(kind)(value)
