"""What printing contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import SIGNED_IN, Job, Route, Schedule, Slot, msg
from core.part import KernelPart
from core.printing.models import PrintDesign, PrintedCopy, PrintRun
from core.web.printing import record_prints, run_pages, runs
from core.web.printing.record_prints import PRINTS
from core.web.printing.run_pages import RUNS

PART: Final = KernelPart(
    models=(PrintDesign, PrintedCopy, PrintRun),
    routes=(
        Route("GET", f"{PRINTS}/{{id:int}}", record_prints.show_print, SIGNED_IN),
        Route("GET", f"{RUNS}/{{id:int}}", run_pages.show_run, SIGNED_IN),
        Route("GET", f"{RUNS}/{{id:int}}/file", run_pages.fetch_run, SIGNED_IN),
    ),
    jobs=(
        Job(runs.JOB, msg("Print many records"), runs.print_run, timeout_seconds=3600),
        Job(
            runs.FORGET,
            msg("Forget the files of old print runs"),
            runs.forget_old_runs,
            schedule=Schedule("17 4 * * *"),
        ),
    ),
    slots=(
        Slot(
            "core.record.tools",
            "core/printing/menu.html",
            record_prints.beside_the_buttons,
            SIGNED_IN,
        ),
    ),
)
