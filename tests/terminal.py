"""Somebody at a terminal, who types `aorabooks ...` in a folder of theirs, on a machine.

Each command is a process with its own arguments, environment, folder, output and exit status.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forked, processes
from tests.forked import Forked, Said
from tests.machine import Machine

Arguments = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terminal:
    """A machine, and the folder in which somebody types."""

    machine: Machine
    folder: Path

    def __call__(self, *commands: Arguments) -> list[Any]:
        """What each of the commands says as JSON; they all succeed."""
        return [self._succeed(arguments) for arguments in commands]

    def run(self, *arguments: str) -> Said:
        """What a command answers."""
        return self.start(*arguments).wait()

    def start(self, *arguments: str) -> Forked:
        """Begin a command."""
        environment = self.machine.environment()
        return forked.start(
            processes.command, arguments, environment=environment, folder=self.folder
        )

    def _succeed(self, arguments: Arguments) -> Any:
        said = self.run(*arguments, "--json")
        assert said.status == 0, f"{arguments}\n{said.out}\n{said.err}"
        return json.loads(said.out)
