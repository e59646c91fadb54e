"""Tax returns: their list, the form of a draft, filing and amending."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.vat.models import VatReturn
from addons.vat.models.returns import COLUMNS, FORMS, RETURN_STATES
from addons.vat.permissions import FILE_RETURN, PREPARE_RETURN, VIEW_TAXES
from addons.vat.services.filing import drafts
from addons.vat.services.filing.naming import return_title
from addons.vat.services.filing.paying import standing
from addons.vat.services.filing.periods import form_key, next_days
from addons.vat.services.filing.returns import Papers, file_return
from addons.vat.services.filing.statement import Statement
from addons.vat.services.paper import paper_of
from addons.vat.services.sheet import sheet_of
from addons.vat.services.workbook import workbook_of
from core.api import (
    Access,
    Action,
    Board,
    Column,
    Displays,
    Field,
    Filter,
    Lines,
    Operations,
    Print,
    Related,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    print_pdf,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"), ("filed", "good"))


def _file(session: Session, vat_return: VatReturn) -> str:
    def pdf(one: VatReturn, statement: Statement) -> bytes:
        return print_pdf(session, RETURNS, one).content

    def workbook(one: VatReturn, statement: Statement) -> bytes:
        return workbook_of(one, sheet_of(statement.form, statement.boxes))

    filed = file_return(session, vat_return.id, Papers(pdf, workbook))
    return phrase("Filed. The period is locked for taxes, and {net} is due.", net=f"{filed.net:f}")


def _amend(session: Session, vat_return: VatReturn) -> str:
    drafts.amend_return(session, vat_return)
    return phrase("There is a draft now that will replace this return when it is filed.")


def _first(session: Session) -> Any:
    return next_days(session)[0]


def _last(session: Session) -> Any:
    return next_days(session)[1]


def _related(session: Session, vat_return: VatReturn) -> list[Related]:
    payments = standing(session, vat_return).payments
    return [
        Related("accounting.entries", vat_return.entry_id, msg("Settlement")),
        *(Related("vat.payments", one.id, msg("Payment")) for one in payments),
    ]


RETURNS: Final = Resource(
    name="returns",
    model=VatReturn,
    title=msg("Tax returns"),
    singular=msg("Tax return"),
    help=msg("Worked out from the ledger, and kept with its evidence when it is filed."),
    access=Access(VIEW_TAXES, PREPARE_RETURN, PREPARE_RETURN, PREPARE_RETURN),
    columns=(
        Column("start_date", msg("First day")),
        Column("end_date", msg("Last day")),
        Column("form", msg("Form"), choices=FORMS),
        Column("due_date", msg("File by")),
        Column("state", msg("State"), choices=RETURN_STATES, tones=_TONES),
        Column("net", msg("Net tax"), widget="money"),
        Column("revision", msg("Revision"), optional=True),
        Column("filed_by", msg("Filed by"), optional=True),
    ),
    record_title=return_title,
    form=(
        Section(
            msg("Tax return"),
            (
                Field("form", msg("Form"), choices=FORMS, initial=form_key),
                Field("start_date", msg("First day"), initial=_first),
                Field("end_date", msg("Last day"), initial=_last),
                Field(
                    "reason",
                    msg("Reason of the amendment"),
                    widget="multiline",
                    help=msg("For a return that replaces another one."),
                ),
                Field("due_date", msg("File by"), readonly=True),
                Field("state", msg("State"), choices=RETURN_STATES, readonly=True),
            ),
        ),
        Section(
            msg("Filed"),
            (
                Field("filed_at", msg("Filed at"), readonly=True),
                Field("filed_by", msg("Filed by"), readonly=True),
                Field("net", msg("Net tax"), widget="money", readonly=True),
                Field("content_hash", msg("Hash of the evidence"), readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "adjustments",
            msg("Adjustments by hand"),
            (
                Field("box", msg("Box")),
                Field("column", msg("Column"), choices=COLUMNS),
                Field("amount", msg("Amount"), widget="money"),
                Field("reason", msg("Reason")),
            ),
        ),
    ),
    filters=(
        Filter("state", msg("State"), choices=RETURN_STATES),
        Filter("end_date", msg("Last day")),
    ),
    order=("-start_date", "-revision"),
    actions=(
        Action(
            "file",
            msg("File the return"),
            FILE_RETURN,
            _file,
            when=lambda one: one.state == "draft",
            confirm=msg(
                "This locks the period for taxes, posts the settlement and keeps the evidence."
                " A filed return can only be amended. File it?"
            ),
            style="primary",
        ),
        Action(
            "amend",
            msg("Amend the return"),
            FILE_RETURN,
            _amend,
            when=lambda one: one.state == "filed",
        ),
    ),
    operations=Operations(drafts.create_return, drafts.update_return, drafts.delete_return),
    editable=lambda one: one.state == "draft",
    related=_related,
    state="state",
    customizable=False,
    displays=Displays(board=Board("state", moves=(("filed", "file"),))),
    prints=(
        Print(
            title=msg("Tax return"),
            template=Path(__file__).parents[1] / "templates" / "vat" / "paper" / "return.typ",
            data=paper_of,
        ),
    ),
)
