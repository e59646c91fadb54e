"""The branches whose books somebody may see, and the branch that what they write belongs to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.permissions import EDIT_ENTRY, VIEW_BOOKS
from core.api import actor


def visible_branches(session: Session) -> frozenset[int] | None:
    """The branches whose books the session's actor may see; None for the whole company."""
    who = actor(session)
    scope = who.scope(VIEW_BOOKS.code)
    if scope == "all":
        return None
    return who.branches if scope == "branch" else frozenset()


def own_branch(session: Session) -> int | None:
    """The branch of entries that say none: that of a person who writes for one branch alone."""
    who = actor(session)
    if who.scope(EDIT_ENTRY.code) != "branch" or len(who.branches) != 1:
        return None
    return next(iter(who.branches))
