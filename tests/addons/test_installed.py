"""Addons that come as installed packages are found by their entry points, unread until then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.addons import digest
from core.addons.discovery import discover
from core.addons.loading import load

Install = Callable[[str, str], Path]

MANIFEST = """\
name = "{name}"
title = "Shiny"
summary = "Comes as a package."
version = "1.0.0"
core = ">=1,<2"
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a package with an addon where Python finds it, as pip would."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def _install(name: str, target: str) -> Path:
        package = tmp_path / target.partition(".")[0]
        package.mkdir()
        (package / "__init__.py").write_text('"""An addon."""\n')
        (package / "plugin.py").write_text('"""Nothing to declare."""\n')
        (package / "addon.toml").write_text(MANIFEST.format(name=name))
        info = tmp_path / f"{name}-1.0.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
        (info / "entry_points.txt").write_text(f"[aorabooks.addons]\n{name} = {target}\n")
        return package

    return _install


def test_an_installed_addon_is_found_without_being_imported_and_then_loads(
    install: Install,
) -> None:
    folder = install("shiny", "shiny_package")

    found = discover()
    addon = next(addon for addon in found.found if addon.name == "shiny")
    assert (addon.folder, addon.package, addon.shipped) == (folder, "shiny_package", False)
    assert "shiny_package" not in sys.modules

    loaded = load(found).addons["shiny"]
    assert "shiny_package.plugin" in sys.modules
    assert loaded.digest == digest.of_folder(folder)


@pytest.mark.parametrize("target", ["dotted_package.inside", "missing package"])
def test_an_entry_point_that_names_no_package_is_refused(install: Install, target: str) -> None:
    install("odd", target)
    refused = {one.name: one.reason for one in discover().refused}
    assert f"{target!r} is no top-level package that can be found" in refused["odd"]
    assert "dotted_package" not in sys.modules


def test_the_fingerprint_changes_with_every_file_but_those_python_writes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "b.html").write_text("two")
    first = digest.of_folder(tmp_path)

    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("compiled")
    assert digest.of_folder(tmp_path) == first

    (tmp_path / "templates" / "b.html").write_text("three")
    changed = digest.of_folder(tmp_path)
    (tmp_path / "templates" / "b.html").write_text("two")
    (tmp_path / "a.py").rename(tmp_path / "c.py")
    assert len({first, changed, digest.of_folder(tmp_path)}) == 3
