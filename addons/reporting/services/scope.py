"""Which branches somebody may see figures of: reports honour the reach of the permission to see
the books, as every list of entries does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.api import VIEW_BOOKS
from core.api import Forbidden, NotFound, actor, phrase


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the company; 0 stands for entries of none."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader may see: all of the company, or these branches alone."""

    branches: tuple[Branch, ...]
    is_limited: bool

    def ids(self, wanted: int | None) -> frozenset[int] | None:
        """The branches to read; None for all. Raises NotFound for one out of reach."""
        if wanted is not None:
            if all(branch.id != wanted for branch in self.branches):
                raise NotFound(
                    phrase("There is no such branch."), fix=phrase("Choose one of your branches.")
                )
            return frozenset({wanted})
        return frozenset(branch.id for branch in self.branches) if self.is_limited else None

    def name(self, branch_id: int) -> str:
        """What a branch is called."""
        return next((one.name for one in self.branches if one.id == branch_id), "")


def reach_of(session: Session) -> Reach:
    """What whoever acts in this session may see; raises Forbidden where that is nothing."""
    rows = session.execute(text("SELECT id, name FROM core.branch ORDER BY name"))
    known = [Branch(row.id, row.name) for row in rows]
    who = actor(session)
    scope = who.scope(VIEW_BOOKS.code)
    if scope == "all":
        none = Branch(0, phrase("No branch"))
        return Reach((*known, none) if known else (), is_limited=False)
    if scope == "branch":
        held = tuple(branch for branch in known if branch.id in who.branches)
        if held:
            return Reach(held, is_limited=True)
    raise Forbidden(
        phrase("You may see the books of no branch."),
        fix=phrase("Ask an administrator to make you a member of a branch."),
    )
