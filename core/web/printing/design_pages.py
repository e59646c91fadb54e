"""The settings pages of printed forms: what a company prints, and how each looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.addons.states import view
from core.auth.actor import actor
from core.auth.rules import apply_rules
from core.db.session import binding
from core.declare import Print
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.i18n.locales import LOCALES
from core.printing import designs
from core.printing.design import Design, read, write
from core.printing.setting import Batch, Stationery
from core.web.printing.forms import form_named, forms_of, subject_of, title_of
from core.web.printing.gathering import gather
from core.web.printing.letterhead_pages import PRINTING
from core.web.printing.previews import preview_reply
from core.web.printing.samples import sample_document
from core.web.printing.service import known_language, logo_of
from core.web.printing.wanted import wanted
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.effective import shape_for
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shapes

_FLAGS: Final = (
    "landscape", "letterhead", "numbered", "totals", "in_words", "bank", "codes",
    "page_numbers", "copy_mark",
)  # fmt: skip
_TEXTS: Final = ("title", "paper", "density", "second_language", "intro", "terms")


@dataclass(frozen=True, slots=True)
class Part:
    """A field or column that can be left out."""

    name: str
    title: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A printed form in the list of them."""

    title: str
    of: str
    url: str


def list_forms(session: Session, request: Request) -> Reply:
    """Everything that the company prints, addon by addon."""
    groups: dict[str, list[Listed]] = {}
    addons = binding(session).context["kernel"].catalog.addons
    for shape in served_shapes(view(session)):
        for form in forms_of(shape):
            if form.kind == "document":
                title = addons[shape.addon].manifest.title
                entry = Listed(title_of(shape, form), shape.resource.title, form_url(shape, form))
                groups.setdefault(title, []).append(entry)
    return Page("core/printing/settings.html", {"groups": groups, "printing": PRINTING})


def form_url(shape: Shape, form: Print) -> str:
    """Where a printed form is designed."""
    return f"{PRINTING}/forms/{shape.addon}/{shape.name}/{form.name}"


def show_design(session: Session, request: Request) -> Reply:
    """The form of a design, as it was saved or in an earlier version."""
    shape, form = _asked(session, request)
    subject, language = subject_of(shape, form), _language(request.query.get("language", ""))
    number = request.query.get("version", "")
    if number.isdecimal() and len(number) < 19:
        settings = designs.version(session, subject, language, int(number[:9])).settings
    else:
        versions = designs.versions(session, subject, language)
        settings = versions[0].settings if versions else {}
    return _page(session, request, shape, form, settings)


def save_design(session: Session, request: Request) -> Reply:
    """Keep the design as the newest version."""
    shape, form = _asked(session, request)
    typed = _typed(request, shape)
    try:
        kept = write(read(Design, typed))
    except InvalidInput as error:
        return _page(session, request, shape, form, typed, error)
    return _keep(session, request, shape, form, kept or {"title": ""}, phrase("Saved."))


def reset_design(session: Session, request: Request) -> Reply:
    """Back to the shipped design; the versions before stay."""
    shape, form = _asked(session, request)
    said = phrase("Reset. The earlier versions are still there.")
    return _keep(session, request, shape, form, {}, said)


def preview_design(session: Session, request: Request) -> Reply:
    """The newest record that the reader may see, as it would be printed."""
    shape, form = _asked(session, request)
    try:
        design = read(Design, _typed(request, shape))
    except InvalidInput as error:
        return preview_reply(session, None, error)
    language = known_language(session, _language(request.form.get("language", "")))
    letterheads = designs.letterheads(session)
    order = wanted(session, shape, form, language, design, letterheads)
    records = _newest(session, shape)
    documents = (
        gather(session, order, records)
        if records
        else [sample_document(session, letterheads, language, order.design, title_of(shape, form))]
    )
    template = form.template if records else None
    stationery = Stationery(order.letterhead, logo_of(session, order.letterhead), template)
    return preview_reply(session, Batch(stationery, documents))


