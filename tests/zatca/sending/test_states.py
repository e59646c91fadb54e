"""What can become of a document is what docs/zatca.md draws, and nothing else."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from addons.zatca.models import DOCUMENT_STATES, Document
from addons.zatca.services.sending import states
from core.errors import Conflict

PAGE = Path(__file__).parents[3] / "docs" / "zatca.md"


def test_documents_go_the_ways_that_are_drawn() -> None:
    drawn = set(re.findall(r"^    ([A-Z_]+) --> ([A-Z_]+)", PAGE.read_text("utf-8"), re.MULTILINE))
    known = [state for state, _ in DOCUMENT_STATES]
    gone: set[tuple[str, str]] = set()
    for before, after in itertools.product(known, known):
        document = Document(number="T-1", state=before)
        try:
            states.move(document, after)
        except Conflict:
            assert document.state == before
        else:
            gone.add((before, after.removesuffix(states.WITH_WARNINGS)))
    assert gone == drawn
