"""A small stand-in for a checkout, in which the scripts run with programs that the test wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with the real scripts and made-up programs around them."""

    folder: Path

    def program(self, path: str, body: str) -> None:
        """Writes a shell program; what it is called with is appended to `calls`."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        record = f'echo "$(basename "$0") $*" >>"{self.folder}/calls"'
        file.write_text(f"#!/bin/sh\n{record}\n{body}\n")
        file.chmod(0o755)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command here, with the programs in `bin` before those of the system."""
        clean = {name: value for name, value in os.environ.items() if name != "CI"}
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            command,
            cwd=self.folder,
            env=clean | {"PATH": path, "AORABOOKS_SHARED": "shared"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """What the made-up programs were called with, in order."""
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """The scripts and a folder for real data, and nothing else."""
    shutil.copytree(ROOT / "script", tmp_path / "script")
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    (tmp_path / "shared" / "data").mkdir(parents=True)
    return Checkout(tmp_path)


@pytest.fixture
def stubbed(checkout: Checkout) -> Callable[..., Checkout]:
    """A checkout whose setup is done and whose checks do as the test says."""

    def build(**bodies: str) -> Checkout:
        checkout.program("script/setup", "exit 0")
        for name in ("ruff", "lint-imports", "pyright", "pytest", "python"):
            checkout.program(f".venv/bin/{name}", bodies.get(name.replace("-", "_"), "exit 0"))
        return checkout

    return build
