"""What the web toolkit contributes to the kernel's catalog entry: its pages and their rights."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.addons.permissions import MANAGE_ADDONS, SEE_ADDONS
from core.declare import (
    PUBLIC,
    SIGNED_IN,
    Job,
    MenuItem,
    Permission,
    Route,
    Schedule,
    Slot,
    TemplateFolder,
    msg,
)
from core.jobs.declarations import MANAGE as MANAGE_JOBS
from core.part import KernelPart
from core.web import live
from core.web.idempotency import forget_old_answers
from core.web.models import KeptAnswer
from core.web.pages import addon_health, addons, job_progress, options, preferences, search
from core.web.shell import SEARCH_URL

CHANGE_OPTIONS: Final = Permission("core.options.change", msg("Change the company's settings"))

_STEP: Final = f"{addons.ADDONS}/{{name}}/{{step}}"

ROUTES: Final = (
    Route("GET", SEARCH_URL, search.show_search, SIGNED_IN),
    Route("GET", "/palette", search.show_palette, SIGNED_IN),
    Route("GET", "/core/progress/{id:int}", job_progress.show_progress, SIGNED_IN),
    Route("GET", live.POLL_URL, live.poll, SIGNED_IN),
    Route("POST", "/preferences/language", preferences.choose_language, PUBLIC),
    Route("POST", "/preferences/written", preferences.choose_written, SIGNED_IN),
    Route("GET", addon_health.URL, addon_health.show_health, MANAGE_ADDONS),
    Route("GET", addons.ADDONS, addons.list_addons, MANAGE_ADDONS),
    Route("GET", _STEP, addons.show_step, MANAGE_ADDONS),
    Route("POST", _STEP, addons.take_step, MANAGE_ADDONS),
    Route("POST", f"{addons.ADDONS}/{{name}}/retry", addons.retry, MANAGE_ADDONS),
    Route("GET", options.OPTIONS, options.list_options, CHANGE_OPTIONS),
    Route("POST", f"{options.OPTIONS}/{{name}}", options.save_options, CHANGE_OPTIONS),
    Route("POST", f"{options.OPTIONS}/{{name}}/test", options.test_options, CHANGE_OPTIONS),
)

MENU: Final = (
    MenuItem(
        msg("Addons"), addons.ADDONS, MANAGE_ADDONS, msg("Settings"), icon="puzzle", order=900
    ),
    MenuItem(
        msg("Health of addons"),
        addon_health.URL,
        MANAGE_ADDONS,
        msg("Settings"),
        icon="heart-pulse",
        order=905,
    ),
    MenuItem(
        msg("Options"), options.OPTIONS, CHANGE_OPTIONS, msg("Settings"), icon="sliders", order=910
    ),
)

PART: Final = KernelPart(
    models=(KeptAnswer,),
    permissions=(SEE_ADDONS, MANAGE_ADDONS, CHANGE_OPTIONS),
    routes=ROUTES,
    menu=MENU,
    jobs=(
        Job(
            "core.forget_kept_answers",
            msg("Forget the answers to old API calls"),
            forget_old_answers,
            schedule=Schedule("43 3 * * *"),
        ),
    ),
    slots=(Slot("core.jobs.side", "core/progress.html", job_progress.beside_the_job, MANAGE_JOBS),),
    templates=(TemplateFolder(Path(__file__).parent / "templates"),),
)
