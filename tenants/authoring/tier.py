"""The quality tier of an addon, from what was measured.

| tier | an addon that |
|---|---|
| bronze | has no errors |
| silver | and has a README, tests, and no warnings |
| gold | and declares invariants if it has tables, and documents all of its api |
| platinum | and its tests pass |
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tenants.authoring.finding import Finding, Subject
from tenants.places import ROOT

Tier = Literal["none", "bronze", "silver", "gold", "platinum"]

TEST_SECONDS = 600


def tier_of(subject: Subject, findings: Sequence[Finding]) -> Tier:
    """The highest tier whose conditions hold."""
    if any(finding.severity == "error" for finding in findings):
        return "none"
    folder, tests = subject.addon.folder, _tests(subject)
    if findings or tests is None or not (folder / "README.md").is_file():
        return "bronze"
    if not (_has_invariants_for_its_tables(subject) and _documents_its_api(folder)):
        return "silver"
    return "platinum" if _pass(tests) else "gold"


def _tests(subject: Subject) -> Path | None:
    """An addon's tests lie in it; those of shipped addons in the platform's `tests/`."""
    places = [subject.addon.folder / "tests", ROOT / "tests" / subject.name]
    return next((place for place in places if any(place.glob("test_*.py"))), None)


def _has_invariants_for_its_tables(subject: Subject) -> bool:
    contributions = subject.kernel.catalog.contributions
    has_tables = any(owned.addon == subject.name for owned in contributions.models)
    return not has_tables or any(owned.addon == subject.name for owned in contributions.invariants)


def _documents_its_api(folder: Path) -> bool:
    path = folder / "api.py"
    if not path.is_file():
        return True
    tree = ast.parse(path.read_text(encoding="utf-8"))
    definitions = (ast.FunctionDef, ast.ClassDef)
    return all(ast.get_docstring(node) for node in tree.body if isinstance(node, definitions))


def _pass(tests: Path) -> bool:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(tests)],
        cwd=ROOT if tests.is_relative_to(ROOT) else tests.parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=TEST_SECONDS,
        check=False,
    )
    return run.returncode == 0
