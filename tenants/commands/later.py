"""Commands that are imported when they are called, and not before.

A command imports the part of the platform that it works with, which for many takes longer than
the work. So groups know where their commands are, and the first what each of them is for.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from tenants.garbage import without_collections


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the Typer `app` in a module beside this one. `help` is what the list says
    of it, by default what it says itself."""

    module: str
    help: str = ""

    def load(self, name: str) -> Any:
        """Import it."""
        return _group(self.module).commands[name]


@dataclass(frozen=True, slots=True)
class Group:
    """All commands of the Typer `app` in a module beside this one."""

    module: str
    help: str

    def load(self, name: str) -> Any:
        """Import it."""
        group = _group(self.module)
        group.name, group.help = name, self.help
        return group


@dataclass(frozen=True, slots=True)
class Gathered:
    """A group whose commands lie in several modules: their names by module."""

    help: str
    modules: Mapping[str, tuple[str, ...]]

    def load(self, name: str) -> Any:
        """Put it together; its commands are imported when they are called."""
        commands = {
            each: Command(module) for module, names in self.modules.items() for each in names
        }
        return LaterGroup(name, self.help, commands)


Place = Command | Group | Gathered


class LaterGroup(TyperGroup):
    """A group whose commands are in these places."""

    def __init__(self, name: str, said: str, places: Mapping[str, Place]) -> None:
        super().__init__(name=name, help=said, no_args_is_help=True, rich_markup_mode="rich")
        self._places = places
        self.commands = _Commands(places)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """List what the places say of the commands; those that say nothing are imported."""
        contents = TyperGroup(name=self.name, help=self.help, rich_markup_mode="rich")
        for name, place in self._places.items():
            said = place.help or self.commands[name].help
            contents.add_command(TyperCommand(name, help=said))
        contents.format_help(ctx, formatter)


class _Commands(MutableMapping[str, Any]):
    """Commands by name; asking for one imports it."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self._places[name].load(name)
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places or name in self._loaded

    def __iter__(self) -> Iterator[str]:
        return iter({**self._places, **self._loaded})

    def __len__(self) -> int:
        return len({**self._places, **self._loaded})


def _group(module: str) -> TyperGroup:
    with without_collections(for_good=True):
        app: typer.Typer = importlib.import_module(f"{__package__}.{module}").app
        return get_group(app)
