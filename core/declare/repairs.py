"""What is wrong and what can be done about it, on the one page of repairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.declare.rights import Permission

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Remedy:
    """A button that puts something right: `run(session)` returns a sentence on what it did.

    What cannot be done within one transaction has a page of its own instead: `url` is posted to.
    """

    title: str
    permission: Permission
    run: Callable[[Session], str] | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not work. `key` tells it from the addon's other troubles, as long as
    it lasts; `cause` is why, in words of the reader's trade; `url` leads to where more is seen.

    "bad" stands in somebody's way or makes figures doubtful; a "warning" can wait.
    """

    key: str
    title: str
    cause: str
    severity: Literal["warning", "bad"] = "bad"
    url: str = ""
    remedy: Remedy | None = None
