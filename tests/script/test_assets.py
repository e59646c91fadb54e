"""The built front end: what pages may rely on, and what the wheel must carry."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from .conftest import ROOT

DIST = ROOT / "core" / "web" / "static" / "dist"
LOGICAL = {
    "app.js",
    "head.js",
    "passkey.js",
    "app.css",
    "app.rtl.css",
    "more.css",
    "displays.css",
    "fonts.css",
    "dashboard.css",
    "bank.css",
    "closing.css",
    "reports.css",
    "settling.css",
    "favicon.svg",
}


def manifest() -> dict[str, str]:
    return json.loads((DIST / "manifest.json").read_text())


def test_the_manifest_names_a_hashed_file_for_every_asset() -> None:
    assert set(manifest()) == LOGICAL
    for logical, built in manifest().items():
        stem, _, ending = logical.rpartition(".")
        assert re.fullmatch(rf"{re.escape(stem)}-[A-Z0-9]{{8}}\.{ending}", built)
        assert (DIST / built).stat().st_size > 0


def test_styles_refer_only_to_files_that_are_there() -> None:
    for name in ("app.css", "app.rtl.css"):
        styles = (DIST / manifest()[name]).read_text()
        targets = re.findall(r"""url\(\s*["']?([^"')]+)""", styles)
        files = {target.split("?")[0] for target in targets if not target.startswith("data:")}
        assert len(files) == 5, "four fonts and the icons"
        for file in files:
            assert (DIST / file).is_file(), f"{name} refers to {file}"


def test_scripts_and_styles_stay_small_enough_for_a_phone() -> None:
    sizes = {logical: (DIST / built).stat().st_size for logical, built in manifest().items()}
    assert sizes["app.js"] < 250_000
    assert sizes["app.css"] < 350_000


def test_the_wheel_carries_the_built_assets_and_the_addons(tmp_path: Path) -> None:
    build = "import hatchling.build as b, sys; print(b.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = zipfile.ZipFile(tmp_path / done.stdout.split()[-1]).namelist()

    assert {f"core/web/static/dist/{built}" for built in manifest().values()} <= set(names)
    committed = subprocess.run(
        ["git", "ls-files", "core", "tenants", "addons"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert [name for name in committed if name not in names] == []
