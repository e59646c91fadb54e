"""Newly installed addons are tried out by a process that begins as everybody's does: other tests
fork theirs from what is imported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tenants.deployment.trial import Trial
from tests.machine import ROOT

BOARD = ROOT / "tests" / "addon_registry" / "strangers" / "notice_board"


def test_a_trial_says_why_an_addon_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = shutil.copytree(BOARD, tmp_path / "notice_board")
    with (broken / "plugin.py").open("a") as plugin:
        plugin.write('raise RuntimeError("the glue is missing")\n')
    monkeypatch.setenv("AORABOOKS_ADDON_PATH", str(tmp_path))
    monkeypatch.setenv("AORABOOKS_VAR", str(tmp_path / "var"))
    with Trial() as trial:
        found = trial.of(["notice_board"])
    assert "the glue is missing" in found["notice_board"]
