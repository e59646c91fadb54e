"""Opening balances: the form, the page that proves them, and the charts to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models.opening import OPENING_STATES, Opening
from addons.accounting.permissions import EDIT_CHART, OPEN_BOOKS, VIEW_BOOKS
from addons.accounting.services.charts.catalog import charts
from addons.accounting.services.charts.install import install_chart, installed_chart
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.opening import comparing, editing, paper, posting
from core.api import (
    Access,
    Action,
    Column,
    Duplicate,
    Field,
    File,
    Lines,
    NotFound,
    Operations,
    Page,
    Print,
    Redirect,
    Request,
    Resource,
    Route,
    Section,
    msg,
    phrase,
    print_pdf,
    reader,
    today,
)

_PAPER: Final = (
    Path(__file__).parents[1] / "templates" / "accounting" / "paper" / "opening_proof.typ"
)


def _post(session: Session, opening: Opening) -> str:
    count = posting.post_opening(session, opening)
    return phrase("Posted: {count} entries.", count=count)


def _take_back(session: Session, opening: Opening) -> str:
    count = posting.take_back(session, opening)
    return phrase("Taken back: {count} entries reversed.", count=count)


def _contacts(session: Session, opening: Opening) -> str:
    made = posting.create_missing_contacts(session, opening)
    return phrase("{count} contacts made, and every open item linked.", count=made)


OPENINGS: Final = Resource(
    name="openings",
    model=Opening,
    title=msg("Opening balances"),
    singular=msg("Opening"),
    help=msg("What your older system said on the day on which the books begin here."),
    access=Access(VIEW_BOOKS, OPEN_BOOKS, OPEN_BOOKS, OPEN_BOOKS),
    columns=(
        Column("name", msg("Name")),
        Column("date", msg("At the end of")),
        Column("state", msg("State"), choices=OPENING_STATES, tones=(("posted", "good"),)),
    ),
    record_title=lambda opening: opening.name,
    form=(
        Section(
            msg("Opening"),
            (
                Field("name", msg("Name")),
                Field(
                    "date",
                    msg("At the end of"),
                    initial=lambda session: today(session).replace(month=1, day=1),
                    help=msg("The cut-over date: the older system's last day."),
                ),
                Field("state", msg("State"), choices=OPENING_STATES, readonly=True),
            ),
            help=msg(
                "Bring the trial balance and the open items along as files, or type them in here."
            ),
        ),
    ),
    lines=(
        Lines(
            "accounts",
            msg("Trial balance of the older system"),
            (
                Field("old_code", msg("Old code")),
                Field("old_name", msg("Old name"), required=False),
                Field("account_id", msg("Account here"), reference="accounting.accounts"),
                Field("debit", msg("Debit"), widget="money"),
                Field("credit", msg("Credit"), widget="money"),
                Field("original_amount", msg("Foreign amount"), widget="money"),
                Field("original_currency", msg("In"), required=False),
            ),
            totals=("debit", "credit"),
            order="position",
        ),
        Lines(
            "items",
            msg("Open items"),
            (
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("partner", msg("Name in the older system"), required=False),
                Field("partner_id", msg("Contact"), reference="contacts.contacts"),
                Field("number", msg("Number"), required=False),
                Field("date", msg("Date")),
                Field("due_date", msg("Due")),
                Field("amount", msg("Amount"), widget="money"),
                Field("original_amount", msg("Foreign amount"), widget="money"),
                Field("original_currency", msg("In"), required=False),
            ),
            totals=("amount",),
            order="position",
        ),
    ),
    search=("name",),
    order=("-date", "-id"),
    actions=(
        Action(
            "contacts",
            msg("Create missing contacts"),
            OPEN_BOOKS,
            _contacts,
            when=lambda opening: (
                opening.state == "draft" and any(not item.partner_id for item in opening.items)
            ),
        ),
        Action(
            "post",
            msg("Post"),
            OPEN_BOOKS,
            _post,
            when=lambda opening: opening.state == "draft",
            confirm=msg("This posts every balance and every open item. Post them?"),
            style="primary",
        ),
        Action(
            "take_back",
            msg("Take back"),
            OPEN_BOOKS,
            _take_back,
            when=lambda opening: opening.state == "posted",
            confirm=msg("This reverses every entry of the opening. Take it back?"),
            style="danger",
        ),
    ),
    operations=Operations(editing.create_opening, editing.update_opening, editing.delete_opening),
    editable=lambda opening: opening.state == "draft",
    state="state",
    duplicate=Duplicate(leave_out=("state",)),
    prints=(
        Print(),
        Print(
            "proof",
            msg("Proof of opening balances"),
            template=_PAPER,
            data=paper.printed_of,
            when=lambda record: hasattr(record, paper.PRINTED),
        ),
    ),
)


def _opening(session: Session, request: Request) -> Opening:
    opening = session.get(Opening, request.path_params["id"])
    if opening is None:
        raise NotFound(phrase("There is no such opening."))
    return opening


def proof_paper(session: Session, request: Request) -> File:
    """The proof as PDF, in the reader's language, with room for both signatures."""
    opening = _opening(session, request)
    reading = reader(session, request.locale, request.written)
    setattr(opening, paper.PRINTED, paper.printed(session, opening, reading))
    made = print_pdf(session, OPENINGS, opening, request.locale, form="proof")
    return File(made.content, f"opening-{opening.date}.pdf", "application/pdf", inline=True)


def proof(session: Session, request: Request) -> Page:
    """The older system beside this one, account by account."""
    opening = _opening(session, request)
    comparison = comparing.compare(session, opening)
    context = {
        "opening": opening,
        "comparison": comparison,
        "currency": company_currency(session),
        "states": dict(OPENING_STATES),
        "old_total": sum((row.old for row in comparison.rows), start=0),
        "our_total": sum((row.ours for row in comparison.rows), start=0),
        "may_open": request.actor.may(OPEN_BOOKS.code),
    }
    return Page("accounting/opening_proof.html", context)


def charts_page(session: Session, request: Request) -> Page:
    """The charts of accounts that a company can begin with."""
    context = {
        "charts": charts(),
        "installed": installed_chart(session),
        "languages": {"ar": "العربية", "bn": "বাংলা"},
        "may_install": request.actor.may(EDIT_CHART.code),
    }
    return Page("accounting/charts.html", context)


def install(session: Session, request: Request) -> Redirect:
    """Put a chart in."""
    outcome = install_chart(session, request.path_params["chart"], request.form.get("language", ""))
    sentence = phrase(
        "{created} accounts added, {kept} were there.", created=outcome.created, kept=outcome.kept
    )
    return Redirect("/accounting/accounts", sentence)


RESOURCES: Final = (OPENINGS,)
ROUTES: Final = (
    Route("GET", "/openings/{id:int}/proof", proof, VIEW_BOOKS),
    Route("GET", "/openings/{id:int}/proof.pdf", proof_paper, VIEW_BOOKS),
    Route("GET", "/charts", charts_page, VIEW_BOOKS),
    Route("POST", "/charts/{chart}", install, EDIT_CHART),
)
