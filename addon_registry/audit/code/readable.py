"""Code that says to its readers what it does: as text, and without characters that reorder it.

Marks that change the direction of writing can make a line look like another one (Trojan Source,
CVE-2021-42574). Compiled files cannot be read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from addon_registry.audit.finding import Finding, Place, error
from addon_registry.audit.subject import Subject
from core.i18n.phrases import phrase

_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_COMPILED: Final = frozenset(
    {".so", ".pyd", ".dll", ".dylib", ".exe", ".pyc", ".pyo", ".o", ".a", ".pth", ".jar", ".wasm"}
)
_PROGRAMS: Final = (b"\x7fELF", b"MZ\x90", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\0asm")


def check(subject: Subject) -> Iterator[Finding]:
    """Files that are no Python, that are no text, and lines that look like others."""
    yield from subject.broken
    for module in subject.modules:
        for number, line in enumerate(module.lines, start=1):
            if _REORDERING.search(line):
                yield error(
                    "hidden-text",
                    Place(module.path, number),
                    phrase("A mark in this line changes the order in which it is shown."),
                    phrase("Write such a character as an escape, such as \\u202b."),
                )
    for path, data in subject.files.items():
        if PurePosixPath(path).suffix in _COMPILED or data.startswith(_PROGRAMS):
            yield error(
                "compiled",
                Place(path),
                phrase("The file is a program that nobody can read."),
                phrase("Leave it out; get compiled packages through requirements.txt."),
            )
