"""Prints designed labels of records, each as often as asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.models import LabelDesign
from addons.catalog.services.labels.designs import paper_of
from addons.catalog.services.labels.kinds import label_kind
from core.api import (
    Element,
    Filled,
    InvalidInput,
    LabelFormat,
    LabelRun,
    Reader,
    binding,
    company_logo,
    fill,
    phrase,
    placed_pictures,
    read_elements,
)

MOST: Final = 2000
"""Labels of one file, as many as one request sets in a few seconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record, and how many labels of it."""

    record_id: int
    copies: int = 1


def read_wanted(written: str) -> tuple[Wanted, ...]:
    """What an address or a form asks for: `12,13x4` is one label of record 12 and four of 13.
    Raises InvalidInput, naming `items`."""
    found: list[Wanted] = []
    for part in filter(None, (one.strip() for one in written.replace("\n", ",").split(","))):
        record, _, copies = part.partition("x")
        if not record.isdecimal() or len(record) > 18 or not (copies or "1").isdecimal():
            raise InvalidInput.of("items", phrase("{written} is no record.", written=part[:40]))
        found.append(Wanted(int(record), min(int(copies or 1), MOST + 1)))
    if sum(one.copies for one in found) > MOST:
        raise InvalidInput.of("items", phrase("Print at most {limit} labels at once.", limit=MOST))
    return tuple(found)


def run_of(
    session: Session,
    design: LabelDesign,
    wanted: Sequence[Wanted],
    writes: Reader,
    skip: int = 0,
) -> LabelRun:
    """The labels of these records by a design; records that are gone are left out. Raises
    InvalidInput where nothing is left, or a code cannot hold what it should."""
    elements = read_elements(design.elements, paper_of(design))
    values = label_kind(session, design.kind).values(
        session, [one.record_id for one in wanted], writes
    )
    labels = [
        label
        for one in wanted
        if one.record_id in values
        for label in [fill(elements, values[one.record_id])] * one.copies
    ]
    if not labels:
        raise InvalidInput.of("items", phrase("Choose what labels are printed of."))
    return _run(session, design, labels, elements, writes, skip)


def preview(
    session: Session,
    design: LabelDesign,
    elements: Sequence[Element],
    record_id: int | None,
    writes: Reader,
) -> bytes:
    """One label as PNG: of a record, or with the names of the fields in their places."""
    kind = label_kind(session, design.kind)
    values: Mapping[str, str] = {}
    if record_id is not None:
        values = kind.values(session, [record_id], writes).get(record_id, {})
    if not values:
        values = {field.value: writes.say(field.title) for field in kind.fields}
        elements = [one for one in elements if one.kind != "code"]
    run = _run(session, design, [fill(elements, values)], elements, writes, 0)
    single = LabelRun(
        run.labels, _alone(design), run.language, run.direction, run.logo, run.logo_type
    )
    return placed_pictures(single, ppi=220)[0]


def _alone(design: LabelDesign) -> LabelFormat:
    return LabelFormat("", design.name, float(design.width), float(design.height))


def _run(
    session: Session,
    design: LabelDesign,
    labels: Sequence[Sequence[Filled]],
    elements: Sequence[Element],
    writes: Reader,
    skip: int,
) -> LabelRun:
    logo, logo_type = b"", ""
    if any(one.kind == "logo" for one in elements):
        logo, logo_type = company_logo(session)
    return LabelRun(
        labels=labels,
        paper=paper_of(design),
        language=writes.language,
        direction=writes.direction,
        logo=logo,
        logo_type=logo_type,
        skip=skip,
        title=design.name,
        maker=binding(session).tenant.brand.maker,
    )
