"""Names for programs, made of titles for people."""

from __future__ import annotations

import re
from collections.abc import Container

_NO_LETTERS = re.compile(r"[^a-z0-9]+")


def free_name(title: str, taken: Container[str], *, otherwise: str) -> str:
    """A name of small Latin letters, digits and `_` that is not taken, begins with a letter and
    reminds of the title; of `otherwise` where that has no Latin letter."""
    stem = _NO_LETTERS.sub("_", title.lower()).strip("_")[:30].rstrip("_")
    if not stem[:1].isalpha():
        stem = f"{otherwise}_{stem}".rstrip("_")
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name
