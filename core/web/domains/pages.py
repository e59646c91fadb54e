"""Domains of the company's own: add one, prove it, take it away."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.errors import AppError
from core.i18n import phrase
from core.kernel import Kernel
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

DOMAINS: Final = "/settings/domains"


def show(session: Session, request: Request) -> Reply:
    """Where the company is found, and what is still to be proved."""
    return _page(session, request)


def add(session: Session, request: Request) -> Reply:
    """Say that a domain is the company's own."""
    kernel, host = _kernel(session), str(request.form.get("host") or "").strip()
    try:
        kernel.domains.claim(kernel, request.tenant, host, _author(session))
    except AppError as error:
        return _page(session, request, error, typed=host)
    return Redirect(DOMAINS, message=phrase("Now prove that {host} is yours.", host=host))


def check(session: Session, request: Request) -> Reply:
    """Look for the proof now."""
    kernel, host = _kernel(session), request.path_params["host"]
    try:
        proved = kernel.domains.check(kernel, request.tenant, host, _author(session))
    except AppError as error:
        return _page(session, request, error)
    if proved:
        return Redirect(DOMAINS, message=phrase("You are found at {host} now.", host=host))
    return Redirect(DOMAINS, message=phrase("{host} is not proved yet.", host=host))


def drop(session: Session, request: Request) -> Reply:
    """Be found there no longer."""
    kernel, host = _kernel(session), request.path_params["host"]
    kernel.domains.drop(kernel, request.tenant, host, _author(session))
    return Redirect(DOMAINS, message=phrase("{host} was taken away.", host=host))


def _page(
    session: Session, request: Request, refused: AppError | None = None, typed: str = ""
) -> Reply:
    kernel = _kernel(session)
    domain = request.tenant.brand.domain or kernel.config.base_domain
    context = {
        "domains": kernel.domains.of(kernel, request.tenant),
        "home": f"{request.tenant.slug}.{domain}",
        "refused": refused,
        "typed": typed,
        "url": DOMAINS,
    }
    return Page("core/domains.html", context, status=200 if refused is None else refused.status)


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


def _author(session: Session) -> str:
    return binding(session).author.label
