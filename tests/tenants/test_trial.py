"""Newly installed addons are tried out by a process that begins as everybody's does: other tests
fork theirs from what is imported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tenants.authoring.creating import create_addon
from tenants.deployment.trial import Trial
from tests.machine import ROOT

BOARD = ROOT / "tests" / "addon_registry" / "strangers" / "notice_board"


def test_a_trial_says_why_an_addon_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = shutil.copytree(BOARD, tmp_path / "notice_board")
    with (broken / "plugin.py").open("a") as plugin:
        plugin.write('raise RuntimeError("the glue is missing")\n')
    sly = create_addon("sly", tmp_path)
    with (sly / "api.py").open("a") as api:
        api.write("def later():\n    import addons.stock.services.moves\n")
    monkeypatch.setenv("AORABOOKS_ADDON_PATH", str(tmp_path))
    monkeypatch.setenv("AORABOOKS_VAR", str(tmp_path / "var"))
    with Trial() as trial:
        found = trial.of(["notice_board", "sly"])
    assert "the glue is missing" in found["notice_board"]
    assert "addons.stock.services.moves may not be imported" in found["sly"]
