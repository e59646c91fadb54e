"""The rows of a list as HTML. Written here and not in a template: hundreds of cells a page, each
a few pieces of text, are what a list costs, and a template hands each piece through its whole
chain of blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row

from core.web.resources.culture import Culture
from core.web.resources.kinds import Boolean, Choice, Text
from core.web.resources.kinds_figures import Integer
from core.web.resources.shape import Shape, Shown
from core.web.resources.showing import Show, Translate, shower

Cell = Callable[[Any], str]
_MARKUP = re.compile("[&<>\"']")


def rows_html(
    shape: Shape, rows: Sequence[Row[Any]], culture: Culture, translate: Translate
) -> Markup:
    """The rows of the table: the key comes first in each, then the columns' values."""
    if not rows or not shape.columns:
        return Markup()
    url = escape(shape.url)
    first, *others = shape.columns
    head, open_head = shower(first.kind, culture, translate), _open("th", first, ' scope="row"')
    cells = [(place, _cell(column, culture, translate)) for place, column in enumerate(others, 2)]
    made: list[str] = []
    numbered = isinstance(shape.key.key, Integer)
    for row in rows:
        link = f"{url}/{row[0]}" if numbered else f"{url}/{escape(str(row[0]))}"
        name = row[1]  # pyright: ignore[reportGeneralTypeIssues]
        text = _escaped(head(name)) or "–"
        made.append(f'<tr data-href="{link}">{open_head}<a href="{link}">{text}</a></th>')
        made += [cell(row[place]) for place, cell in cells]
        made.append("</tr>\n")
    return Markup("".join(made))  # noqa: S704, every value above is escaped


def css_class(column: Shown) -> str:
    """How a column's cells are aligned."""
    if column.kind.figure:
        return "num"
    return "code" if column.kind.control in ("date", "datetime", "time") else ""


def _cell(column: Shown, culture: Culture, translate: Translate) -> Cell:
    show, opened = shower(column.kind, culture, translate), _open("td", column)
    blank = f"{opened}</td>"
    if isinstance(column.kind, Choice | Boolean):
        return _word(column, show, opened)
    if isinstance(column.kind, Text):
        return lambda value: f"{opened}{_escaped(value)}</td>" if value else blank
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
    return f'<{tag}{attributes} class="{css}">' if css else f"<{tag}{attributes}>"
