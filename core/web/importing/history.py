"""All imports that one may see, the newest first, and what can be brought in."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.importing.models import DataImport
from core.web.importing.access import addon_files, importable, visible
from core.web.importing.outcome_page import target_title
from core.web.importing.pages import IMPORTS
from core.web.replies import Page, Reply
from core.web.request import Request

PAGE: Final = 50


def list_imports(session: Session, request: Request) -> Reply:
    """Who brought which file, what became of it, and the way to undo it."""
    before = request.query.get("before", "")
    statement = select(DataImport).where(visible(session))
    if before.isascii() and before.isdecimal() and len(before) < 19:
        statement = statement.where(DataImport.id < int(before))
    found = session.scalars(statement.order_by(DataImport.id.desc()).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    context = {
        "imports": [(held, target_title(session, held)) for held in shown],
        "next": f"{IMPORTS}?before={shown[-1].id}" if len(found) > PAGE else "",
        "shapes": importable(session),
        "importers": addon_files(session),
    }
    return Page("core/importing/history.html", context)
