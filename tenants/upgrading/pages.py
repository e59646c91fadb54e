"""The operator's page of upgrades: who is behind, how far a run is, and what was rehearsed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.db.session import binding
from core.declare import MenuItem, Remedy, Route, Trouble, msg
from core.errors import NotFound
from core.i18n import phrase
from core.kernel import Kernel
from core.web.replies import Fragment, Page, Redirect, Reply
from core.web.request import Request
from tenants.permissions import MANAGE, SEE
from tenants.upgrading import background, behind, fleet, runs
from tenants.upgrading.models import Rehearsal, UpgradeRun
from tenants.upgrading.release import release_of

PAGE: Final = "/tenants/upgrades"
_BEFORE: Final = 5
_REHEARSALS: Final = 10
_NAMED: Final = 20


def show(session: Session, request: Request) -> Reply:
    """Everything about upgrades."""
    kernel = _kernel(session)
    run = runs.newest(session)
    shown = _context(session, kernel, run)
    context = {
        **shown,
        "release": release_of(kernel.catalog),
        "counts": behind.counts(kernel, named=_NAMED),
        "suspended": _others(behind.suspended(session), shown["progress"]),
        "before": () if run is None else runs.before(session, run, _BEFORE),
        "rehearsals": _rehearsals(session),
        "parallel": fleet.at_once(),
    }
    return Page("tenants/upgrades.html", context)


def show_progress(session: Session, request: Request) -> Reply:
    """How far the newest run is; asks again by itself while somebody works on it."""
    context = _context(session, _kernel(session), runs.newest(session))
    return Fragment("tenants/upgrades_progress.html", context)


def show_rehearsal(session: Session, request: Request) -> Reply:
    """What came of trying the upgrade on a copy of one company's database."""
    found = session.get(
        Rehearsal, int(request.path_params["id"]), options=[joinedload(Rehearsal.organization)]
    )
    if found is None:
        raise NotFound(phrase("There is no such rehearsal."))
    context = {"rehearsal": found, "report": found.report, "back": PAGE}
    return Page("tenants/rehearsal.html", context)


def start(session: Session, request: Request) -> Reply:
    """Begin a run; the workers work on it."""
    kernel = _kernel(session)
    late = [each for each in behind.standings(kernel) if each.behind]
    if not late:
        return Redirect(PAGE, message=phrase("Every company is up to date."))
    release = release_of(kernel.catalog)
    run = runs.begin(session, late, release=release, parallel=fleet.at_once())
    background.ask_workers(session, run)
    return Redirect(PAGE, message=phrase("The upgrade has begun."))


def pause(session: Session, request: Request) -> Reply:
    """Let nobody begin with another company."""
    runs.pause(session)
    return Redirect(PAGE, message=phrase("Companies under way are finished; then it rests."))


def resume(session: Session, request: Request) -> Reply:
    """Go on."""
    return _go_on(session, runs.resume)


def retry(session: Session, request: Request) -> Reply:
    """Try those again that failed."""
    return _go_on(session, runs.retry)


def troubles(session: Session) -> list[Trouble]:
    """An upgrade that rests, and companies in which one failed."""
    run = runs.newest(session)
    if run is None or run.status not in ("paused", "done"):
        return []
    progress = runs.progress_of(session, run.id)
    if run.status == "paused":
        cause = run.note or phrase("Somebody paused it.")
        return [
            Trouble(
                key=f"upgrade:{run.id}:paused",
                title=phrase("The upgrade of the companies rests"),
                cause=cause,
                url=PAGE,
                remedy=Remedy(msg("Go on"), MANAGE, url=f"{PAGE}/resume"),
            )
        ]
    if not progress.failed:
        return []
    return [
        Trouble(
            key=f"upgrade:{run.id}:failed",
            title=phrase("The upgrade failed in {count} companies", count=progress.failed),
            cause="; ".join(f"{each.slug}: {each.reason}" for each in progress.failures[:5]),
            url=PAGE,
            remedy=Remedy(msg("Try again"), MANAGE, url=f"{PAGE}/retry"),
        )
    ]


def _go_on(session: Session, change: Callable[[Session], UpgradeRun]) -> Reply:
    run = change(session)
    fleet.refuse_other_release(_kernel(session), run)
    background.ask_workers(session, run)
    return Redirect(PAGE, message=phrase("The upgrade goes on."))


def _context(session: Session, kernel: Kernel, run: UpgradeRun | None) -> dict[str, Any]:
    progress = None if run is None else runs.progress_of(session, run.id)
    release = release_of(kernel.catalog)
    return {
        "progress": progress,
        "page": PAGE,
        "ours": run is not None and run.release == release,
        "open": run is not None and run.status in runs.UNFINISHED and run.release == release,
        "live": progress is not None and (progress.status == "running" or bool(progress.working)),
    }


def _others(
    suspended: list[behind.Suspended], progress: runs.Progress | None
) -> list[behind.Suspended]:
    """Those that the newest run does not name already."""
    failures = () if progress is None else progress.failures
    named = {(failure.slug, addon) for failure in failures for addon in failure.addons}
    return [each for each in suspended if (each.slug, each.addon) not in named]


def _rehearsals(session: Session) -> list[Rehearsal]:
    statement = (
        select(Rehearsal)
        .options(joinedload(Rehearsal.organization))
        .order_by(Rehearsal.id.desc())
        .limit(_REHEARSALS)
    )
    return list(session.scalars(statement))


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route("GET", "/upgrades", show, SEE),
    Route("GET", "/upgrades/progress", show_progress, SEE),
    Route("GET", "/upgrades/rehearsals/{id:int}", show_rehearsal, SEE),
    Route("POST", "/upgrades/start", start, MANAGE),
    Route("POST", "/upgrades/pause", pause, MANAGE),
    Route("POST", "/upgrades/resume", resume, MANAGE),
    Route("POST", "/upgrades/retry", retry, MANAGE),
)
MENU: Final = (MenuItem(msg("Upgrades"), PAGE, SEE, icon="arrow-up-circle", order=36),)
