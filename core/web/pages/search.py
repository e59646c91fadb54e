"""The search over everything: records of the enabled addons, and entries of the menu."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from core.addons.extensions import search
from core.web.replies import Json, Page, Reply
from core.web.request import Request

SHORTEST: Final = 2
LONGEST: Final = 100


def show_search(session: Session, request: Request) -> Reply:
    """The hits for `q`, by kind; as JSON for programs."""
    # PostgreSQL holds no NUL, so nothing is found by one.
    text = request.query.get("q", "").replace("\0", "").strip()[:LONGEST]
    found = search(session, text) if len(text) >= SHORTEST else []
    if request.wants == "json":
        return Json({"query": text, "found": [asdict(hit) for hit in found]})
    by_kind = sorted(found, key=lambda hit: hit.kind)
    groups = [(kind, list(hits)) for kind, hits in groupby(by_kind, key=lambda hit: hit.kind)]
    context = {"text": text, "groups": groups, "too_short": len(text) < SHORTEST}
    return Page("core/search.html", context)
