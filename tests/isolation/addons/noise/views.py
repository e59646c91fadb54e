"""The marks as a list, so that open pages hear of each new one."""

from __future__ import annotations

from core.api import Access, Column, Resource, msg

from .models import Mark
from .permissions import MAKE

WORDS = Resource(
    name="words",
    model=Mark,
    title=msg("Words"),
    singular=msg("Word"),
    access=Access(read=MAKE),
    columns=(Column("word"), Column("via")),
    record_title=lambda mark: mark.word,
)
