"""What the sample company contributes to the kernel's catalog entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import PUBLIC, SIGNED_IN, Job, MenuItem, Route, Slot, msg
from core.part import KernelPart
from core.web.sample import pages
from core.web.sample.filling import JOB, fill_sample
from core.web.sample.models import SampleTicket
from core.web.sample.pages import MANAGE, SAMPLE


def _on_start(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    progress = pages.filling(session)
    return None if progress is None else {"progress": progress}


PART: Final = KernelPart(
    models=(SampleTicket,),
    permissions=(MANAGE,),
    routes=(
        Route("GET", SAMPLE, pages.show_sample, SIGNED_IN),
        Route("POST", f"{SAMPLE}/make", pages.make_sample, MANAGE),
        Route("POST", f"{SAMPLE}/open", pages.open_sample, SIGNED_IN),
        Route("POST", f"{SAMPLE}/erase", pages.erase_sample, MANAGE),
        Route("GET", pages.ENTER, pages.show_door, PUBLIC),
        Route("POST", pages.ENTER, pages.enter, PUBLIC),
    ),
    menu=(
        MenuItem(
            msg("Sample company"), SAMPLE, MANAGE, msg("Settings"), icon="building-check", order=920
        ),
    ),
    slots=(Slot("core.start", "core/progress.html", _on_start),),
    jobs=(Job(JOB, msg("Fill the sample company"), fill_sample),),
)
