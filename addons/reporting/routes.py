"""The pages of reports: the overview, a report, a figure taken apart, the lines behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import EDIT_REPORTS, SEND_REPORTS, VIEW_BOOKS
from addons.reporting.models import SavedReport
from addons.reporting.services.asking import Asked, asked_for
from addons.reporting.services.build import build
from addons.reporting.services.definitions.store import (
    all_definitions,
    copy_definition,
    definition_named,
    report_title,
    restore_definition,
    save_definition,
)
from addons.reporting.services.definitions.values import title_in
from addons.reporting.services.drilling.lines import account_lines, partner_lines, place_in
from addons.reporting.services.drilling.parts import figure_parts
from addons.reporting.services.editing import BLANK, draft_of, edited, preview_of
from addons.reporting.services.engine.listing import Extent
from addons.reporting.services.files.make import file_of
from addons.reporting.services.saved import (
    asked_of,
    delete_view,
    roles_to_share_with,
    save_view,
    saved_for,
    saved_named,
    schedules_of,
    update_view,
)
from addons.reporting.services.schedules import SCHEDULES
from addons.reporting.services.scheduling import schedule_view
from addons.reporting.services.viewing import choices_for
from core.api import File, Forbidden, Fragment, Page, Redirect, Request, Route, actor, phrase


def overview(session: Session, request: Request) -> Page:
    """All reports, and those that were saved."""
    reports = [
        (one, title_in(one.definition.titles, request.locale)) for one in all_definitions(session)
    ]
    saved = saved_for(session)
    return Page("reporting/overview.html", {"reports": reports, "saved": saved})


def show(session: Session, request: Request) -> Page:
    """One report."""
    asked = asked_in(request)
    built = build(
        session, asked, request.locale, Extent(after=place_in(request.query.get("after", "")))
    )
    kept = definition_named(session, asked.report)
    return Page(
        "reporting/report.html",
        {
            "sheet": built.sheet,
            "ground": built.ground,
            "asked": asked,
            "kept": kept,
            "choices": choices_for(session, built.ground),
            "may_edit": actor(session).may(EDIT_REPORTS.code),
            "may_send": actor(session).may(SEND_REPORTS.code),
        },
    )


def figure(session: Session, request: Request) -> Page:
    """A figure taken apart: its formula, the rows in it, the accounts beneath."""
    asked = asked_in(request)
    row, column = request.query.get("row", ""), request.query.get("column", "c0")
    built = build(session, asked, request.locale)
    parts = figure_parts(built, row, column)
    return Page("reporting/figure.html", {"sheet": built.sheet, "asked": asked, "parts": parts})


def account(session: Session, request: Request) -> Page:
    """The lines of an account."""
    page = account_lines(session, request.path_params["account_id"], request.query, request.locale)
    return Page("reporting/lines.html", {"page": page})


def partner(session: Session, request: Request) -> Page:
    """The lines of a partner."""
    page = partner_lines(session, request.query, request.locale)
    return Page("reporting/lines.html", {"page": page})


def download(session: Session, request: Request) -> File:
    """The report as a workbook, on paper or as CSV."""
    asked = asked_in(request)
    wanted = request.query.get("format", "")
    made = file_of(session, asked, wanted, request.locale, request.written, SCHEDULES)
    return File(made.content, made.name, made.media_type)


def edit(session: Session, request: Request) -> Page:
    """The editor of a definition."""
    kept = definition_named(session, request.path_params["report"])
    draft = draft_of(session, kept, request.locale)
    return Page("reporting/editor.html", {"kept": kept, "draft": draft, "blank": BLANK})


def preview(session: Session, request: Request) -> Fragment:
    """What the definition would show as it stands in the editor, and what is wrong with it."""
    kept = definition_named(session, request.path_params["report"])
    shown = preview_of(session, kept, request)
    return Fragment("reporting/preview.html", {"shown": shown})


def save(session: Session, request: Request) -> Redirect:
    """Keep the definition."""
    key = request.path_params["report"]
    kept = definition_named(session, key)
    save_definition(session, key, edited(kept, request), version=_version(request))
    return Redirect(f"/reporting/view/{key}", phrase("The report is saved."))


def copy(session: Session, request: Request) -> Redirect:
    """Make a report of one's own from this one."""
    key = request.path_params["report"]
    made = copy_definition(session, key, request.form.get("title", ""), request.locale)
    return Redirect(f"/reporting/edit/{made}", phrase("The copy is yours to change."))


