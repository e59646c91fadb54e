"""What goes in and out in numbers: reports, imports, invariants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from core.declare.rights import Permission

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of a report; None means from the beginning, or to the end."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report's figures: column names, rows of values, and totals by column name; a total of
    several currencies is a mapping from their codes."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A named report: `aorabooks report NAME`, its page and its JSON."""

    name: str
    title: str
    permission: Permission
    run: Callable[[Session, Period], ReportTable]


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Why a file was refused: the line (1 is the first of the file) and a sentence."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did. With problems nothing of the file is kept."""

    created: int
    unchanged: int
    problems: tuple[ImportProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads one kind of file: `aorabooks import KIND FILE`. Importing a file again changes
    nothing. `run(session, content, file_name)` gets the file's bytes."""

    kind: str
    title: str
    permission: Permission
    run: Callable[[Session, bytes, str], ImportOutcome]


@dataclass(frozen=True, slots=True)
class InvariantResult:
    """Whether an invariant holds, the figure that shows it, and what is wrong if not."""

    holds: bool
    figure: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is always true of a tenant's data; `aorabooks doctor` runs them all."""

    name: str
    title: str
    check: Callable[[Session], InvariantResult]
