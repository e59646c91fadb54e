"""What each organization may take of the platform: its own bounds, and the platform's for the rest.

A bound of its own is a number; 0 is no bound, and nothing at all is the platform's (see
`core.allowance`). Every process hears of a change through the directory's listener.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from sqlalchemy.orm import Session

from core.allowance import Allowance
from core.declare import msg
from core.errors import Problem
from core.i18n import phrase
from tenants import wishes
from tenants.models import Organization

NAMES: Final = tuple(each.name for each in fields(Allowance))
"""The bounds; the column of each is called `limit_<name>`."""
TITLES: Final = {
    "statement_seconds": msg("Seconds of a statement in a page"),
    "job_seconds": msg("Seconds of a statement in a job"),
    "connections": msg("Connections in each process"),
    "jobs": msg("Jobs at once"),
    "storage_mb": msg("Storage in MB"),
    "requests_per_second": msg("Requests a second in each process"),
}
HELP: Final = {
    "job_seconds": msg("Where a job declares more. Empty or 0: as each job declares."),
    "connections": msg("At least 2. Empty or 0: three quarters of a process's connections."),
    "jobs": msg("Empty or 0: half of a worker's threads."),
    "storage_mb": msg("Database and files. Tills and posting go on where it is used up."),
    "requests_per_second": msg("Twice as many may come at once. 0 is no bound."),
}
_LEAST: Final = {"statement_seconds": 1, "connections": 2}
_MOST: Final = 1_000_000_000


def column(name: str) -> str:
    """The column that keeps this bound."""
    return f"limit_{name}"


def allowance_of(row: Mapping[Any, Any], platform: Allowance) -> Allowance:
    """What an organization may take, by its row and the platform's bounds."""
    own = {name: row[column(name)] for name in NAMES}
    return Allowance(
        **{name: getattr(platform, name) if own[name] is None else own[name] for name in NAMES}
    )


def problems(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with new bounds, by column."""
    found = []
    for name in NAMES:
        value = values.get(column(name))
        least = _LEAST.get(name, 0)
        if value is None or (value == 0 and name != "statement_seconds"):
            continue
        if not least <= value <= _MOST:
            said = phrase("Give a number from {least} to {most}.", least=least, most=_MOST)
            found.append(Problem(column(name), said))
    return found


def set_limits(session: Session, organization: Organization, values: Mapping[str, Any]) -> None:
    """Give it these bounds of its own, by column; None is the platform's. Raises InvalidInput."""
    wishes.refuse(problems(values))
    for name in NAMES:
        if column(name) in values:
            setattr(organization, column(name), values[column(name)])
    session.flush()
