"""The rows of a list as HTML. Written here and not in a template: hundreds of cells a page, each
a few pieces of text, are what a list costs, and a template hands each piece through its whole
chain of blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row
from sqlalchemy.orm import Session

from core.web.resources.culture import Culture
from core.web.resources.kinds import Boolean, Choice, Reference, Text
from core.web.resources.kinds_figures import Integer
from core.web.resources.references import titles_of
from core.web.resources.shape import Shape, Shown
from core.web.resources.showing import Show, Translate, shower

Cell = Callable[[Any], str]
Titles = Mapping[str, Mapping[Any, str]]
"""What records are called, by resource and key."""
_MARKUP = re.compile("[&<>\"']")


def rows_html(
    shape: Shape,
    columns: Sequence[Shown],
    rows: Sequence[Row[Any]],
    culture: Culture,
    translate: Translate,
    titles: Titles,
) -> Markup:
    """The rows of the table: the key comes first in each, then the columns' values. `titles` are
    those of the records that reference columns name."""
    if not rows or not columns:
        return Markup()
    url = escape(shape.url)
    first, *others = columns
    head, open_head = shown(first, culture, translate, titles), _open("th", first, ' scope="row"')
    cells = [
        (place, _cell(column, shown(column, culture, translate, titles), translate))
        for place, column in enumerate(others, 2)
    ]
    made: list[str] = []
    numbered = isinstance(shape.key.key, Integer)
    for row in rows:
        key = row[0] if numbered else escape(str(row[0]))
        link = f"{url}/{key}"
        name = row[1]  # pyright: ignore[reportGeneralTypeIssues]
        text = _escaped(head(name)) or "–"
        made.append(
            f'<tr data-href="{link}" data-key="{key}">{open_head}<a href="{link}">{text}</a></th>'
        )
        made += [cell(row[place]) for place, cell in cells]
        made.append("</tr>\n")
    return Markup("".join(made))  # noqa: S704, every value above is escaped


def css_class(column: Shown) -> str:
    """How a column's cells are aligned."""
    if column.kind.figure:
        return "num"
    return "code" if column.kind.control in ("date", "datetime", "time") else ""


def shown(column: Shown, culture: Culture, translate: Translate, titles: Titles) -> Show:
    """How a value of this column is shown; of a reference, what the record is called."""
    kind = column.kind
    if isinstance(kind, Reference):
        called = titles.get(kind.resource, {})
        return lambda value: "" if value is None else called.get(value) or str(value)
    return shower(kind, culture, translate)


def titles_in(session: Session, columns: Sequence[Shown], rows: Sequence[Row[Any]]) -> Titles:
    """The titles of all records that reference columns name, a query for each resource."""
    keys: dict[str, set[Any]] = {}
    for place, column in enumerate(columns, 1):
        if isinstance(column.kind, Reference):
            keys.setdefault(column.kind.resource, set()).update(row[place] for row in rows)
    return {resource: titles_of(session, resource, wanted) for resource, wanted in keys.items()}


def _cell(column: Shown, show: Show, translate: Translate) -> Cell:
    opened = _open("td", column, f' data-label="{escape(translate(column.title))}"')
    blank = f"{opened}</td>"
    if isinstance(column.kind, Choice | Boolean):
        return _word(column, show, opened)
    if isinstance(column.kind, Text):
        return lambda value: f"{opened}{_escaped(value)}</td>" if value else blank
    if not (column.kind.figure or column.kind.ranged):
        return lambda value: blank if value is None else f"{opened}{_escaped(show(value))}</td>"
    # Figures and dates hold nothing that HTML could take for markup.
    return lambda value: blank if value is None else f"{opened}{show(value)}</td>"


def _word(column: Shown, show: Show, opened: str) -> Cell:
    """One of a few words, each made once. Where the addon gives tones, it is a state: a mark,
    coloured as declared."""
    made: dict[Any, str] = {None: f"{opened}</td>"}
    write = column.kind.write

    def cell(value: Any) -> str:
        html = made.get(value)
        if html is None:
            text = escape(show(value))
            if column.tones:
                tone = column.tones.get(write(value), "plain")
                text = f'<span class="status status-{tone}">{text}</span>'
            html = made[value] = f"{opened}{text}</td>"
        return html

    return cell


def _escaped(text: str) -> str:
    """Most texts hold nothing to escape, which is told faster than five replacements."""
    return escape(text) if _MARKUP.search(text) else text


def _open(tag: str, column: Shown, attributes: str = "") -> str:
    css = css_class(column)
    return f'<{tag} class="{css}"{attributes}>' if css else f"<{tag}{attributes}>"
