"""Designs of labels as people keep them: checked, one usual design of each kind, and a first design
to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from addons.catalog.models import LabelDesign
from addons.catalog.services.labels.kinds import label_kind
from core.api import (
    Element,
    InvalidInput,
    LabelFormat,
    NotFound,
    phrase,
    read_elements,
    write_elements,
)

_SHEET: Final = ("page_width", "page_height", "left", "top", "gap_x", "gap_y")
_FIELDS: Final = ("name", "width", "height", "columns", "rows", *_SHEET)
_CODES: Final = ("barcode", "code", "gs1")
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('catalog.label_design'))")


def create_design(session: Session, values: Mapping[str, Any]) -> LabelDesign:
    """A design with something on it: the first fields of its kind, and a code. Raises InvalidInput
    that names the field, NotFound for a kind that there is not."""
    kind = label_kind(session, values.get("kind") or "")
    design = LabelDesign(kind=kind.name, columns=1, rows=1, elements=[])
    for name in _SHEET:
        setattr(design, name, Decimal(0))
    _fill(design, values)
    names = [field.value for field in kind.fields]
    design.elements = write_elements(_first_elements(design, names))
    session.add(design)
    first = select(LabelDesign.id).where(LabelDesign.kind == kind.name).limit(1)
    with session.no_autoflush:
        usual = bool(values.get("is_default")) or session.scalar(first) is None
    _keep_usual(session, design, usual)
    return design


def update_design(session: Session, design: LabelDesign, values: Mapping[str, Any]) -> LabelDesign:
    """Change the paper, the name, or whether it is the usual one. Raises InvalidInput where
    something would stand beyond the label."""
    if values.get("kind", design.kind) != design.kind:
        raise InvalidInput.of("kind", phrase("A design stays for the records it was made for."))
    _fill(design, values)
    read_elements(design.elements, paper_of(design))
    if "is_default" in values:
        _keep_usual(session, design, bool(values["is_default"]))
    session.flush()
    return design


def set_elements(session: Session, design: LabelDesign, written: str) -> None:
    """Put what a designer's page sent, as JSON, on a label. Raises InvalidInput that names what
    cannot stand there."""
    design.elements = write_elements(parse_elements(session, design, written))
    session.flush()


def parse_elements(session: Session, design: LabelDesign, written: str) -> tuple[Element, ...]:
    """Elements of a design from JSON, checked against its paper and the fields of its kind."""
    try:
        given = orjson.loads(written)
    except orjson.JSONDecodeError as error:
        raise InvalidInput.of("elements", phrase("This is no design.")) from error
    known = [field.value for field in label_kind(session, design.kind).fields]
    return read_elements(given, paper_of(design), known)


def paper_of(design: LabelDesign) -> LabelFormat:
    """The paper of a design."""
    return LabelFormat(
        name=str(design.id or ""),
        title=design.name,
        width=float(design.width),
        height=float(design.height),
        columns=design.columns,
        rows=design.rows,
        page_width=float(design.page_width),
        page_height=float(design.page_height),
        left=float(design.left),
        top=float(design.top),
        gap_x=float(design.gap_x),
        gap_y=float(design.gap_y),
    )


def design_for(session: Session, kind: str, design_id: int | None = None) -> LabelDesign:
    """The design that was asked for, or the usual one of a kind. Raises NotFound where there is
    none."""
    wanted = select(LabelDesign).where(LabelDesign.kind == kind)
    if design_id is not None:
        wanted = wanted.where(LabelDesign.id == design_id)
    found = session.scalar(wanted.order_by(LabelDesign.is_default.desc(), LabelDesign.id).limit(1))
    if found is None:
        raise NotFound(
            phrase("There is no design of such labels yet."),
            fix=phrase("Make one under Label designs."),
        )
    return found


def _fill(design: LabelDesign, values: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        if name in values:
            value = values[name]
            setattr(design, name, (value or Decimal(0)) if name in _SHEET else value)
    for name, most in (("width", 300), ("height", 300)):
        value = getattr(design, name)
        if value is None or not 5 <= value <= most:
            raise InvalidInput.of(
                name, phrase("Write a number from {low} to {high}.", low=5, high=most)
            )
    for name, most in (("columns", 30), ("rows", 60)):
        if not 1 <= (getattr(design, name) or 0) <= most:
            raise InvalidInput.of(
                name, phrase("Write a number from {low} to {high}.", low=1, high=most)
            )
    for name in _SHEET:
        if not 0 <= getattr(design, name) <= 2000:
            raise InvalidInput.of(
                name, phrase("Write a number from {low} to {high}.", low=0, high=2000)
            )
    if design.columns * design.rows > 1:
        _require_room(design)


def _require_room(design: LabelDesign) -> None:
    """Raise InvalidInput for a sheet that is smaller than its labels."""
    for page, start, count, side, gap in (
        ("page_width", design.left, design.columns, design.width, design.gap_x),
        ("page_height", design.top, design.rows, design.height, design.gap_y),
    ):
        needed = start + count * side + (count - 1) * gap
        if getattr(design, page) < needed - Decimal("0.5"):
            raise InvalidInput.of(
                page,
                phrase(
                    "The labels need {needed} mm of the sheet.", needed=f"{needed.normalize():f}"
                ),
            )


def _keep_usual(session: Session, design: LabelDesign, usual: bool) -> None:
    """See to it that one design of a kind is the usual one; two who choose wait for each other."""
    session.execute(_LOCK)
    if usual:
        with session.no_autoflush:
            session.execute(
                update(LabelDesign)
                .where(LabelDesign.kind == design.kind, LabelDesign.is_default)
                .values(is_default=False)
            )
    design.is_default = usual
    session.flush()


def _first_elements(design: LabelDesign, names: list[str]) -> list[Element]:
    """The first field large above, the next small, a code below them."""
    width, height = float(design.width), float(design.height)
    margin = min(2.0, width / 10)
    room = width - 2 * margin
    lines = height / 5
    found = [
        Element("text", margin, margin, room, lines, f"{{{names[0]}}}", size=10, bold=True),
    ]
    if len(names) > 1:
        found.append(
            Element("text", margin, margin + lines, room, lines * 0.8, f"{{{names[1]}}}", size=8)
        )
    code = next((name for name in _CODES if name in names), "")
    if code:
        top = margin + lines * 2
        found.append(Element("code", margin, top, room, height - top - margin, f"{{{code}}}"))
    return [
        Element(**{**_values(one), "x": round(one.x, 2), "y": round(one.y, 2)}) for one in found
    ]


def _values(element: Element) -> dict[str, Any]:
    return {name: getattr(element, name) for name in Element.__dataclass_fields__}
