"""What was asked for on a page: the parent of all processes has it carried out.

A page's own process may not do it, since it is replaced on the way.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from addon_registry.deployment.files import read_json, remove, write_json
from addon_registry.deployment.layout import Layout

Kind = Literal["install", "remove", "rollback"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A step that somebody (`by`) asked for: of this addon, in this version."""

    step: str
    kind: Kind
    by: str
    name: str = ""
    version: str = ""

    @property
    def in_words(self) -> str:
        """What was asked for."""
        if self.kind == "rollback":
            return "go back to the addons before"
        return " ".join(filter(None, (self.kind, self.name, self.version)))

    def command(self) -> list[str]:
        """The arguments of `aorabooks addon` that do it."""
        wanted = f"{self.name}=={self.version}" if self.version else self.name
        named = [wanted] if self.kind != "rollback" else []
        return [self.kind, *named, "--step", self.step, "--by", self.by, "--yes", "--json"]


def make(layout: Layout, wish: Wish) -> None:
    """Put the wish where the parent sees it."""
    write_json(layout.wishes / f"{wish.step}.json", asdict(wish))


def waiting(layout: Layout) -> list[Wish]:
    """Wishes that nobody has taken up, the oldest first."""
    if not layout.wishes.is_dir():
        return []
    files = sorted(layout.wishes.glob("*.json"), key=lambda path: path.stat().st_mtime)
    found = (read_json(path) for path in files)
    return [Wish(**data) for data in found if data is not None]


def take(layout: Layout, wish: Wish) -> None:
    """It is taken up now."""
    remove(layout.wishes / f"{wish.step}.json")
