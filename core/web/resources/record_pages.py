"""The page of one record: what it holds, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import Action
from core.i18n import direction
from core.web.documents import presence
from core.web.documents.draft_pages import offered as drafts_of
from core.web.documents.duplicating import may_duplicate
from core.web.documents.neighbours import list_query, neighbours
from core.web.documents.related import graph_of
from core.web.documents.related_drawing import draw
from core.web.documents.stages import badge, stages
from core.web.replies import Page, Reply
from core.web.request import Request
from core.web.resources import form_once
from core.web.resources.culture import Culture
from core.web.resources.form_view import record_texts
from core.web.resources.kinds import Kind, Reference, Text
from core.web.resources.list_fields import hidden_names
from core.web.resources.records import load, may_delete, may_edit, offered
from core.web.resources.references import chosen_titles, readable
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.showing import Translate, culture_for, shower, translator

MOST_KEY_FACTS: Final = 4
_WEIGHT: Final = {"primary": 0, "secondary": 1, "danger": 2}


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
            "groups": facts.groups(below_lines=False)
            or ([] if shape.groups else [("", facts.columns())]),
            "below": facts.groups(below_lines=True),
            "grids": [facts.grid(grid) for grid in shape.grids],
            "key_facts": facts.key_facts(),
            "beside": neighbours(shape, session, request, record),
            "related": draw(
                graph_of(shape, session, request, record),
                right_to_left=direction(request.locale) == "rtl",
            ),
            "draft": None,
            "drafts": drafts_of(session, request, f"{request.path}/edit"),
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
        "state": badge(shape, session, request, record),
        "stages": stages(shape, session, request, record),
        "url": shape.record_url(key),
        "place": f"{shape.addon}.{shape.name}.side",
        "actions": _by_weight(offered(session, shape, record)),
        "may_edit": may_edit(session, shape, record),
        "may_delete": may_delete(session, shape, record),
        "may_duplicate": may_duplicate(session, shape),
        "list_query": list_query(shape, request),
        **presence.seen(session, shape, record, request.actor.user_id, editing=False),
        "token": form_once.token_of(request),
    }


def _by_weight(actions: list[Action]) -> list[Action]:
    """The primary action first, the dangerous ones last."""
    return sorted(actions, key=lambda action: _WEIGHT[action.style])


class _Facts:
    """The values of one record and its lines, in the reader's words."""

    def __init__(self, session: Session, request: Request, shape: Shape, record: Any) -> None:
        self._shape, self._record = shape, record
        self._culture: Culture = culture_for(request)
        self._translate: Translate = translator(session, request)
        hidden = hidden_names(session, shape)
        self._shown = tuple(column for column in shape.columns if column.name not in hidden)
        held = record_texts(shape, record, self._culture)
        self._titles = chosen_titles(session, shape, held.texts, held.rows, held.held)
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

    def groups(self, *, below_lines: bool) -> list[tuple[str, list[Fact]]]:
        """The sections of the form that stand above the lines, or those below them."""
        return [
            (group.title, [self.fact(self._record, item, item.name) for item in group.inputs])
            for group in self._shape.groups
            if group.below_lines == below_lines
        ]

    def columns(self) -> list[Fact]:
        """The list's columns, for a resource that has no form."""
        facts = []
        for column in self._shown:
            value: Any = self._record
            for step in column.name.split("."):
                value = None if value is None else getattr(value, step)
            text = self._named(column.kind, value) or self._show(column.kind, value)
            facts.append(Fact(column.title, text, _css(column.kind), ""))
        return facts

    def _named(self, kind: Kind, value: Any) -> str:
        """The title of the record that a value refers to, where the form shows it too."""
        if not isinstance(kind, Reference):
            return ""
        return self._titles.get(kind.resource, {}).get(value, "")

    def key_facts(self) -> list[Fact]:
        """The few values that a document is known by: the list's first columns, without what
        stands in the title or the state already."""
        title = self._shape.resource.record_title(self._record)
        state = self._shape.resource.state
        told = [
            fact
            for column, fact in zip(self._shown, self.columns(), strict=True)
            if fact.text not in ("", title) and column.name != state and not column.tones
        ]
        return told[:MOST_KEY_FACTS] if len(told) > 1 and self._shape.groups else []

    def grid(self, grid: Grid) -> GridFacts:
        """The lines of one grid, without the columns that tell nothing on any of them."""
        lines = list(getattr(self._record, grid.name))
        told = [item for item in grid.inputs if not lines or _tells(grid, item, lines)]
        rows = [{item.name: self.fact(line, item, item.name) for item in told} for line in lines]
        shown = [item for item in told if not rows or not _repeats(item, told, rows)]
        totals = [self._total(grid, item, lines) for item in shown]
        return GridFacts(
            title=grid.lines.title,
            heads=tuple((item.title, _css(item.kind)) for item in shown),
            rows=tuple(tuple(row[item.name] for item in shown) for row in rows),
            totals=tuple(totals) if any(totals) else (),
        )

    def _total(self, grid: Grid, item: Input, lines: Sequence[Any]) -> str:
        if item.name not in grid.lines.totals or not lines:
            return ""
        amounts = (getattr(line, item.name) for line in lines)
        return self._show(item.kind, sum(amount for amount in amounts if amount is not None))

    def _show(self, kind: Kind, value: Any) -> str:
        return shower(kind, self._culture, self._translate)(value)


def _css(kind: Kind) -> str:
    if kind.figure:
        return "num"
    return "code" if kind.control in ("date", "datetime", "time") else ""


def _tells(grid: Grid, item: Input, lines: Sequence[Any]) -> bool:
    """Whether a line has something in this column. A nought that somebody may type and did not,
    such as a discount, is nothing; one that the company keeps, such as what was delivered, is
    something."""
    values = [getattr(line, item.name) for line in lines]
    if item.name in grid.lines.totals:
        return True
    if item.kind.figure and not item.required and not item.readonly:
        return any(values)
    return any(value not in (None, "") for value in values)


def _repeats(item: Input, told: Sequence[Input], rows: Sequence[Mapping[str, Fact]]) -> bool:
    """Whether each line says in this text what the name of a record in it says already."""
    names = [other.name for other in told if isinstance(other.kind, Reference)]
    return isinstance(item.kind, Text) and all(
        any(row[item.name].text in row[name].text for name in names) for row in rows
    )
