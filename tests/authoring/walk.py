"""Does what a page of the documentation says: runs its commands, writes and changes its files.

A block of `sh` is a command. A block under a path in bold is a file: the whole of it, or, in
`diff`, parts of it divided by `@@`, in which lines with + come and lines with - go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^\*\*`(?P<path>[^`]+)`\*\*\n\n)?^```(?P<language>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A command, if there is no path; otherwise what becomes of the file there."""

    path: str
    language: str
    body: str

    @property
    def is_command(self) -> bool:
        return not self.path

    def write(self, folder: Path) -> None:
        """Make or change the file."""
        file = folder / self.path
        if self.language == "diff":
            text = changed(file.read_text(encoding="utf-8"), self.body)
        else:
            assert not file.exists(), f"{self.path} is there already"
            text = self.body
        file.write_text(text, encoding="utf-8")


def steps(page: Path) -> Iterator[Step]:
    """What the page says to do, in order."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        step = Step(block["path"] or "", block["language"], block["body"])
        assert step.path or step.language == "sh", f"where does this belong?\n{step.body}"
        yield step


def changed(text: str, diff: str) -> str:
    """The text after the change; every part of it must fit in one place alone."""
    for part in diff.split("@@\n"):
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        assert text.count(before) == 1, f"this is not there, or not once:\n{before}"
        text = text.replace(before, after)
    return text
