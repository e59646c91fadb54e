"""What printing contributes to the kernel's catalog entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.declare import SIGNED_IN, Job, MenuItem, Permission, Route, Schedule, Slot, msg
from core.part import KernelPart
from core.printing.models import PrintDesign, PrintedCopy, PrintRun
from core.web.printing import (
    design_pages,
    letterhead_pages,
    receipts,
    record_prints,
    run_pages,
    runs,
)
from core.web.printing.letterhead_pages import PRINTING
from core.web.printing.record_prints import PRINTS
from core.web.printing.run_pages import RUNS

MANAGE: Final = Permission("core.printing.manage", msg("Change how documents are printed"))


def _settings() -> Iterator[Route]:
    form = f"{PRINTING}/forms/{{addon}}/{{resource}}/{{form}}"
    yield Route("GET", PRINTING, design_pages.list_forms, MANAGE)
    yield Route("GET", letterhead_pages.URL, letterhead_pages.show_letterhead, MANAGE)
    yield Route("POST", letterhead_pages.URL, letterhead_pages.save_letterhead, MANAGE)
    for step, run in (
        ("preview", letterhead_pages.preview_letterhead),
        ("reset", letterhead_pages.reset_letterhead),
    ):
        yield Route("POST", f"{letterhead_pages.URL}/{step}", run, MANAGE)
    yield Route("GET", form, design_pages.show_design, MANAGE)
    yield Route("POST", form, design_pages.save_design, MANAGE)
    yield Route("POST", f"{form}/preview", design_pages.preview_design, MANAGE)
    yield Route("POST", f"{form}/reset", design_pages.reset_design, MANAGE)


PART: Final = KernelPart(
    models=(PrintDesign, PrintedCopy, PrintRun),
    permissions=(MANAGE,),
    menu=(MenuItem(msg("Printing"), PRINTING, MANAGE, msg("Settings"), icon="printer", order=915),),
    routes=(
        Route("GET", f"{PRINTS}/{{id:int}}", record_prints.show_print, SIGNED_IN),
        Route("GET", f"{RUNS}/{{id:int}}", run_pages.show_run, SIGNED_IN),
        Route("GET", f"{RUNS}/{{id:int}}/file", run_pages.fetch_run, SIGNED_IN),
        Route("GET", f"{receipts.CODES}/{{symbology}}", receipts.show_code, SIGNED_IN),
        *_settings(),
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
