"""Entry templates, recurring entries and deferrals: lists, forms, and the page that asks what a
template wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Journal
from addons.accounting.models.recurring import MODES, UNITS, EntryTemplate, RecurringEntry
from addons.accounting.options import AccountingOptions
from addons.accounting.permissions import EDIT_ENTRY, POST_ENTRY, VIEW_BOOKS
from addons.accounting.services.dimensions.suggesting import suggest_split
from addons.accounting.services.recurring import making
from addons.accounting.services.templates import parameters, writing
from addons.accounting.services.templates.formulas import evaluate
from core.api import (
    Access,
    Action,
    Column,
    Duplicate,
    Field,
    Filter,
    InvalidInput,
    Lines,
    ListView,
    NotFound,
    Operations,
    Page,
    Problem,
    Redirect,
    Reply,
    Request,
    Resource,
    Route,
    Section,
    msg,
    options,
    phrase,
    today,
)

USE_PAGE: Final = "/accounting/use-template"


def default_journal(session: Session) -> int | None:
    """The journal of entries that name none."""
    code = options(session, AccountingOptions).default_journal
    return session.scalar(select(Journal.id).where(Journal.code == code))


def _write_today(session: Session, template: EntryTemplate) -> str:
    asked = parameters.parameters_of(template)
    if asked:
        raise InvalidInput(
            phrase("This template asks for {names}.", names=", ".join(asked)),
            fix=phrase("Use it under Accounting > Write from a template."),
        )
    entry = writing.write_entry(session, template, {}, today(session))
    return phrase("Written as draft {id}, of today.", id=entry.id)


TEMPLATES: Final = Resource(
    name="entry-templates",
    model=EntryTemplate,
    title=msg("Entry templates"),
    singular=msg("Entry template"),
    help=msg("Entries to be written again and again, with amounts that are worked out."),
    access=Access(VIEW_BOOKS, EDIT_ENTRY, EDIT_ENTRY, EDIT_ENTRY),
    columns=(
        Column("name", msg("Name")),
        Column("journal.code", msg("Journal")),
        Column("narration", msg("Narration")),
        Column("active", msg("Active")),
    ),
    record_title=lambda template: template.name,
    form=(
        Section(
            msg("Template"),
            (
                Field("name", msg("Name")),
                Field(
                    "journal_id",
                    msg("Journal"),
                    reference="accounting.journals",
                    initial=default_journal,
                ),
                Field("partner_id", msg("Contact"), reference="contacts.contacts"),
                Field("reference", msg("Reference")),
                Field("narration", msg("Narration"), widget="multiline"),
                Field("active", msg("Active")),
            ),
            help=msg(
                "Debit and credit are numbers or formulas, such as net * 15 %. Names in them are"
                " asked for; a line with the word “rest” takes what the others leave open."
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("label", msg("Label")),
                Field("debit", msg("Debit")),
                Field("credit", msg("Credit")),
                Field("dimensions", msg("Dimensions"), suggest=suggest_split),
            ),
            order="position",
        ),
    ),
    search=("name", "narration"),
    filters=(Filter("active", msg("Active")),),
    order=("name",),
    actions=(
        Action(
            "write",
            msg("Write an entry of today"),
            EDIT_ENTRY,
            _write_today,
            when=lambda template: template.active,
            style="primary",
        ),
    ),
    operations=Operations(writing.create_template, writing.update_template),
    duplicate=Duplicate(leave_out=("name",)),
)


def _make_now(session: Session, record: RecurringEntry) -> str:
    made = making.make_now(session, record, today(session))
    return phrase("{count} recurring entries made.", count=len(made.entries))


RECURRING: Final = Resource(
    name="recurring-entries",
    model=RecurringEntry,
    title=msg("Recurring entries"),
    singular=msg("Recurring entry"),
    help=msg("Templates that are used by themselves, each day, month or year."),
    access=Access(VIEW_BOOKS, POST_ENTRY, POST_ENTRY, POST_ENTRY),
    columns=(
        Column("name", msg("Name")),
        Column("template.name", msg("Template")),
        Column("next_date", msg("Next")),
        Column("last_date", msg("Last made")),
        Column("mode", msg("How"), choices=MODES),
        Column("active", msg("Active")),
        Column("problem", msg("In the way")),
    ),
    views=(ListView("active", msg("Active"), where=(("active", "true"),)),),
    record_title=lambda record: record.name,
    form=(
        Section(
            msg("What"),
            (
                Field("name", msg("Name")),
                Field("template_id", msg("Template"), reference="accounting.entry-templates"),
                Field(
                    "parameters",
                    msg("Amounts"),
                    widget="multiline",
                    required=False,
                    help=msg("What the template asks for, such as: net = 1000; rate = 15"),
                ),
                Field("mode", msg("How"), choices=MODES),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("When"),
            (
                Field("start_date", msg("First day"), initial=today),
                Field("every", msg("Every")),
                Field("unit", msg("Unit"), choices=UNITS),
                Field("on_last_day", msg("On the last day of the month")),
                Field("end_date", msg("Until")),
                Field("next_date", msg("Next"), readonly=True),
                Field("last_date", msg("Last made"), readonly=True),
                Field("problem", msg("In the way"), readonly=True),
            ),
        ),
    ),
    search=("name",),
    filters=(Filter("next_date", msg("Next")), Filter("active", msg("Active"))),
    order=("next_date", "name"),
    actions=(
        Action(
            "make",
            msg("Make what is due"),
            POST_ENTRY,
            _make_now,
            when=lambda record: record.active and record.next_date is not None,
            style="primary",
            bulk=True,
        ),
    ),
    operations=Operations(making.create_recurring, making.update_recurring),
    duplicate=Duplicate(leave_out=("name", "last_date", "next_date", "problem")),
)


def use_page(session: Session, request: Request) -> Page:
    """Which template, and then what it asks for."""
    return _use_page(session, request, {}, ())


def use(session: Session, request: Request) -> Reply:
    """Write the draft, or say what is wrong with an amount."""
    template = _chosen(session, request.form.get("template", ""))
    if template is None:
        raise NotFound(phrase("There is no such template."))
    typed = {name: request.form.get(f"p_{at}", "") for at, name in _asked(template)}
    typed["date"] = request.form.get("date", "")
    values, problems = {}, []
    for at, name in _asked(template):
        try:
            values[name] = evaluate(typed[name] or "0", {})
        except InvalidInput as error:
            problems.append(Problem(f"p_{at}", error.message))
    day = _day(typed["date"], problems)
    if not problems and day is not None:
        try:
            entry = writing.write_entry(session, template, values, day)
        except InvalidInput as error:
            problems = list(error.problems or (Problem("", error.message),))
        else:
            return Redirect(f"/accounting/entries/{entry.id}", phrase("Written as a draft."))
    return _use_page(session, request, typed, problems, template)


def _use_page(
    session: Session,
    request: Request,
    typed: dict[str, str],
    problems: Sequence[Problem],
    template: EntryTemplate | None = None,
) -> Page:
    active = select(EntryTemplate).where(EntryTemplate.active).order_by(EntryTemplate.name)
    chosen = template or _chosen(session, request.query.get("template", ""))
    context = {
        "templates": session.scalars(active).all(),
        "chosen": chosen,
        "asked": [] if chosen is None else _asked(chosen),
        "typed": {"date": today(session).isoformat(), **typed},
        "problems": {problem.field: problem.message for problem in problems},
        "action": USE_PAGE,
    }
    return Page("accounting/use_template.html", context, status=422 if problems else 200)


def _asked(template: EntryTemplate) -> list[tuple[int, str]]:
    return list(enumerate(parameters.parameters_of(template)))


def _chosen(session: Session, key: str) -> EntryTemplate | None:
    found = session.get(EntryTemplate, int(key)) if key.isascii() and key.isdecimal() else None
    return found if found is not None and found.active else None


def _day(written: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        message = phrase("{written} is not a date such as 2026-01-31.", written=written)
        problems.append(Problem("date", message))
        return None


RESOURCES: Final = (TEMPLATES, RECURRING)
ROUTES: Final = (
    Route("GET", "/use-template", use_page, EDIT_ENTRY),
    Route("POST", "/use-template", use, EDIT_ENTRY),
)
