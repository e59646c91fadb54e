"""A document as it is printed: texts in the reader's language, ready to be set, and nothing else.

Whoever prints gathers these values; the templates only place them. The names are those that
`templates/document.typ` and the templates of addons read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.printing.design import Design


@dataclass(frozen=True, slots=True)
class Label:
    """A label in the document's language, and in its second one where it has one."""

    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """Who sends the document: the name, and the lines of its address and numbers."""

    name: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Second:
    """The second language of a bilingual document."""

    direction: str
    company: Company


@dataclass(frozen=True, slots=True)
class Party:
    """Whom the document is for."""

    label: Label
    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its label; a `figure` is set with digits of one width."""

    label: Label
    text: str
    figure: bool = False


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of lines: `weight` shares the room out among texts, a `narrow` one takes only
    what it needs."""

    label: Label
    figure: bool = False
    narrow: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines; `totals` is empty or has a text for each column."""

    title: Label
    columns: tuple[GridColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """A line of the box of sums; the one that counts is `strong`."""

    label: Label
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class InWords:
    """An amount in words, in one or both languages."""

    label: Label
    text: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code (`square`) or barcode as SVG, and its height on paper in mm."""

    svg: str
    height: float
    square: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A longer text under the lines: a remark, terms, bank details."""

    label: Label
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The few sentences of the templates themselves; `page` holds {page} and {pages}."""

    page: str
    no_lines: str


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """All of one document. `data` is what the template of an addon gets besides."""

    language: str
    direction: str
    company: Company
    title: Label
    number: str
    design: Design
    words: Words
    second: Second | None = None
    tags: tuple[str, ...] = ()
    party: Party | None = None
    facts: tuple[Fact, ...] = ()
    intro: str = ""
    grids: tuple[Grid, ...] = ()
    sums: tuple[Sum, ...] = ()
    in_words: InWords | None = None
    codes: tuple[Code, ...] = ()
    notes: tuple[Note, ...] = ()
    signatures: tuple[str, ...] = ()
    footer: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
