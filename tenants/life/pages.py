"""The pages and calls on which an operator renames, copies, exports, deletes and restores an
organization, and sees how far that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.options import options
from core.custody.takeout import AREA
from core.db.session import binding
from core.declare import ApiCall, Route, Slot
from core.errors import AppError, InvalidInput, NotFound
from core.i18n import phrase
from core.jobs.models import Job
from core.jobs.progress import Progress, progress_of
from core.kernel import Kernel
from core.web.replies import File, Fragment, Json, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.savepoint import attempt
from tenants.control import control
from tenants.life import jobs, steps
from tenants.life_models import Binned, OrganizationExport
from tenants.life_options import LifeOptions
from tenants.models import Organization
from tenants.permissions import DELETE, MANAGE, SEE
from tenants.serving import STATUSES

ORGANIZATIONS: Final = "/tenants/organizations"
_SHOWN_JOBS: Final = 3
Step = Callable[[Session, Organization, Mapping[str, Any]], str]


def _rename(session: Session, organization: Organization, wish: Mapping[str, Any]) -> str:
    steps.rename(session, organization, str(wish.get("slug") or ""))
    return phrase("It is at {slug} now.", slug=organization.slug)


def _copy(session: Session, organization: Organization, wish: Mapping[str, Any]) -> str:
    title, masked = str(wish.get("title") or ""), bool(wish.get("masked"))
    slug = str(wish.get("slug") or "")
    steps.copy(session, organization, slug, title=title, masked=masked)
    return phrase("It is being copied. People can go on working.")


def _export(session: Session, organization: Organization, wish: Mapping[str, Any]) -> str:
    steps.export(session, organization)
    return phrase("Everything is being packed.")


def _delete(session: Session, organization: Organization, wish: Mapping[str, Any]) -> str:
    steps.put_into_bin(session, organization, str(wish.get("confirm") or ""))
    return phrase("Nobody is served there any more. It can be restored from the bin.")


def _restore(session: Session, organization: Organization, wish: Mapping[str, Any]) -> str:
    steps.restore(session, organization)
    return phrase("It is being restored.")


def _purge(session: Session, organization: Organization, wish: Mapping[str, Any]) -> str:
    steps.purge(session, organization, str(wish.get("confirm") or ""))
    return phrase("It is being removed for good.")


_CHANGES: Final[Mapping[str, Step]] = {"rename": _rename, "copy": _copy, "restore": _restore}
_ENDS: Final[Mapping[str, Step]] = {"export": _export, "delete": _delete, "purge": _purge}
_TEXT: Final = {"type": "string"}
_WISH: Final = {
    "type": "object",
    "properties": {
        "slug": _TEXT,
        "title": _TEXT,
        "masked": {"type": "boolean"},
        "confirm": _TEXT,
    },
}
_STANDING: Final = {
    "type": "object",
    "required": ["id", "slug", "status", "jobs"],
    "properties": {
        "id": _TEXT,
        "slug": _TEXT,
        "status": _TEXT,
        "jobs": {"type": "array", "items": {"type": "object"}},
    },
}


def beside_the_organization(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Where its life is looked after, and what is under way."""
    organization = given["record"]
    if organization is None or organization.sample_of is not None:
        return None
    running = [each for each in _jobs_of(session, organization.id) if not each.ended]
    return {"url": _address(organization), "running": running, "organization": organization}


def show(session: Session, request: Request) -> Reply:
    """What can be done with it, and how far it is."""
    return _page(session, _found(session, request))


def change(session: Session, request: Request) -> Reply:
    """Rename, copy or restore it."""
    return _answer(session, request, _CHANGES)


def end(session: Session, request: Request) -> Reply:
    """Take everything of it along, or remove it: for who may do more than change it."""
    return _answer(session, request, _ENDS)


def call_change(session: Session, request: Request) -> Reply:
    """The same for a program."""
    return _call(session, request, _CHANGES)


def call_end(session: Session, request: Request) -> Reply:
    """The same for a program."""
    return _call(session, request, _ENDS)


def call_standing(session: Session, request: Request) -> Reply:
    """Its status and its last jobs, for a program."""
    return Json(_standing(session, _found(session, request)))


def download(session: Session, request: Request) -> Reply:
    """An export, for as long as it is kept."""
    organization = _found(session, request)
    export = session.get(OrganizationExport, int(request.path_params["export"]))
    if export is None or export.organization_id != organization.id:
        raise NotFound(phrase("There is no such download."))
    kernel = _kernel(session)
    content = kernel.files.open(control(kernel), export.digest, area=AREA)
    name = f"{organization.slug}-{export.created_at:%Y%m%d-%H%M}.zip"
    return File(content, name, "application/zip")


