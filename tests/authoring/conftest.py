"""The command line, and a process that is afterwards as it was before it met foreign addons."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from core.addons.withdrawal import withdraw
from tenants import cli

Command = Callable[..., "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def aorabooks(capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """`aorabooks("addon", "new", "todo")` runs the command and says what it answered."""
    log = structlog.get_config()

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        status = cli.run(list(arguments))
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    yield run
    structlog.configure(**log)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for addons; what was imported from below it is forgotten at the end."""
    folder = tmp_path_factory.mktemp("workshop")
    path = list(sys.path)
    yield folder
    sys.path[:] = path
    for manifest in folder.rglob("addon.toml"):
        withdraw(manifest.parent.name, manifest.parent.name)
