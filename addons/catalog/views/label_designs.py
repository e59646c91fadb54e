"""Label designs: their list and paper, the page on which a label is designed, and printing."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import LabelDesign
from addons.catalog.permissions import SET_UP_CATALOG, VIEW_PRODUCTS
from addons.catalog.services.labels import designs
from addons.catalog.services.labels.kinds import label_kind, label_kinds
from addons.catalog.services.labels.printing import preview, read_wanted, run_of
from core.api import (
    Access,
    AppError,
    Column,
    Displays,
    Duplicate,
    Field,
    File,
    Filter,
    Json,
    NotFound,
    Operations,
    Page,
    Reader,
    Redirect,
    Reply,
    Request,
    Resource,
    Route,
    Section,
    Slot,
    msg,
    phrase,
    placed_pdf,
    placed_zpl,
    reader,
    savepoint,
)

KINDS: Final = (
    ("product", msg("Products")),
    ("shelf", msg("Price labels for the shelf")),
    ("lot", msg("Lots and serial numbers")),
    ("bin", msg("Places of the warehouse")),
    ("package", msg("Packages")),
)
"""Those of the shipped addons; which of them a company has follows from what it has enabled."""

DESIGNS: Final = Resource(
    name="label-designs",
    model=LabelDesign,
    title=msg("Label designs"),
    singular=msg("Label design"),
    help=msg("What stands where on labels of goods, shelves, bins and packages."),
    access=Access(VIEW_PRODUCTS, SET_UP_CATALOG, SET_UP_CATALOG, SET_UP_CATALOG),
    columns=(
        Column("name", msg("Name")),
        Column("kind", msg("For"), choices=KINDS),
        Column("width", msg("Width in mm")),
        Column("height", msg("Height in mm")),
        Column("is_default", msg("The usual one")),
    ),
    record_title=lambda design: design.name,
    search=("name",),
    filters=(Filter("kind", msg("For"), choices=KINDS),),
    order=("kind", "name"),
    form=(
        Section(
            msg("Label"),
            (
                Field("name", msg("Name")),
                Field("kind", msg("For"), choices=KINDS, initial=lambda session: "product"),
                Field("width", msg("Width in mm"), initial=lambda session: 50),
                Field("height", msg("Height in mm"), initial=lambda session: 30),
                Field("is_default", msg("The usual one")),
            ),
        ),
        Section(
            msg("Sheet"),
            (
                Field("columns", msg("Labels beside each other"), initial=lambda session: 1),
                Field("rows", msg("Labels below each other"), initial=lambda session: 1),
                Field("page_width", msg("Width of the sheet in mm"), required=False),
                Field("page_height", msg("Height of the sheet in mm"), required=False),
                Field("left", msg("Margin on the left in mm"), required=False),
                Field("top", msg("Margin above in mm"), required=False),
                Field("gap_x", msg("Gap beside labels in mm"), required=False),
                Field("gap_y", msg("Gap below labels in mm"), required=False),
            ),
            help=msg("On a roll each label stands by itself: one beside and one below, no sheet."),
        ),
    ),
    operations=Operations(designs.create_design, designs.update_design),
    duplicate=Duplicate(leave_out=("is_default",)),
    displays=Displays(board=False),
    customizable=False,
)


def show_designer(session: Session, request: Request) -> Page:
    """The page on which a label is designed."""
    return _designer(session, request, _design(session, request))


def save(session: Session, request: Request) -> Reply:
    """Keep what stands on the label."""
    design = _design(session, request)
    try:
        with savepoint(session):
            designs.set_elements(session, design, request.form.get("elements", ""))
    except AppError as error:
        return _designer(session, request, design, error)
    return Redirect(f"/catalog/label-designs/{design.id}", phrase("{name} was saved.",
                                                                  name=design.name))  # fmt: skip


def show_preview(session: Session, request: Request) -> Json:
    """How a label looks as it stands on the page now, of the record that was chosen."""
    design = _design(session, request)
    writes = _writes(session, request)
    record = request.form.get("record", "")
    try:
        elements = designs.parse_elements(session, design, request.form.get("elements", ""))
        picture = preview(session, design, elements, _whole(record), writes)
    except AppError as error:
        return Json({"problem": writes.say(error.message)})
    encoded = base64.b64encode(picture).decode()
    return Json({"picture": f"data:image/png;base64,{encoded}"})


def find_records(session: Session, request: Request) -> Json:
    """Records that labels can be printed of, by a text or a scanned code."""
    kind = label_kind(session, request.query.get("kind", ""))
    found = kind.find(session, request.query.get("q", ""))
    return Json([{"value": one.value, "title": one.title} for one in found])


def show_print(session: Session, request: Request) -> Page:
    """Choose records, a design and how many; the printer's file comes of it."""
    return _print_page(session, request)


