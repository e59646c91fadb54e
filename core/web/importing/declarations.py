"""What imports contribute to the kernel's catalog entry: pages, jobs, a permission."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.declare import SIGNED_IN, Job, MenuItem, Route, Schedule, msg
from core.part import KernelPart
from core.web.importing import addon_pages, history, pages, problem_files, work
from core.web.importing.access import MANAGE
from core.web.importing.arriving import upload_limit
from core.web.importing.matching import forget_old_plans
from core.web.importing.pages import IMPORTS

KEEP_DAYS: Final = 365
"""For so long an import can be undone."""
DRAFT_DAYS: Final = 30
"""After so long a file whose columns nobody matched is forgotten."""

_ONE: Final = f"{IMPORTS}/{{id:int}}"
_FILES: Final = f"{IMPORTS}/files/{{kind:str}}"


def forget_old_imports(session: Session) -> None:
    """Forget what is only needed to undo imports of long ago, and drafts that came to nothing."""
    connection = session.connection()
    connection.execute(_FORGET_RECORDS, {"days": KEEP_DAYS})
    connection.execute(_FORGET_DRAFTS, {"days": DRAFT_DAYS})
    forget_old_plans(session)


PART: Final = KernelPart(
    permissions=(MANAGE,),
    routes=(
        Route("GET", IMPORTS, history.list_imports, SIGNED_IN),
        Route("GET", _FILES, addon_pages.addon_upload_page, SIGNED_IN),
        Route("POST", _FILES, addon_pages.addon_upload, SIGNED_IN, upload=upload_limit),
        Route("GET", _ONE, pages.import_page, SIGNED_IN),
        Route("GET", f"{_ONE}/progress", pages.import_progress, SIGNED_IN),
        Route("POST", f"{_ONE}/layout", pages.correct_layout, SIGNED_IN),
        Route("POST", f"{_ONE}/columns", pages.choose_columns, SIGNED_IN),
        Route("POST", f"{_ONE}/run", pages.run, SIGNED_IN),
        Route("POST", f"{_ONE}/back", pages.back_to_columns, SIGNED_IN),
        Route("GET", f"{_ONE}/undo", pages.confirm_undo, SIGNED_IN),
        Route("POST", f"{_ONE}/undo", pages.undo, SIGNED_IN),
        Route("GET", f"{_ONE}/problems", problem_files.problem_file, SIGNED_IN),
    ),
    menu=(MenuItem(msg("Imports"), IMPORTS, MANAGE, msg("Settings"), "box-arrow-in-down", 880),),
    jobs=(
        Job(work.CHECK_JOB, msg("Check a file"), work.check_import),
        Job(work.RUN_JOB, msg("Import a file"), work.run_import),
        Job(work.UNDO_JOB, msg("Undo an import"), work.undo_import),
        Job(
            "core.forget_old_imports",
            msg("Forget what old imports need to be undone"),
            forget_old_imports,
            schedule=Schedule("10 4 * * *"),
        ),
    ),
)

_FORGET_RECORDS = text(
    "DELETE FROM core.imported_record r USING core.data_import i"
    " WHERE r.import_id = i.id AND i.created_at < now() - make_interval(days => :days)"
)
_FORGET_DRAFTS = text(
    "DELETE FROM core.data_import WHERE state = 'draft'"
    " AND updated_at < now() - make_interval(days => :days)"
)
