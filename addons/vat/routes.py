"""Pages that are neither list nor form: a return as its authority prints it, what is behind a box,
the audit, and the installation of a country's taxes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import company_currency
from addons.vat.models import COUNTRIES, VatReturn
from addons.vat.options import VatOptions
from addons.vat.permissions import (
    EDIT_TAXES,
    FILE_RETURN,
    PAY_RETURN,
    PREPARE_RETURN,
    VIEW_TAXES,
)
from addons.vat.services import audit as audits
from addons.vat.services.countries import COUNTRY_TEMPLATES
from addons.vat.services.drill import lines_behind
from addons.vat.services.entry_taxes import digits_of
from addons.vat.services.filing.differences import changes, recompute
from addons.vat.services.filing.naming import return_title
from addons.vat.services.filing.paying import standing
from addons.vat.services.filing.statement import filed_figures, shown_figures, work_out
from addons.vat.services.forms import FORMS
from addons.vat.services.install import install
from addons.vat.services.sheet import sheet_of
from addons.vat.services.workbook import workbook_of
from core.api import (
    File,
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Request,
    Route,
    options,
    phrase,
    read_file,
    today,
)

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form_page(session: Session, request: Request) -> Page:
    """The return, box by box."""
    vat_return = _return(session, request)
    draft = vat_return.state == "draft"
    statement = work_out(session, vat_return) if draft else None
    figures = statement.boxes if statement else filed_figures(session, vat_return)
    form = FORMS[vat_return.form]
    may = request.actor.may
    return Page(
        "vat/form.html",
        {
            "vat_return": vat_return,
            "title": return_title(vat_return),
            "form": form,
            "sheet": sheet_of(form, figures),
            "statement": statement,
            "recomputed": None if draft else recompute(session, vat_return),
            "changes": changes(session, vat_return),
            "digits": digits_of(vat_return.currency or company_currency(session)),
            "may_file": may(FILE_RETURN.code),
            "may_edit": may(PREPARE_RETURN.code),
            "may_pay": may(PAY_RETURN.code),
            "account": None if draft else standing(session, vat_return),
            "late": _is_late(session, vat_return),
            "payment_day": max(today(session), vat_return.end_date + timedelta(days=1)),
        },
    )


def _is_late(session: Session, vat_return: VatReturn) -> bool:
    return vat_return.due_date is not None and vat_return.due_date < today(session)


def box_page(session: Session, request: Request) -> Page:
    """The lines behind a box."""
    vat_return = _return(session, request)
    found = lines_behind(session, vat_return, request.path_params["box"], _after(request))
    return Page(
        "vat/box.html",
        {
            "vat_return": vat_return,
            "title": return_title(vat_return),
            "form": FORMS[vat_return.form],
            "found": found,
            "digits": digits_of(vat_return.currency or company_currency(session)),
        },
    )


def workbook(session: Session, request: Request) -> File:
    """The return as XLSX: of a filed one the file that was kept."""
    vat_return = _return(session, request)
    if vat_return.workbook:
        return File(read_file(session, vat_return.workbook), _name(vat_return, "xlsx"), XLSX)
    figures = shown_figures(session, vat_return)
    content = workbook_of(vat_return, sheet_of(FORMS[vat_return.form], figures))
    return File(content, _name(vat_return, "xlsx"), XLSX)


def pdf(session: Session, request: Request) -> File:
    """The form that was printed when the return was filed."""
    vat_return = _return(session, request)
    if not vat_return.pdf:
        raise NotFound(
            phrase("A draft has no printed form that is kept."),
            fix=phrase("Print it from its own page."),
        )
    return File(read_file(session, vat_return.pdf), _name(vat_return, "pdf"), "application/pdf")


def evidence(session: Session, request: Request) -> File:
    """The evidence file of a filed return."""
    vat_return = _return(session, request)
    if not vat_return.evidence:
        raise NotFound(
            phrase("A draft has no evidence yet."), fix=phrase("It is kept when it is filed.")
        )
    content = read_file(session, vat_return.evidence)
    return File(content, _name(vat_return, "json"), "application/json")


def audit(session: Session, request: Request) -> Page:
    """Every tax against its rate and base, and what differs."""
    start, end = _day(request, "from"), _day(request, "to")
    first, last = start or audits.FIRST, end or audits.LAST
    return Page(
        "vat/audit.html",
        {
            "start": start,
            "end": end,
            "totals": audits.totals(session, first, last),
            "differing": audits.disagreeing(session, first, last, 200),
            "bare": audits.bare_postings(session, first, last),
            "digits": digits_of(company_currency(session)),
        },
    )


def setup(session: Session, request: Request) -> Page:
    """The countries whose taxes can be installed."""
    return Page(
        "vat/setup.html",
        {
            "countries": [(key, title, COUNTRY_TEMPLATES[key]) for key, title in COUNTRIES],
            "chosen": options(session, VatOptions).country,
        },
    )


def set_up(session: Session, request: Request) -> Redirect:
    """Install the taxes of a country."""
    country = request.form.get("country", "")
    if country not in COUNTRY_TEMPLATES:
        raise InvalidInput.of("country", phrase("Choose one of the countries."))
    created = install(session, country)
    return Redirect("/vat/taxes", phrase("{count} taxes are new.", count=created))


def _return(session: Session, request: Request) -> VatReturn:
    found = session.get(VatReturn, request.path_params["id"])
    if found is None:
        raise NotFound(phrase("There is no such return."))
    return found


def _after(request: Request) -> tuple[date, int] | None:
    day, line = _day(request, "after_day"), request.query.get("after_line", "")
    return (day, int(line)) if day is not None and line.isdecimal() and len(line) < 19 else None


def _day(request: Request, name: str) -> date | None:
    given = request.query.get(name, "")
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise InvalidInput.of(name, phrase("Write the date as 2026-01-31.")) from error


def _name(vat_return: VatReturn, ending: str) -> str:
    days = f"{vat_return.start_date}-{vat_return.end_date}"
    return f"vat-{vat_return.form}-{days}-{vat_return.revision}.{ending}"


ROUTES: Final = (
    Route("GET", "/form/{id:int}", form_page, VIEW_TAXES),
    Route("GET", "/form/{id:int}/boxes/{box}", box_page, VIEW_TAXES),
    Route("GET", "/form/{id:int}/workbook", workbook, VIEW_TAXES),
    Route("GET", "/form/{id:int}/pdf", pdf, VIEW_TAXES),
    Route("GET", "/form/{id:int}/evidence", evidence, VIEW_TAXES),
    Route("GET", "/audit", audit, VIEW_TAXES),
    Route("GET", "/setup", setup, EDIT_TAXES),
    Route("POST", "/setup", set_up, EDIT_TAXES),
)