def _keep(
    session: Session,
    request: Request,
    shape: Shape,
    form: Print,
    settings: Mapping[str, Any],
    said: str,
) -> Reply:
    language = _language(request.form.get("language", ""))
    text = request.form.get("after", "")
    after = int(text) if text.isdecimal() and len(text) < 10 else 0
    designs.save(session, subject_of(shape, form), language, settings, after=after)
    back = form_url(shape, form)
    return Redirect(f"{back}?language={language}" if language else back, message=said)


def _page(
    session: Session,
    request: Request,
    shape: Shape,
    form: Print,
    settings: Mapping[str, Any],
    error: InvalidInput | None = None,
) -> Page:
    asked = request.form if request.method == "POST" else request.query
    language = _language(asked.get("language", ""))
    versions = designs.versions(session, subject_of(shape, form), language)
    held = {**asdict(Design()), **settings}
    newest = versions[0].number if versions else 0
    context = {
        "url": form_url(shape, form),
        "printing": PRINTING,
        "form": form,
        "name": title_of(shape, form),
        "resource": shape.resource,
        "held": held,
        "signatures": "\n".join(held["signatures"]),
        "parts_shown": _parts(shape, form, frozenset(held["hidden"])),
        "language": language,
        "languages": LOCALES,
        "problems": {item.field: item.message for item in error.problems} if error else {},
        "versions": versions,
        "number": request.form.get("after", "0") if error else newest,
        "looked_at": request.query.get("version", ""),
    }
    return Page("core/printing/design.html", context, status=422 if error else 200)


def _asked(session: Session, request: Request) -> tuple[Shape, Print]:
    params = request.path_params
    full_name = f"{params['addon']}.{params['resource']}"
    for shape in served_shapes(view(session)):
        if shape.full_name == full_name:
            found = shape_for(session, shape)
            return found, form_named(found, params["form"])
    raise NotFound(phrase("There is no such page."))


def _language(text: str) -> str:
    return text if text in LOCALES else ""


def _typed(request: Request, shape: Shape) -> dict[str, Any]:
    form = request.form
    blank = form.get("blank_head", "")
    shown = set(form.getlist("shown"))
    signers = form.get("signatures", "").replace("\r\n", "\n").split("\n")
    return {
        **{name: form.get(name, "").replace("\r\n", "\n").strip() for name in _TEXTS},
        **{name: name in form for name in _FLAGS},
        "blank_head": int(blank) if blank.isdecimal() and len(blank) < 10 else blank or 0,
        "hidden": [name for name in _part_names(shape) if name not in shown],
        "signatures": [signer.strip() for signer in signers if signer.strip()],
    }


def _part_names(shape: Shape) -> list[str]:
    fields = [item.name for item in shape.inputs if not item.secret]
    columns = [
        f"{grid.name}.{item.name}"
        for grid in shape.grids
        for item in grid.inputs
        if not item.secret
    ]
    return [*fields, *columns]


def _parts(shape: Shape, form: Print, hidden: frozenset[str]) -> dict[str, list[Part]]:
    """What can be left out, under the titles of the form and of its lines."""
    never = set(form.leave_out)
    groups = {
        shape.resource.singular: [
            Part(item.name, item.title, item.name not in hidden)
            for item in shape.inputs
            if not item.secret and item.name not in never
        ]
    }
    for grid in shape.grids:
        groups[grid.lines.title] = [
            Part(name, item.title, name not in hidden)
            for item in grid.inputs
            if not item.secret and (name := f"{grid.name}.{item.name}") not in never
        ]
    return {title: parts for title, parts in groups.items() if parts}


def _newest(session: Session, shape: Shape) -> list[Any]:
    """The newest record within the reader's reach, if there is one."""
    read_permission = shape.resource.access.read
    if not actor(session).may(read_permission.code):
        return []
    statement = select(shape.model).order_by(shape.key.expression.desc()).limit(1)
    statement = apply_rules(session, statement, shape.resource, read_permission)
    statement = statement.options(
        *(selectinload(grid.relationship.class_attribute) for grid in shape.grids)
    )
    return list(session.scalars(statement))
