"""The page of one record: what it holds, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.culture import Culture
from core.web.resources.form_view import record_texts
from core.web.resources.kinds import Kind, Reference
from core.web.resources.records import load, may_delete, may_edit, offered
from core.web.resources.references import chosen_titles, readable
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.showing import Translate, culture_for, shower, translator


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that is read: `link` leads to the record it refers to."""

    title: str
    text: str
    css: str
    link: str


@dataclass(frozen=True, slots=True)
class GridFacts:
    """Lines that are read; `totals` has a text for each column."""

    title: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Fact, ...], ...]
    totals: tuple[str, ...]


def record_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The record, read."""
    record = load(session, shape, request.path_params["id"])
    facts = _Facts(session, request, shape, record)
    return Page(
        "core/resources/record.html",
        {
            **record_head(shape, session, request, record),
            "groups": [
                (group.title, [facts.fact(record, item, item.name) for item in group.inputs])
                for group in shape.groups
            ]
            or [("", facts.columns())],
            "grids": [facts.grid(grid) for grid in shape.grids],
        },
    )


def record_head(shape: Shape, session: Session, request: Request, record: Any) -> Mapping[str, Any]:
    """What all pages of one record show: its title and state, and what can be done with it."""
    key = getattr(record, shape.key.name)
    return {
        "shape": shape,
        "resource": shape.resource,
        "record": record,
        "title": shape.resource.record_title(record),
        "state": _state(shape, session, request, record),
        "url": shape.record_url(key),
        "place": f"{shape.addon}.{shape.name}.side",
        "actions": offered(session, shape, record),
        "may_edit": may_edit(session, shape, record),
        "may_delete": may_delete(session, shape, record),
        "token": form_once.token_of(request),
    }


def _state(shape: Shape, session: Session, request: Request, record: Any) -> tuple[str, str] | None:
    """The record's state and how it is coloured, if the list shows one."""
    column = next((c for c in shape.columns if c.tones and not c.attribute.path), None)
    value = None if column is None else getattr(record, column.name)
    if column is None or value is None:
        return None
    text = shower(column.kind, culture_for(request), translator(session, request))(value)
    return text, column.tones.get(column.kind.write(value), "plain")


class _Facts:
    """The values of one record and its lines, in the reader's words."""

    def __init__(self, session: Session, request: Request, shape: Shape, record: Any) -> None:
        self._shape, self._record = shape, record
        self._culture: Culture = culture_for(request)
        self._translate: Translate = translator(session, request)
        held = record_texts(shape, record, self._culture)
        self._titles = chosen_titles(session, shape, held.texts, held.rows)
        self._readable = {resource: readable(session, resource) for resource in self._titles}

    def fact(self, record: Any, item: Input, name: str) -> Fact:
        """One input's value, read."""
        value = None if item.secret else getattr(record, name)
        if item.secret:
            return Fact(item.title, "••••••••", "", "")
        if isinstance(item.kind, Reference) and value is not None:
            resource = item.kind.resource
            text = self._titles[resource].get(value, str(value))
            path = f"/{resource.replace('.', '/')}/{value}" if self._readable[resource] else ""
            return Fact(item.title, text, "", path)
        return Fact(item.title, self._show(item.kind, value), _css(item.kind), "")

    def columns(self) -> list[Fact]:
        """The list's columns, for a resource that has no form."""
        facts = []
        for column in self._shape.columns:
            value: Any = self._record
            for step in column.name.split("."):
                value = None if value is None else getattr(value, step)
            facts.append(Fact(column.title, self._show(column.kind, value), _css(column.kind), ""))
        return facts

    def grid(self, grid: Grid) -> GridFacts:
        """The lines of one grid."""
        lines = list(getattr(self._record, grid.name))
        totals = []
        for item in grid.inputs:
            amounts = [getattr(line, item.name) for line in lines]
            summed = item.name in grid.lines.totals and lines
            text = self._show(item.kind, sum(a for a in amounts if a is not None)) if summed else ""
            totals.append(text)
        return GridFacts(
            title=grid.lines.title,
            heads=tuple((item.title, _css(item.kind)) for item in grid.inputs),
            rows=tuple(
                tuple(self.fact(line, item, item.name) for item in grid.inputs) for line in lines
            ),
            totals=tuple(totals) if any(totals) else (),
        )

    def _show(self, kind: Kind, value: Any) -> str:
        return shower(kind, self._culture, self._translate)(value)


def _css(kind: Kind) -> str:
    if kind.figure:
        return "num"
    return "code" if kind.control in ("date", "datetime", "time") else ""
