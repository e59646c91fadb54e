"""One thing that is wrong in a company's data, and what must say so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """`statement` breaks something past every guard and returns what the invariant of this name
    has to name; `what` says it in a few words."""

    invariant: str
    what: str
    statement: str
