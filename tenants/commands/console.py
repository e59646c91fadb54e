"""How the commands speak: results on stdout as tables or JSON, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tenants.provisioning.templates import Progress

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
TenantOption = Annotated[
    str, typer.Option("--tenant", metavar="SLUG", help="The tenant, by its slug.")
]


def print_json(data: Any) -> None:
    """One JSON value on stdout, decimals and dates as text."""
    typer.echo(json.dumps(data, default=str, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str) -> None:
    """Rows under their titles; a sentence when there are none."""
    if not rows:
        typer.echo(empty)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        figures = all(isinstance(row[index], int | Decimal) for row in rows)
        table.add_column(column, justify="right" if figures else "left")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    # Not cut to eighty columns where a program reads it.
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=240)
    console.print(table)


def print_fields(fields: Mapping[str, Any]) -> None:
    """The fields of one thing, one per line."""
    width = max(map(len, fields), default=0)
    for name, value in fields.items():
        typer.echo(f"{name.ljust(width)}  {_cell(value)}")


def tell(sentence: str) -> None:
    """A remark to the person, not part of the result."""
    typer.echo(sentence, err=True)


@contextmanager
def working(first: str, *, silent: bool = False) -> Iterator[Progress]:
    """Show what is being done; call what is yielded at each step."""
    if silent:
        yield lambda step: None
        return
    if not sys.stderr.isatty():
        tell(first)
        yield tell
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(first) as status:
        yield lambda step: status.update(step)


@contextmanager
def counting(first: str, *, silent: bool = False) -> Iterator[Callable[[int, int, str], None]]:
    """Show how much of a whole is done; call what is yielded with both numbers and a remark."""
    if silent:
        yield lambda done, whole, remark: None
        return
    if not sys.stderr.isatty():
        tell(first)
        yield lambda done, whole, remark: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TextColumn("{task.fields[remark]}"), console=Console(stderr=True)
    ) as it:
        task = it.add_task(first, total=None, remark="")
        yield lambda done, whole, remark: it.update(
            task, completed=done, total=whole, remark=remark
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | frozenset | set):
        return ", ".join(map(str, value))
    return str(value)
