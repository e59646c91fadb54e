"""Who may do what: permissions, roles, and whose a record is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


def msg(text: str) -> str:
    """Mark a declared text for translation; returns it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Permission:
    """A right that routes, resources and actions can ask for: `addon.document.verb`."""

    code: str
    title: str


Scope = Literal["all", "branch", "team", "own"]
"""How far a permission reaches over records, widest first."""

PUBLIC: Final = Permission("public", msg("Open to everybody"))
"""Asked for by routes that need no sign-in."""
SIGNED_IN: Final = Permission("signed_in", msg("Any signed-in user"))
"""Asked for by routes that every signed-in user may use."""


@dataclass(frozen=True, slots=True)
class Role:
    """A job description that the addon ships: permission codes, its own and others'. `reach` is
    how far they reach as long as no administrator says otherwise. With `adds_to`, whoever holds
    that role of an addon it depends on has these permissions too, as long as this addon is
    enabled: an accountant need not be made a tax accountant as well."""

    code: str
    title: str
    permissions: tuple[str, ...]
    reach: Scope = "all"
    adds_to: str = ""


@dataclass(frozen=True, slots=True)
class RecordRules:
    """Columns that say whose a record is. A role with scope "own", "team" or "branch" sees
    only the records where the named column holds its user, one of its teams or branches."""

    owner: str = ""
    team: str = ""
    branch: str = ""