def _answer(session: Session, request: Request, known: Mapping[str, Step]) -> Reply:
    step = _step(request, known)
    organization = steps.locked(session, request.path_params["id"])
    try:
        said = attempt(session, lambda: step(session, organization, request.form))
    except AppError as error:
        session.refresh(organization)
        return _page(session, organization, error)
    return Redirect(_address(organization), message=said)


def _call(session: Session, request: Request, known: Mapping[str, Step]) -> Reply:
    wish = request.json() if request.body else {}
    if not isinstance(wish, dict):
        raise InvalidInput(phrase("Send an object."))
    organization = steps.locked(session, request.path_params["id"])
    _step(request, known)(session, organization, wish)
    return Json(_standing(session, organization), status=202)


def _step(request: Request, known: Mapping[str, Step]) -> Step:
    step = known.get(request.path_params["step"])
    if step is None:
        raise NotFound(phrase("There is no such step."))
    return step


def _standing(session: Session, organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "slug": organization.slug,
        "status": organization.status,
        "jobs": [
            {
                "id": each.job_id,
                "title": each.title,
                "state": each.state,
                "progress": each.fraction,
                "text": each.text,
                "error": each.error,
            }
            for each in _jobs_of(session, organization.id)
        ],
    }


def show_progress(session: Session, request: Request) -> Reply:
    """The last steps and how far they are; asks again by itself."""
    organization = _found(session, request)
    return Fragment("tenants/life_progress.html", _progress(session, organization))


def _page(
    session: Session,
    organization: Organization,
    refused: AppError | None = None,
) -> Reply:
    exports = select(OrganizationExport).where(
        OrganizationExport.organization_id == organization.id
    )
    binned = select(Binned).where(Binned.organization_id == organization.id)
    chosen = options(session, LifeOptions)
    context = {
        "refused": refused,
        "exports": session.scalars(exports.order_by(OrganizationExport.id.desc())).all(),
        "kept_days": jobs.KEPT.days,
        "binned": session.scalar(binned),
        "bin_days": chosen.bin_days,
        "redirect_days": chosen.redirect_days,
        "statuses": dict(STATUSES),
        "base_domain": _kernel(session).config.base_domain,
        "back": f"{ORGANIZATIONS}/{organization.id}",
        **_progress(session, organization),
    }
    status = 200 if refused is None else refused.status
    return Page("tenants/life.html", context, status=status)


def _progress(session: Session, organization: Organization) -> dict[str, Any]:
    found = _jobs_of(session, organization.id)
    return {
        "organization": organization,
        "jobs": found,
        "busy": any(not each.ended for each in found),
        "url": _address(organization),
    }


def _jobs_of(session: Session, organization_id: str) -> Sequence[Progress]:
    """The last steps, the newest first."""
    mine = (
        select(Job.id)
        .where(Job.name.in_((steps.FINISH, steps.EXPORT, steps.MAKE)))
        .where(Job.arguments["organization_id"].astext == organization_id)
    )
    ids = session.scalars(mine.order_by(Job.id.desc()).limit(_SHOWN_JOBS)).all()
    return [progress_of(session, job_id) for job_id in ids]


def _found(session: Session, request: Request) -> Organization:
    found = session.get(Organization, request.path_params["id"])
    if found is None or found.sample_of is not None:
        raise NotFound(phrase("There is no such organization."))
    return found


def _address(organization: Organization) -> str:
    return f"{ORGANIZATIONS}/{organization.id}/life"


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


_PAGE: Final = "/organizations/{id}/life"
_API: Final = "/api/v1/tenants/organizations/{id}"
ROUTES: Final = (
    Route("GET", _PAGE, show, MANAGE),
    Route("GET", f"{_PAGE}/progress", show_progress, MANAGE),
    Route("GET", f"{_PAGE}/exports/{{export:int}}", download, DELETE),
    Route("POST", f"{_PAGE}/{{step}}", change, MANAGE),
    Route("POST", "/organizations/{id}/end/{step}", end, DELETE),
    Route(
        "GET",
        f"{_API}/life",
        call_standing,
        SEE,
        api=ApiCall("life", "Ask how far the steps of an organization are", answer=_STANDING),
    ),
    Route(
        "POST",
        f"{_API}/life/{{step}}",
        call_change,
        MANAGE,
        api=ApiCall(
            "change_life",
            "Rename, copy or restore an organization",
            sent=_WISH,
            answer=_STANDING,
            status=202,
            problems=("404", "409"),
        ),
    ),
    Route(
        "POST",
        f"{_API}/end/{{step}}",
        call_end,
        DELETE,
        api=ApiCall(
            "end_life",
            "Export, delete or purge an organization",
            sent=_WISH,
            answer=_STANDING,
            status=202,
            problems=("404", "409"),
        ),
    ),
)
SLOTS: Final = (
    Slot("tenants.organizations.side", "tenants/life_side.html", beside_the_organization, MANAGE),
)
