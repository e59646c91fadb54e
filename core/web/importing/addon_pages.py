"""Files that an addon reads itself, such as ledgers: brought in the same place, checked and
imported in the same way.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import AppError
from core.importing.models import DataImport
from core.web.importing.access import addon_file, visible
from core.web.importing.arriving import arrive
from core.web.importing.pages import EARLIER, IMPORTS
from core.web.importing.work import CHECK_JOB, RUN_JOB, begin
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request


def addon_upload_page(session: Session, request: Request, problem: AppError | None = None) -> Reply:
    """Choose a file of one of the kinds that addons read."""
    importer = addon_file(session, request.path_params["kind"])
    statement = select(DataImport).where(DataImport.target == importer.kind, visible(session))
    earlier = session.scalars(statement.order_by(DataImport.id.desc()).limit(EARLIER)).all()
    context = {
        "importer": importer,
        "action": f"{IMPORTS}/files/{importer.kind}",
        "earlier": earlier,
        "problem": problem,
    }
    status = problem.status if problem else 200
    return Page("core/importing/addon_upload.html", context, status=status)


def addon_upload(session: Session, request: Request) -> Reply:
    """Keep the file; check it, or import it at once."""
    importer = addon_file(session, request.path_params["kind"])
    try:
        held = arrive(session, request, importer.kind, importer=True)
    except AppError as error:
        return addon_upload_page(session, request, error)
    begin(
        session,
        held,
        RUN_JOB if request.form.get("step") == "run" else CHECK_JOB,
        importer.title,
    )
    return Redirect(f"{IMPORTS}/{held.id}")