def print_labels(session: Session, request: Request) -> Reply:
    """The labels as PDF, or as ZPL for a label printer."""
    form = request.form
    try:
        kind = label_kind(session, form.get("kind", ""))
        design = designs.design_for(session, kind.name, _whole(form.get("design", "")))
        wanted = read_wanted(form.get("items", ""))
        skip = min(_whole(form.get("skip", "")) or 0, design.columns * design.rows - 1)
        run = run_of(session, design, wanted, _writes(session, request), skip)
    except AppError as error:
        return _print_page(session, request, error)
    if form.get("as") == "zpl":
        return File(placed_zpl(run), f"{kind.name}.zpl", "application/octet-stream")
    return File(placed_pdf(run), f"{kind.name}.pdf", "application/pdf", inline=True)


def beside_design(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ways to the designer, and to printing."""
    return {"design": given["record"]}


def beside_product(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way from a product to its labels."""
    return {"href": f"/catalog/labels/print?kind=product&items={given['record'].id}"}


def _design(session: Session, request: Request) -> LabelDesign:
    design = session.get(LabelDesign, request.path_params["id"])
    if design is None:
        raise NotFound(phrase("There is no such design."))
    return design


def _designer(
    session: Session, request: Request, design: LabelDesign, problem: AppError | None = None
) -> Page:
    kind = label_kind(session, design.kind)
    known = {
        "elements": design.elements,
        "width": float(design.width),
        "height": float(design.height),
    }
    if problem is not None:
        known["elements"] = orjson.loads(request.form.get("elements", "[]") or "[]")
    return Page(
        "catalog/labels/designer.html",
        {
            "design": design,
            "kind": kind,
            "known": orjson.dumps(known).decode(),
            "records": kind.find(session, ""),
            "problem": problem,
        },
        status=problem.status if problem else 200,
    )


def _print_page(session: Session, request: Request, problem: AppError | None = None) -> Page:
    given = request.form if problem is not None else request.query
    kinds = label_kinds(session)
    name = given.get("kind", "") or next(iter(kinds), "")
    kind = label_kind(session, name)
    writes = _writes(session, request)
    chosen = []
    if problem is None:
        wanted = read_wanted(given.get("items", ""))
        titles = kind.values(session, [one.record_id for one in wanted], writes)
        first = kind.fields[0].value
        chosen = [
            {"id": one.record_id, "copies": one.copies, "title": titles[one.record_id][first]}
            for one in wanted
            if one.record_id in titles
        ]
    kept = session.scalars(
        select(LabelDesign)
        .where(LabelDesign.kind == kind.name)
        .order_by(LabelDesign.is_default.desc(), LabelDesign.name)
    ).all()
    return Page(
        "catalog/labels/print.html",
        {
            "kinds": kinds,
            "kind": kind,
            "designs": kept,
            "items": given.get("items", ""),
            "chosen": chosen,
            "records": kind.find(session, ""),
            "problem": problem,
        },
        status=problem.status if problem else 200,
    )


def _writes(session: Session, request: Request) -> Reader:
    return reader(session, request.locale.split("@")[0].split("_")[0], request.locale)


def _whole(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 19 else None


RESOURCES: Final = (DESIGNS,)
SLOTS: Final = (
    Slot("catalog.label-designs.side", "catalog/labels/design_side.html", beside_design,
         VIEW_PRODUCTS),
    Slot("catalog.products.side", "catalog/labels/record_side.html", beside_product,
         VIEW_PRODUCTS, order=190),
)  # fmt: skip
ROUTES: Final = (
    Route("GET", "/label-designs/{id:int}/designer", show_designer, SET_UP_CATALOG),
    Route("POST", "/label-designs/{id:int}/designer", save, SET_UP_CATALOG),
    Route("POST", "/label-designs/{id:int}/preview", show_preview, SET_UP_CATALOG, writes=False),
    Route("GET", "/labels/records", find_records, VIEW_PRODUCTS),
    Route("GET", "/labels/print", show_print, VIEW_PRODUCTS),
    Route("POST", "/labels/print", print_labels, VIEW_PRODUCTS, writes=False),
)
