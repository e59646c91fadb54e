"""`script/setup` and what it installs: clear refusals, and locks that hold on any machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.waiting import PATIENCE

from .conftest import ROOT, Checkout

PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python")
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def test_setup_with_nothing_to_do_is_silent() -> None:
    command = [ROOT / "script" / "setup"]
    subprocess.run(command, capture_output=True, timeout=300, check=True)

    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_python_that_is_too_old_is_named_with_the_way_out(checkout: Checkout) -> None:
    for name in PYTHONS:
        checkout.program(
            f"bin/{name}", '[ "$1" != --version ] || { echo Python 3.9.2; exit; }; exit 1'
        )
    (checkout.folder / "requirements").mkdir()
    for name in ("setup.txt", "base.txt"):
        (checkout.folder / "requirements" / name).write_text("")
    (checkout.folder / "pyproject.toml").write_text("")

    done = checkout.run("script/setup")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; found Python 3.9.2" in done.stdout
    assert not (checkout.folder / ".venv").exists()


def test_a_full_disk_is_named_before_anything_is_installed(checkout: Checkout) -> None:
    checkout.program("bin/df", "printf 'Filesystem 1024-blocks Used Available\\n/d 9 9 2048\\n'")
    (checkout.folder / "requirements").mkdir()
    for name in ("setup.txt", "base.txt"):
        (checkout.folder / "requirements" / name).write_text("")
    (checkout.folder / "pyproject.toml").write_text("")

    done = checkout.run("script/setup")
    assert done.returncode == 1
    assert "has 2 MB free" in done.stdout
    assert not (checkout.folder / ".venv").exists()


def test_an_unknown_option_is_refused(checkout: Checkout) -> None:
    done = checkout.run("script/setup", "--everything")
    assert done.returncode == 1
    assert "unknown option --everything" in done.stdout


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_locks_hold_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "sha256:" in text or "sha512-" in text


def test_every_package_of_pyproject_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "base": project["project"]["dependencies"],
        "setup": project["dependency-groups"]["setup"],
        "dev": [
            *project["project"]["dependencies"],
            *(item for item in project["dependency-groups"]["dev"] if isinstance(item, str)),
        ],
    }
    for name, requirements in wanted.items():
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        locked = {canonicalize_name(found) for found in re.findall(r"^([\w.-]+)==", text, re.M)}
        named = {canonicalize_name(Requirement(item).name) for item in requirements}
        assert named <= locked, f"{name}.txt lacks {named - locked}: run script/lock"


def test_the_locks_agree_with_each_other() -> None:
    pins: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"^([\w.-]+)==([^ ]+)", lock.read_text(), re.M):
            pins.setdefault(name, set()).add(version)
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}
