"""The public pages on which somebody signs up: the form, what the mailed link leads to, and the way
into the new company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.session import binding
from core.declare import PUBLIC, Job, Route, Slot, msg
from core.errors import AppError, InvalidInput, NotFound
from core.i18n import LOCALES, phrase
from core.jobs.models import Job as AskedJob
from core.jobs.progress import Progress, progress_of
from core.kernel import Kernel
from core.mail.outgoing import can_send
from core.web.auth.browser import client_of
from core.web.replies import Fragment, Page, Redirect, Reply
from core.web.request import Request
from core.web.resources.savepoint import attempt
from core.web.sample.addresses import origin_of
from tenants.life import steps
from tenants.signing_up import asking
from tenants.signing_up.asking import Wish
from tenants.time_zones import named_zones

_PAGE: Final = "/sign-up"
ADDRESS: Final = f"/tenants{_PAGE}"


def show(session: Session, request: Request) -> Reply:
    """The form."""
    asking.require_open(session)
    return _form(session, {"locale": request.locale})


def ask(session: Session, request: Request) -> Reply:
    """Have the link mailed."""
    try:
        wish = attempt(
            session,
            lambda: asking.ask(
                session, request.form, client=client_of(request), origin=request.origin
            ),
        )
    except InvalidInput as error:
        return _form(session, request.form, error)
    return Page("tenants/sign_up_sent.html", {"email": wish.email, "url": ADDRESS})


def show_link(session: Session, request: Request) -> Reply:
    """What the link makes, how far that is, or the way in."""
    return _link_page(session, request, request.query.get("token", ""))


def show_progress(session: Session, request: Request) -> Reply:
    """The same as a part of the page, which asks again by itself until the company is there."""
    token = request.query.get("token", "")
    context = _context(session, asking.read(session, token), token)
    return Fragment("tenants/sign_up_progress.html", context)


def begin(session: Session, request: Request) -> Reply:
    """Have the company made."""
    token = request.form.get("token", "")
    wish = asking.read(session, token)
    try:
        attempt(session, lambda: asking.begin(session, wish))
    except AppError as error:
        return _link_page(session, request, token, error)
    return Redirect(f"{ADDRESS}/link?{urlencode({'token': token})}")


def enter(session: Session, request: Request) -> Reply:
    """Lead to where its first administrator chooses a password."""
    wish = asking.read(session, request.form.get("token", ""))
    kernel: Kernel = binding(session).context["kernel"]
    tenant = kernel.directory.find_id(wish.id)
    if tenant is None:
        raise NotFound(phrase("This organization is not ready."))
    url = asking.way_in(session, wish, origin=origin_of(session, request, tenant))
    if request.wants == "fragment":
        return Redirect(url)
    # Browsers let no form lead to another host, so without a script it takes one more click.
    return Page("tenants/sign_up_way_in.html", {"url": url, "wish": wish})


def below_the_login(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The way to the form, where anybody may sign up."""
    return {"url": ADDRESS} if asking.is_open(session) else None


def _form(session: Session, typed: Mapping[str, str], error: InvalidInput | None = None) -> Page:
    kernel: Kernel = binding(session).context["kernel"]
    context = {
        "typed": {name: typed.get(name, "") for name in asking.FIELDS},
        "error": error,
        "can_send": can_send(session),
        "languages": LOCALES,
        "zones": named_zones(),
        "base_domain": kernel.config.base_domain,
        "url": ADDRESS,
    }
    return Page("tenants/sign_up.html", context, status=200 if error is None else error.status)


def _link_page(
    session: Session, request: Request, token: str, error: AppError | None = None
) -> Page:
    context = _context(session, asking.read(session, token), token)
    status = 200 if error is None else error.status
    return Page("tenants/sign_up_link.html", {**context, "error": error}, status=status)


def _context(session: Session, wish: Wish, token: str) -> dict[str, Any]:
    kernel: Kernel = binding(session).context["kernel"]
    organization = asking.found(session, wish)
    return {
        "wish": wish,
        "organization": organization,
        "job": None if organization is None else _job(session, wish),
        "token": token,
        "query": urlencode({"token": token}),
        "address": f"{wish.slug}.{kernel.config.base_domain}",
        "url": ADDRESS,
    }


def _job(session: Session, wish: Wish) -> Progress | None:
    """The job that makes the company, as long as it is remembered."""
    mine = AskedJob.arguments["organization_id"].astext == wish.id
    made = select(AskedJob.id).where(AskedJob.name == steps.FINISH, mine)
    job_id = session.scalar(made.order_by(AskedJob.id).limit(1))
    return None if job_id is None else progress_of(session, job_id)


ROUTES: Final = (
    Route("GET", _PAGE, show, PUBLIC),
    Route("POST", _PAGE, ask, PUBLIC),
    Route("GET", f"{_PAGE}/link", show_link, PUBLIC),
    Route("POST", f"{_PAGE}/link", begin, PUBLIC),
    Route("GET", f"{_PAGE}/progress", show_progress, PUBLIC),
    Route("POST", f"{_PAGE}/enter", enter, PUBLIC),
)
SLOTS: Final = (Slot("core.login", "tenants/sign_up_way.html", below_the_login, PUBLIC),)
JOBS: Final = (Job(asking.MAIL_JOB, msg("Mail a link that makes a company"), asking.send_link),)
