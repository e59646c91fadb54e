"""The page of audit packs: what there is, a button for each year, and how to check one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import AuditPack, FiscalYear
from addons.accounting.permissions import MAKE_AUDIT_PACK
from addons.accounting.services.audit_pack.making import ask_for_pack, open_pack
from core.api import (
    File,
    InvalidInput,
    MenuItem,
    NotFound,
    Page,
    Redirect,
    Request,
    Route,
    binding,
    msg,
    phrase,
    progress_of,
)

PACKS: Final = "/accounting/audit-packs"


def show_packs(session: Session, request: Request) -> Page:
    """Years that can be packed, and packs that were made."""
    years = session.scalars(select(FiscalYear).order_by(FiscalYear.start_date.desc())).all()
    packs = session.scalars(select(AuditPack).order_by(AuditPack.id.desc())).all()
    making = [
        (pack, progress_of(session, pack.job_id))
        for pack in packs
        if pack.state == "making" and pack.job_id is not None
    ]
    ready = [pack for pack in packs if pack.state == "ready"]
    return Page("accounting/audit_packs.html", {"years": years, "packs": ready, "making": making})


def make_pack(session: Session, request: Request) -> Redirect:
    """Have a pack of a year made in the background."""
    chosen = request.form.get("year", "")
    year = session.get(FiscalYear, int(chosen)) if chosen.isdecimal() else None
    if year is None:
        raise InvalidInput.of("year", phrase("Choose a fiscal year."))
    ask_for_pack(session, year)
    return Redirect(PACKS, phrase("The audit pack is being made. You can go on working."))


def download(session: Session, request: Request) -> File:
    """The ZIP file of a pack."""
    pack = session.get(AuditPack, int(request.path_params["id"]))
    if pack is None or pack.state != "ready":
        raise NotFound(phrase("There is no such audit pack."))
    name = f"{binding(session).tenant.slug}-audit-{pack.fiscal_year.name}-{pack.id}.zip"
    return File(open_pack(session, pack), name, "application/zip")


MENU: Final = MenuItem(
    msg("Audit packs"), PACKS, MAKE_AUDIT_PACK, msg("Period end"), "box-seam", order=90
)
ROUTES: Final = (
    Route("GET", "/audit-packs", show_packs, MAKE_AUDIT_PACK),
    Route("POST", "/audit-packs", make_pack, MAKE_AUDIT_PACK, writes=False),
    Route("GET", "/audit-packs/{id:int}/file", download, MAKE_AUDIT_PACK),
)
