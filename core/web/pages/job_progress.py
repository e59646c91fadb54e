"""How far a background job is: a piece of a page that keeps itself up to date.

A page shows it with `{% include "core/progress.html" %}` and `progress_of(session, job_id)` as
`progress`; the piece then asks for itself until the job has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import phrase
from core.jobs.declarations import MANAGE
from core.jobs.progress import progress_of
from core.web.replies import Fragment, Json, Reply
from core.web.request import Request


def show_progress(session: Session, request: Request) -> Reply:
    """For whoever asked for the job, and for those who manage jobs."""
    job_id = int(request.path_params["id"])
    progress = progress_of(session, job_id)
    actor = request.actor
    asked = actor.user_id is not None and actor.user_id == progress.requested_by_id
    if not asked and not actor.may(MANAGE.code):
        raise NotFound(phrase("There is no job {number}.", number=str(job_id)))
    if request.wants == "json":
        data = {
            "state": progress.state,
            "fraction": progress.fraction,
            "text": progress.text,
            "error": progress.error,
        }
        return Json(data)
    return Fragment("core/progress.html", {"progress": progress})


def beside_the_job(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The slot on a job's own page, while there is something to watch."""
    progress = progress_of(session, given["record"].id)
    return None if progress.ended else {"progress": progress}