def restore(session: Session, request: Request) -> Redirect:
    """Back to the shipped definition; a report of one's own is deleted."""
    key = request.path_params["report"]
    own = definition_named(session, key).is_own
    restore_definition(session, key)
    if own:
        return Redirect("/reporting", phrase("The report is deleted."))
    return Redirect(f"/reporting/view/{key}", phrase("The report is as it was shipped."))


def keep(session: Session, request: Request) -> Redirect:
    """Save the view under a name."""
    asked = asked_in(request, request.form)
    saved = save_view(session, asked, request.form.get("name", ""))
    return Redirect(f"/reporting/saved/{saved.id}", phrase("The view is saved."))


def saved_page(session: Session, request: Request) -> Page:
    """A saved report: open it, share it, have it sent."""
    saved = _saved(session, request)
    who = actor(session)
    return Page(
        "reporting/saved.html",
        {
            "saved": saved,
            "url": asked_of(saved).url(),
            "title": report_title(session, saved.report, request.locale),
            "is_mine": who.unlimited or saved.owner_id == who.user_id,
            "may_send": who.may(SEND_REPORTS.code),
            "roles": roles_to_share_with(session),
            "schedules": schedules_of(session, saved),
        },
    )


def share(session: Session, request: Request) -> Redirect:
    """Rename a saved report, or share it."""
    form = request.form
    shared = form.get("shared", "private")
    if shared != "private" and not actor(session).may(SEND_REPORTS.code):
        raise Forbidden(phrase("You may not share reports."))
    values = {"name": form.get("name", ""), "shared": shared, "roles": form.getlist("roles")}
    saved = update_view(session, _saved(session, request), values)
    return Redirect(f"/reporting/saved/{saved.id}", phrase("Saved."))


def forget_saved(session: Session, request: Request) -> Redirect:
    """Delete a saved report."""
    delete_view(session, _saved(session, request))
    return Redirect("/reporting", phrase("The saved report is deleted."))


def have_sent(session: Session, request: Request) -> Redirect:
    """Begin to have a saved report sent; when and to whom is said in the form that follows."""
    made = schedule_view(session, _saved(session, request))
    return Redirect(f"/reporting/schedules/{made.id}/edit", phrase("Say when and to whom."))


def _saved(session: Session, request: Request) -> SavedReport:
    return saved_named(session, request.path_params["saved_id"])


def asked_in(request: Request, given: Mapping[str, str] | None = None) -> Asked:
    """What is asked for by an address, or by a form."""
    values: dict[str, str] = dict(request.query if given is None else given)
    comparison, _, count = values.pop("comparison", "").partition(":")
    if comparison:
        values |= {"compare": comparison, "count": count}
    part, _, dimension = values.pop("part", "").partition(":")
    if part:
        values |= {"by": part, "dimension": dimension}
    return asked_for(request.path_params["report"], values)


def _version(request: Request) -> int:
    written = request.form.get("version", "0")
    return int(written) if written.isdecimal() else 0


ROUTES: Final = (
    Route("GET", "", overview, VIEW_BOOKS),
    Route("GET", "/view/{report}", show, VIEW_BOOKS),
    Route("GET", "/view/{report}/figure", figure, VIEW_BOOKS),
    Route("GET", "/view/{report}/file", download, VIEW_BOOKS),
    Route("POST", "/view/{report}/keep", keep, VIEW_BOOKS),
    Route("GET", "/saved/{saved_id:int}", saved_page, VIEW_BOOKS),
    Route("POST", "/saved/{saved_id:int}", share, VIEW_BOOKS),
    Route("POST", "/saved/{saved_id:int}/delete", forget_saved, VIEW_BOOKS),
    Route("POST", "/saved/{saved_id:int}/send", have_sent, SEND_REPORTS, writes=False),
    Route("GET", "/account/{account_id:int}", account, VIEW_BOOKS),
    Route("GET", "/partner", partner, VIEW_BOOKS),
    Route("GET", "/edit/{report}", edit, EDIT_REPORTS),
    Route("POST", "/edit/{report}", save, EDIT_REPORTS),
    Route("POST", "/edit/{report}/preview", preview, EDIT_REPORTS, writes=False),
    Route("POST", "/edit/{report}/copy", copy, EDIT_REPORTS),
    Route("POST", "/edit/{report}/restore", restore, EDIT_REPORTS),
)
