"""The command line, in a folder of its own. The addons of strangers are material here: their own
tests are not run from it."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from tenants import cli
from tests.addon_registry.commands import Command, Said

collect_ignore = ["strangers"]


@pytest.fixture
def aorabooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`aorabooks("registry", "show")`, in a folder of its own and without any server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AORABOOKS_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(structlog, "configure", lambda **_: None)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        status = cli.run(list(arguments))
        said = capsys.readouterr()
        return Said(status, said.out, " ".join(said.err.split()))

    return run
