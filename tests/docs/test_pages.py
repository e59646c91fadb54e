"""Links lead somewhere, pictures are there, and what is named as a file or a command exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from pictures.scenes import ALL
from tenants.cli import app

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.S | re.M)
TOPS = ("core/", "tenants/", "addons/", "frontend/", "benchmarks/", "script/", "tests/", "docs/")
FILE = re.compile(rf"(?:{'|'.join(TOPS)})[\w./-]+")
OUR_COMMAND = re.compile(r"\baorabooks ([a-z-]+)(?: ([a-z]+(?:-[a-z]+)*))?")


def slug(heading: str) -> str:
    """The anchor that a heading gets, as GitHub and others make it."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text())
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.M)}


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_and_command_that_a_page_names_is_there(page: Path) -> None:
    words = CODE.findall(FENCE.sub("", page.read_text()))
    files = {word for word in words if FILE.fullmatch(word)}
    assert sorted(word for word in files if not _is_there(word)) == []
    commands = app.commands
    unknown = set()
    for group, name in OUR_COMMAND.findall(page.read_text()):
        command = commands.get(group)
        inner = getattr(command, "commands", None)
        if command is None or (inner is not None and name not in inner):
            unknown.add(f"{group} {name}".strip())
    assert unknown == set()


def _is_there(word: str) -> bool:
    """Whether it is a file, a template by its name, or made here and never committed."""
    if (ROOT / word).exists() or (ROOT / "core" / "web" / "templates" / word).exists():
        return True
    ask = ["git", "check-ignore", "--quiet", "--no-index", word]
    return subprocess.run(ask, cwd=ROOT, check=False).returncode == 0


def test_every_picture_is_taken_by_the_command_and_shown_somewhere() -> None:
    taken = {f"{scene.name}.png" for scene in ALL}
    there = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    text = "".join(page.read_text() for page in PAGES)
    assert there == taken
    assert {name for name in taken if f"pictures/{name}" not in text} == set()
