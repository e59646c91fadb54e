"""The page of the sample company: making it, opening it, erasing it; and the door on its side."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.sign_in import act_as, admit_user
from core.db.session import binding
from core.declare import Permission, msg
from core.errors import NotFound
from core.i18n import phrase
from core.jobs.models import Job
from core.jobs.progress import Progress, progress_of
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.auth.browser import client_of, own_user, signed_in_cookies
from core.web.confirmation import require_confirmation
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from core.web.sample.addresses import origin_of
from core.web.sample.filling import JOB, KEY
from core.web.sample.tickets import admit, holder, redeem, visitor

SAMPLE: Final = "/settings/sample"
ENTER: Final = "/core/sample/enter"
MANAGE: Final = Permission("core.sample.manage", msg("Make and erase the sample company"))


def show_sample(session: Session, request: Request) -> Reply:
    """Whether there is a sample company, and what can be done with it."""
    sample = _kernel(session).samples.find(_kernel(session), request.tenant)
    context = {"there": sample is not None, "may_manage": request.actor.may(MANAGE.code)}
    return Page("core/sample/settings.html", context)


def make_sample(session: Session, request: Request) -> Reply:
    """Make the company and let it be filled; whoever asked goes there. Repeatable."""
    kernel = _kernel(session)
    enabled = view(session).enabled
    addons = tuple(name for name in kernel.catalog.addons if name in enabled and name != "core")
    sample = kernel.samples.make(kernel, request.tenant, addons)
    with kernel.session(sample) as inside:
        enqueue(inside, JOB, key=KEY)
    return _way_in(session, request, sample)


def open_sample(session: Session, request: Request) -> Reply:
    """Go there as the same person."""
    sample = _kernel(session).samples.find(_kernel(session), request.tenant)
    if sample is None:
        raise NotFound(
            phrase("There is no sample company."), fix=phrase("An administrator can make one.")
        )
    return _way_in(session, request, sample)


def erase_sample(session: Session, request: Request) -> Reply:
    """Drop its database and files. Nothing of the company itself can be reached from here."""
    require_confirmation(
        session,
        phrase("Everything in the sample company will be gone, for everybody. Erase it?"),
        key="erase-sample",
    )
    kernel = _kernel(session)
    was_there = kernel.samples.erase(kernel, request.tenant)
    gone = phrase("The sample company is erased. Nothing of it is left.")
    return Redirect(SAMPLE, message=gone if was_there else phrase("There was no sample company."))


def show_door(session: Session, request: Request) -> Reply:
    """In the sample company: who comes with this ticket, and the button that lets them in."""
    _require_sample(request.tenant)
    token = request.query.get("ticket", "")
    return Page("core/sample/door.html", {"name": holder(session, token).name, "ticket": token})


def enter(session: Session, request: Request) -> Reply:
    """Sign in who holds the ticket."""
    _require_sample(request.tenant)
    user = redeem(session, request.form.get("ticket", ""))
    act_as(session, user)
    outcome = admit_user(session, user, client=client_of(request), method="ticket")
    return Redirect("/", cookies=signed_in_cookies(session, request, outcome))


def filling(session: Session) -> Progress | None:
    """How far a company is filled with sample data, while that goes on."""
    job_id = session.scalar(select(Job.id).where(Job.key == KEY))
    found = None if job_id is None else progress_of(session, job_id)
    return None if found is None or found.ended else found


def _way_in(session: Session, request: Request, sample: Tenant) -> Reply:
    kernel = _kernel(session)
    who = visitor(session, own_user(session, request))
    with kernel.session(sample) as inside:
        token = admit(inside, who)
    url = f"{origin_of(session, request, sample)}{ENTER}?ticket={token}"
    if request.wants == "fragment":
        return Redirect(url)
    # Browsers let no form lead to another host, so without a script it takes one more click.
    return Page("core/sample/way_in.html", {"url": url})


def _require_sample(tenant: Tenant) -> None:
    if not tenant.sample_of:
        raise NotFound(phrase("This is no sample company."))


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]
