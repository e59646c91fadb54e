"""The page of one record: what it holds, what can be done with it, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.auth.audit_trail import change_of
from core.db.audit_models import AuditEntry
from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.culture import Culture
from core.web.resources.form_view import record_texts
from core.web.resources.kinds import Kind, Reference
from core.web.resources.kinds_of import humanize
from core.web.resources.records import load, may_delete, may_edit, offered
from core.web.resources.references import chosen_titles, readable
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.showing import Translate, culture_for, shower, translator

HISTORY_SIZE = 200
"""Changes shown on the page of one record; the audit trail has them all."""


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


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One entry of the history: whose, when, and from what to what."""

    at: datetime
    who: str
    operation: str
    part: str
    fields: tuple[tuple[str, str, str], ...]


def record_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The record, read."""
    record = load(session, shape, request.path_params["id"])
    facts = _Facts(session, request, shape, record)
    return Page(
        "core/resources/record.html",
        {
            **_head(shape, session, request, record),
            "groups": [
                (group.title, [facts.fact(record, item, item.name) for item in group.inputs])
                for group in shape.groups
            ]
            or [("", facts.columns())],
            "grids": [facts.grid(grid) for grid in shape.grids],
        },
    )


def history_page(shape: Shape, session: Session, request: Request) -> Reply:
    """Who changed the record and its lines, the newest change first."""
    record = load(session, shape, request.path_params["id"])
    context = _head(shape, session, request, record)
    changes = [_change_view(shape, entry) for entry in _entries(session, shape, record)]
    return Page("core/resources/history.html", {**context, "changes": changes})


def _head(shape: Shape, session: Session, request: Request, record: Any) -> Mapping[str, Any]:
    key = getattr(record, shape.key.name)
    return {
        "shape": shape,
        "resource": shape.resource,
        "record": record,
        "title": shape.resource.record_title(record),
        "url": shape.record_url(key),
        "place": f"{shape.addon}.{shape.name}.side",
        "actions": offered(session, shape, record),
        "may_edit": may_edit(session, shape, record),
        "may_delete": may_delete(session, shape, record),
        "token": form_once.token_of(request),
    }


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


def _entries(session: Session, shape: Shape, record: Any) -> list[AuditEntry]:
    """The changes of the record and of the lines it has or had."""
    key = str(getattr(record, shape.key.name))
    own = (AuditEntry.table_name == shape.table_name) & (AuditEntry.record_id == key)
    parts = [own]
    for grid in shape.grids:
        table = grid.model.__table__.fullname
        ids = [str(getattr(line, grid.key.name)) for line in getattr(record, grid.name)]
        column = grid.parent.key
        # A deleted line is known by the document that its entry names.
        gone = (AuditEntry.operation == "delete") & (AuditEntry.changes[column][0].astext == key)
        of_lines = or_(AuditEntry.record_id.in_(ids), gone)
        parts.append((AuditEntry.table_name == table) & of_lines)
    statement = select(AuditEntry).where(or_(*parts)).order_by(AuditEntry.id.desc())
    return list(session.scalars(statement.limit(HISTORY_SIZE)))


def _change_view(shape: Shape, entry: AuditEntry) -> ChangeView:
    change = change_of(entry)
    grid = next((g for g in shape.grids if g.model.__table__.fullname == change.table), None)
    titles = {item.name: item.title for item in (shape.inputs if grid is None else grid.inputs)}
    hidden = {item.name for item in shape.inputs if item.secret}
    fields = tuple(
        (titles.get(item.field, humanize(item.field)), _plain(item.before), _plain(item.after))
        for item in change.fields
        if item.field not in hidden and item.field in titles
    )
    part = "" if grid is None else grid.lines.title
    return ChangeView(change.at, change.who, change.operation, part, fields)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
