"""What the start page contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import SIGNED_IN, MenuItem, Route, msg
from core.part import KernelPart
from core.web.dashboards import arranging, pages
from core.web.dashboards.drawing import CARDS
from core.web.dashboards.models import DashboardLayout, OnboardingDismissal
from core.web.dashboards.steps import STEPS

_STEPS: Final = (
    ("move", arranging.move),
    ("resize", arranging.resize),
    ("remove", arranging.remove),
    ("add", arranging.add),
    ("reset", arranging.reset),
    ("role", arranging.give_to_role),
    ("pin", arranging.pin),
    ("checklist", arranging.dismiss_checklist),
)

PART: Final = KernelPart(
    models=(DashboardLayout, OnboardingDismissal),
    routes=(
        Route("GET", "/", pages.show_start, SIGNED_IN),
        Route("GET", f"{CARDS}/{{key}}", pages.show_card, SIGNED_IN),
        *(Route("POST", f"/core/dashboard/{step}", run, SIGNED_IN) for step, run in _STEPS),
    ),
    menu=(MenuItem(msg("Start"), "/", SIGNED_IN, icon="house", order=0),),
    onboarding=STEPS,
)
