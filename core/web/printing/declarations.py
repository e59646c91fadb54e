"""What printing contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import SIGNED_IN, Route, Slot
from core.part import KernelPart
from core.printing.models import PrintDesign, PrintedCopy, PrintRun
from core.web.printing import record_prints
from core.web.printing.record_prints import PRINTS

PART: Final = KernelPart(
    models=(PrintDesign, PrintedCopy, PrintRun),
    routes=(Route("GET", f"{PRINTS}/{{id:int}}", record_prints.show_print, SIGNED_IN),),
    slots=(
        Slot(
            "core.record.tools",
            "core/printing/menu.html",
            record_prints.beside_the_buttons,
            SIGNED_IN,
        ),
    ),
)
