"""Products and their variants from one file: rows of one template, told apart by the columns of
their attributes.

Rows with the same template (or, without such a column, the same name) and values of attributes are
its variants; a row that stands alone is a product without variants. Categories, brands, attributes
and values that are missing are made. What has a code that is known stays as it is.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.models import Attribute, Product, Unit
from addons.catalog.services.categories import parts_of
from addons.catalog.services.ensuring import ensure_brands, ensure_categories
from addons.catalog.services.product_columns import columns_of, problem_of
from addons.catalog.services.products import create_products
from core.api import (
    AppError,
    Figures,
    ImportOutcome,
    ImportProblem,
    InvalidInput,
    detect_figures,
    phrase,
    read_table,
    savepoint,
)

_MOST: Final = 200_000
_BATCH: Final = 1_000
_NUMBERS: Final = ("sale_price", "weight", "volume")
_USUAL: Final = Figures(".", ",", "ymd")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row: what its cells say by the names of columns, and its values by attribute."""

    line: int
    said: Mapping[str, str]
    held: Mapping[str, str]


def import_products(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """Make the products of a CSV or XLSX file that are not there yet; with a problem anywhere
    nothing of the file is kept."""
    try:
        table = read_table(io.BytesIO(content), limit=_MOST)
    except InvalidInput as error:
        return ImportOutcome(0, 0, (ImportProblem(1, error.message),))
    if not table.rows:
        return ImportOutcome(0, 0, (ImportProblem(1, phrase("There is nothing in the file.")),))
    names = session.scalars(select(Attribute.name)).all()
    columns = columns_of(table.rows[0].cells, names)
    if (wrong := problem_of(columns)) is not None:
        return ImportOutcome(0, 0, (wrong,))
    lines = [_line(row.line, row.cells, columns) for row in table.rows[1:]]
    known = _known(session, [one.said.get("sku", "") for one in lines])
    new = [one for one in lines if one.said.get("sku", "") not in known]
    problems: list[ImportProblem] = []
    values = _values(session, new, problems)
    if not problems:
        for start in range(0, len(values), _BATCH):
            _write(session, values[start : start + _BATCH], problems)
            session.expire_all()
    return ImportOutcome(len(values) if not problems else 0, len(lines) - len(new), tuple(problems))


def _line(line: int, cells: Sequence[str], columns: Mapping[int, str]) -> _Line:
    said: dict[str, str] = {}
    held: dict[str, str] = {}
    for place, meaning in columns.items():
        text = cells[place].strip() if place < len(cells) else ""
        if text and text != "NULL":
            if meaning.startswith("="):
                held[meaning[1:]] = text
            else:
                said[meaning] = text
    return _Line(line, said, held)


def _known(session: Session, skus: Sequence[str]) -> set[str]:
    wanted = {sku for sku in skus if sku}
    return set(session.scalars(select(Product.sku).where(Product.sku.in_(wanted))))


def _values(
    session: Session, lines: Sequence[_Line], problems: list[ImportProblem]
) -> list[tuple[int, dict[str, Any]]]:
    """What is to be written of each row, with its line."""
    paths = {_path(one) for one in lines} - {()}
    categories = ensure_categories(session, paths)
    brands = ensure_brands(session, {one.said["brand"] for one in lines if "brand" in one.said})
    units = _units(session)
    figures = detect_figures(
        (one.said[name] for one in lines for name in _NUMBERS if name in one.said), _USUAL
    )
    templates = _templates(lines)
    found: list[tuple[int, dict[str, Any]]] = []
    for one in lines:
        try:
            values = _row(one, templates, figures)
            unit = one.said.get("unit")
            if unit and unit.casefold() not in units:
                raise InvalidInput(phrase("There is no unit {unit}.", unit=unit))
            values["unit_id"] = units[unit.casefold()] if unit else None
            values["category_id"] = categories.get(_path(one))
            values["brand_id"] = brands.get(one.said.get("brand", ""))
            found.append((one.line, values))
        except InvalidInput as error:
            problems.append(ImportProblem(one.line, error.message))
    return found


def _templates(lines: Sequence[_Line]) -> dict[str, tuple[str, bool]]:
    """The name of each template, by what rows call it, and whether it has variants: where several
    rows say so, or one has values and a template of its own."""
    groups: dict[str, list[_Line]] = defaultdict(list)
    for one in lines:
        groups[_group(one)].append(one)
    found: dict[str, tuple[str, bool]] = {}
    for key, several in groups.items():
        held = any(one.held for one in several)
        varied = held and (len(several) > 1 or _is_name(several[0].said.get("template", "")))
        found[key] = (_shared_name(several), varied)
    return found


def _group(one: _Line) -> str:
    return one.said.get("template") or one.said.get("name", "")


def _shared_name(several: Sequence[_Line]) -> str:
    """The template's name: as it is written, or what the names of its variants begin with."""
    template = several[0].said.get("template", "")
    names = [one.said.get("name", "") for one in several]
    if _is_name(template) or not all(names):
        return template or names[0]
    return _beginning(names) or names[0]


def _beginning(names: Sequence[str]) -> str:
    """What all names begin with, without what stands before that in which they differ."""
    if len(set(names)) == 1:
        return names[0]
    # The least and the greatest differ first where any two do.
    least, most = min(names), max(names)
    same = next(
        (place for place, pair in enumerate(zip(least, most, strict=False)) if len(set(pair)) > 1),
        len(least),
    )
    return least[:same].rstrip(" -,/(")


def _is_name(text: str) -> bool:
    return bool(text) and not text.isdecimal()


def _row(one: _Line, templates: Mapping[str, tuple[str, bool]], figures: Figures) -> dict[str, Any]:
    said = one.said
    name, varied = templates[_group(one)]
    values: dict[str, Any] = {
        field: said.get(field, "")
        for field in ("sku", "name_local", "barcode", "tax_group", "description")
    }
    values |= {field: _number(said[field], figures) for field in _NUMBERS if field in said}
    if varied and one.held:
        values["name"] = name
        values["variant"] = "; ".join(f"{a}: {value}" for a, value in one.held.items())
        if "template" in said and said.get("name", name) != name:
            values["own_name"] = said["name"]
    else:
        values["name"] = said.get("name") or name
        values["variant"] = said.get("variant", "")
    return values


def _number(text: str, figures: Figures) -> Decimal:
    plain = text.replace(figures.group, "").replace(figures.decimal, ".").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise InvalidInput(phrase("{text} is no number.", text=text)) from None
    # Spreadsheets write 0.10000000000000002 for a tenth.
    return round(number, 10).normalize() if number.is_finite() else number


def _path(one: _Line) -> tuple[str, ...]:
    return tuple(
        part for name in ("category", "subcategory") for part in parts_of(one.said.get(name, ""))
    )


def _units(session: Session) -> dict[str, int]:
    rows = session.execute(select(Unit.id, Unit.name, Unit.standard_code, Unit.code)).all()
    found: dict[str, int] = {}
    for unit_id, *texts in rows:
        for text in texts:
            found[text.casefold()] = unit_id
    found |= {code.casefold(): unit_id for unit_id, _, _, code in rows}
    return found


def _write(
    session: Session,
    several: Sequence[tuple[int, dict[str, Any]]],
    problems: list[ImportProblem],
) -> None:
    """Write them together; where one is refused, by ever fewer, until it is named."""
    try:
        with savepoint(session):
            create_products(session, [values for _, values in several])
    except AppError as error:
        if len(several) == 1:
            problems.append(ImportProblem(several[0][0], error.message))
            return
        size = -(-len(several) // 8)
        for start in range(0, len(several), size):
            _write(session, several[start : start + size], problems)
