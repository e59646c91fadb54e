"""The marks as a list, so that open pages hear of each new one; and their writing through the API,
which leaves a second mark by a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.api import Access, Column, Field, Operations, Resource, Section, enqueue, msg

from .models import Mark
from .permissions import MAKE


def _mark_and_ask(session: Session, values: Mapping[str, Any]) -> Mark:
    mark = Mark(word=values["word"], via="api")
    session.add(mark)
    enqueue(session, "noise.mark", word=mark.word)
    return mark


WORDS = Resource(
    name="words",
    model=Mark,
    title=msg("Words"),
    singular=msg("Word"),
    access=Access(read=MAKE, create=MAKE),
    columns=(Column("word"), Column("via")),
    form=(Section(msg("Word"), (Field("word"),)),),
    operations=Operations(create=_mark_and_ask),
    record_title=lambda mark: mark.word,
)
