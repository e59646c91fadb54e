"""The page on which columns are matched to fields, drawn from a file's layout and its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import msg
from core.errors import Problem
from core.importing.encodings import ENCODINGS
from core.importing.figures import DAY_ORDERS
from core.importing.layout import Layout, preview, rows_above
from core.importing.models import DataImport
from core.importing.rows import Row
from core.web.importing.missing import creatable
from core.web.importing.plan import Plan
from core.web.importing.planning import COLUMN, DEFAULT, field_titles, tells_apart
from core.web.importing.targets import EXTERNAL_ID, Target, key_of, targets_of
from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.resources.form_view import FormView, InputView, Texts, form_view
from core.web.resources.input_reading import TEXT_SUFFIX
from core.web.resources.kinds import Reference
from core.web.resources.shape import Shape
from core.web.resources.showing import Translate, culture_for, translator

PREVIEWED: Final = 5
SAMPLES: Final = 3
_SAMPLE_LENGTH: Final = 60
SEPARATOR_TITLES: Final = (
    (",", msg("Comma")),
    (";", msg("Semicolon")),
    ("\t", msg("Tab")),
    ("|", msg("Vertical bar")),
)
DAY_ORDER_TITLES: Final = {
    "dmy": msg("Day, month, year"),
    "mdy": msg("Month, day, year"),
    "ymd": msg("Year, month, day"),
}


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of the file: what stands in it, and the field it is matched to."""

    name: str
    title: str
    samples: tuple[str, ...]
    chosen: str
    problem: str


@dataclass(frozen=True, slots=True)
class Options:
    """The fields of the record, or of its lines, to choose from."""

    title: str
    choices: tuple[tuple[str, str], ...]


def columns_page(
    session: Session,
    request: Request,
    shape: Shape,
    held: DataImport,
    plan: Plan,
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
) -> Reply:
    """The page, with what is wrong beside each choice."""
    translate, layout = translator(session, request), Layout.from_json(held.layout)
    head, above = _read(session, held, layout)
    wrong = {problem.field: translate(problem.message) for problem in reversed(problems)}
    placed = {f"{COLUMN}{place}" for place in range(len(layout.titles))}
    defaults = _defaults(session, request, shape, plan, wrong)
    shown = placed | {item.name for item in defaults} | {"mode"}
    context = {
        "held": held,
        "shape": shape,
        "resource": shape.resource,
        "layout": layout,
        "plan": plan,
        "columns": _columns(layout, plan, head, wrong),
        "options": list(_options(shape, translate)),
        "defaults": defaults,
        "creatable": _creatable(session, shape, plan, translate),
        "problems": [text for name, text in wrong.items() if name not in shown],
        "mode_problem": wrong.get("mode", ""),
        "tells_apart": tells_apart(shape, plan),
        "key_titles": [translate(field_titles(shape).get(name, name)) for name in key_of(shape)],
        "above": above,
        "encodings": ENCODINGS,
        "separators": SEPARATOR_TITLES,
        "day_orders": [(order, DAY_ORDER_TITLES[order]) for order in DAY_ORDERS],
        "form": FormView((), (), (), *_separators(request)),
        "may": _rights(session, shape),
    }
    return Page("core/importing/columns.html", context, status=status)


def _separators(request: Request) -> tuple[str, str]:
    culture = culture_for(request)
    return culture.decimal, culture.group


def _rights(session: Session, shape: Shape) -> Mapping[str, bool]:
    access, who = shape.resource.access, binding(session).context["actor"]
    return {
        "create": access.create is not None and who.may(access.create.code),
        "update": access.update is not None and who.may(access.update.code),
    }


def _read(session: Session, held: DataImport, layout: Layout) -> tuple[list[Row], list[Row]]:
    bound = binding(session)
    with bound.context["kernel"].files.open(bound.tenant, held.rows_file or held.file) as file:
        return preview(file, layout, 50), rows_above(file, layout)


def _columns(
    layout: Layout, plan: Plan, head: Iterable[Row], wrong: Mapping[str, str]
) -> list[ColumnView]:
    rows = list(head)
    views = []
    for place, title in enumerate(layout.titles):
        texts = (row.cell(place).strip()[:_SAMPLE_LENGTH] for row in rows)
        samples = tuple(dict.fromkeys(text for text in texts if text))[:SAMPLES]
        name = f"{COLUMN}{place}"
        views.append(
            ColumnView(name, title, samples, plan.columns.get(place, ""), wrong.get(name, ""))
        )
    return views


def _options(shape: Shape, translate: Translate) -> Iterable[Options]:
    titles = {grid.name: grid.lines.title for grid in shape.grids}
    fields = [target for target in targets_of(shape) if target.name != EXTERNAL_ID]
    for grid, targets in groupby(fields, key=lambda target: target.grid):
        title = translate(titles.get(grid, shape.resource.singular))
        yield Options(title, tuple((target.name, translate(target.title)) for target in targets))
    outside = [target for target in targets_of(shape) if target.name == EXTERNAL_ID]
    yield Options(
        translate(msg("Another system")),
        tuple((target.name, translate(target.title)) for target in outside),
    )


def _creatable(
    session: Session, shape: Shape, plan: Plan, translate: Translate
) -> list[tuple[str, str, bool]]:
    return [
        (target.name, translate(target.title), target.name in plan.create_missing)
        for target in creatable(session, shape)
        if target.name in plan.matched
    ]


def _defaults(
    session: Session, request: Request, shape: Shape, plan: Plan, wrong: Mapping[str, str]
) -> list[InputView]:
    """The inputs of fields that no column fills, drawn as in the form of the resource."""
    culture, translate = culture_for(request), translator(session, request)
    texts = {_drawn_as(target, text): text for target, text in _held(shape, plan)}
    view = form_view(session, shape, Texts(texts, {}), translate, culture)
    drawn = {item.name: item for group in view.groups for item in group.inputs}
    for grid in view.grids:
        heads = {item.name.rpartition(".")[2]: item for item in grid.heads}
        drawn |= {f"{grid.name}.{name}": item for name, item in heads.items()}
    brought = {name.rpartition(".")[0] for name in plan.matched}
    inputs = []
    for target in targets_of(shape):
        item: Any = drawn.get(target.name)
        if (
            item is None
            or target.name in plan.matched
            or (target.grid and target.grid not in brought)
        ):
            continue
        name = f"{DEFAULT}{target.name}"
        title = f"{_grid_title(shape, target, translate)}{item.title}"
        inputs.append(replace(item, name=name, title=title, problem=wrong.get(name, "")))
    return inputs


def _grid_title(shape: Shape, target: Target, translate: Translate) -> str:
    titles = {grid.name: grid.lines.title for grid in shape.grids}
    return f"{translate(titles[target.grid])}: " if target.grid else ""


def _held(shape: Shape, plan: Plan) -> Iterable[tuple[Target, str]]:
    for target in targets_of(shape):
        if text := plan.defaults.get(target.name, ""):
            yield target, text


def _drawn_as(target: Target, text: str) -> str:
    """The name under which the form draws it; a reference shows its title."""
    grid, _, name = target.name.rpartition(".")
    drawn = f"{grid}.NEW.{name}" if grid else name
    return f"{drawn}{TEXT_SUFFIX}" if isinstance(target.kind, Reference) else drawn
