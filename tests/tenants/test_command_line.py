"""The list of commands: what it names is there, what is there it names, and asking costs little."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group

from tenants.cli import ADDON, REGISTRY, app
from tenants.commands.later import Gathered


def leaves(group: Any, *above: str) -> list[tuple[str, ...]]:
    """Every command below a group, each imported, as the words that call it."""
    found: list[tuple[str, ...]] = []
    for name in group.commands:
        command = group.commands[name]
        if isinstance(command, TyperGroup):
            found += leaves(command, *above, name)
        else:
            found.append((*above, name))
    return found


def test_every_command_of_the_list_can_be_called_and_says_what_it_does() -> None:
    for words in leaves(app):
        command: Any = app
        for word in words:
            command = command.commands[word]
        assert command.callback is not None, words
        assert command.help, words


def test_no_command_of_a_module_is_missing_in_the_list() -> None:
    for gathered in (ADDON, REGISTRY):
        assert isinstance(gathered, Gathered)
        for module, names in gathered.modules.items():
            there = importlib.import_module(f"tenants.commands.{module}")
            assert set(get_group(there.app).commands) == set(names), module


def test_asking_which_commands_there_are_loads_no_part_of_the_platform() -> None:
    ask = (
        "import sys\n"
        "from tenants.cli import run\n"
        "assert run(['--help']) == 0\n"
        "heavy = {'sqlalchemy', 'cryptography', 'starlette', 'tuf'} & sys.modules.keys()\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Start PostgreSQL" in done.stdout
