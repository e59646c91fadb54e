"""Cells of a grid from outside it: a block pasted from a spreadsheet, and a scanned code.

What is read is answered as texts for the inputs; nothing is saved. A cell that cannot be read
keeps the text that came, with the sentence that says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson
from sqlalchemy.orm import Session

from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.web.documents.matching import Matcher
from core.web.replies import Json, Reply
from core.web.request import Request
from core.web.resources.input_reading import MAX_LINES
from core.web.resources.kinds import Boolean, Choice, Reference, Unreadable
from core.web.resources.references import titles_of
from core.web.resources.shape import Grid, Input, Shape
from core.web.resources.showing import culture_for, translator

MAX_CELL: Final = 2000
MAX_CODE: Final = 200
"""Characters; the largest two-dimensional codes in use on goods hold fewer."""

Cell = dict[str, str]


def paste(shape: Shape, session: Session, request: Request) -> Reply:
    """The cells of a block, row by row, for the columns named in `columns`."""
    grid = _grid(shape, request)
    inputs = {item.name: item for item in grid.inputs if not item.readonly}
    columns = [inputs.get(name) for name in request.form.get("columns", "").split(",")]
    block = _block(request.form.get("cells", ""))
    reader = _Reader(session, request)
    for place, item in enumerate(columns):
        if item is not None and isinstance(item.kind, Reference):
            texts = [row[place] for row in block if place < len(row)]
            reader.matcher.prepare(item.kind.resource, texts)
    # Cells to the right of the last column have nowhere to go.
    rows = [
        [reader.cell(item, text) for item, text in zip(columns, row, strict=False)] for row in block
    ]
    return Json({"rows": rows})


def scan(shape: Shape, session: Session, request: Request) -> Reply:
    """The values of the line that a scanned code means, by the names of its inputs."""
    grid = _grid(shape, request)
    code = request.form.get("code", "").strip()
    if grid.lines.scan is None:
        raise NotFound(phrase("There is no such page."))
    if not 0 < len(code) <= MAX_CODE or "\x00" in code:
        raise InvalidInput.of("code", phrase("This is no code."))
    values = grid.lines.scan(session, code)
    if values is None:
        raise InvalidInput.of("code", phrase("Nothing has the code “{code}”.", code=code))
    culture, cells = culture_for(request), {}
    for item in grid.inputs:
        value = values.get(item.name)
        if value is None or item.secret:
            continue
        text = item.kind.edit(value, culture)
        if isinstance(item.kind, Reference):
            title = titles_of(session, item.kind.resource, [value]).get(value, "")
            cells[item.name] = {"value": text, "text": title}
        else:
            cells[item.name] = {"value": text}
    return Json({"cells": cells, "quantity": grid.lines.quantity})


def _grid(shape: Shape, request: Request) -> Grid:
    name = request.form.get("grid", "")
    grid = next((grid for grid in shape.grids if grid.name == name), None)
    if grid is None:
        raise NotFound(phrase("There is no such page."))
    return grid


def _block(text: str) -> list[list[str]]:
    try:
        rows = orjson.loads(text)
        block = [[str(cell)[: MAX_CELL + 1] for cell in row] for row in rows]
    except (ValueError, TypeError):
        raise InvalidInput.of("cells", phrase("This is no block of cells.")) from None
    if len(block) > MAX_LINES:
        limit = phrase("At the most {limit} lines can be pasted at once.", limit=MAX_LINES)
        raise InvalidInput.of("cells", limit)
    return block


class _Reader:
    """Reads cells as people write them in a spreadsheet, in the reader's own culture."""

    def __init__(self, session: Session, request: Request) -> None:
        self._culture = culture_for(request)
        self._translate = translator(session, request)
        self.matcher = Matcher(session)
        self._words: dict[int, Mapping[str, str]] = {}

    def cell(self, item: Input | None, text: str) -> Cell:
        """One cell: what its inputs hold, or what came and why it cannot be read."""
        text = text.strip()
        if item is None or not text:
            return {"value": ""}
        if item.kind.control != "multiline":
            text = " ".join(text.split())
        try:
            if len(text) > MAX_CELL:
                raise Unreadable(
                    phrase("This is too long: {limit} characters at the most.", limit=MAX_CELL)
                )
            return self._read(item, text)
        except Unreadable as error:
            return {"value": text, "problem": self._translate(error.message)}

    def _read(self, item: Input, text: str) -> Cell:
        kind = item.kind
        if isinstance(kind, Reference):
            key, title = self.matcher.match(kind.resource, text)
            return {"value": str(key), "text": title}
        if isinstance(kind, Choice | Boolean):
            text = self._word_for(kind).get(text.casefold(), text)
        return {"value": kind.edit(kind.read(text, self._culture), self._culture)}

    def _word_for(self, kind: Choice | Boolean) -> Mapping[str, str]:
        """What people call the values: their titles, in their own language too."""
        known = self._words.get(id(kind))
        if known is None:
            titles = (
                {key: kind.labels.get(key, key) for key in kind.members}
                if isinstance(kind, Choice)
                else {key: kind.show(key == "true", self._culture) for key in ("true", "false")}
            )
            known = {}
            for key, title in titles.items():
                known |= {title.casefold(): key, self._translate(title).casefold(): key}
            self._words[id(kind)] = known
        return known
