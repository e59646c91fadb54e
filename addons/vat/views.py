"""Lists and forms: taxes, tax groups, fiscal positions, returns."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.vat.models import (
    CATEGORIES,
    COUNTRIES,
    KINDS,
    SCOPES,
    FiscalPosition,
    Tax,
    TaxGroup,
    VatReturn,
)
from addons.vat.models.positions import REGISTRATIONS
from addons.vat.models.returns import COLUMNS, FORMS, RETURN_STATES
from addons.vat.permissions import EDIT_TAXES, FILE_RETURN, PREPARE_RETURN, VIEW_TAXES
from addons.vat.services import taxes
from addons.vat.services.filing import drafts
from addons.vat.services.filing.naming import return_title
from addons.vat.services.filing.periods import form_key, next_days
from addons.vat.services.filing.returns import Papers, file_return
from addons.vat.services.filing.statement import Statement
from addons.vat.services.paper import paper_of
from addons.vat.services.sheet import sheet_of
from addons.vat.services.treatments import TREATMENTS
from addons.vat.services.workbook import workbook_of
from core.api import (
    Access,
    Action,
    Board,
    Column,
    Displays,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    Print,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    print_pdf,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"), ("filed", "good"))

TAXES: Final = Resource(
    name="taxes",
    model=Tax,
    importing=Importing(key=("code",)),
    title=msg("Taxes"),
    singular=msg("Tax"),
    help=msg("What is charged on sales and purchases, and which box of the return it belongs in."),
    access=Access(VIEW_TAXES, EDIT_TAXES, EDIT_TAXES, EDIT_TAXES),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("scope", msg("Side"), choices=SCOPES),
        Column("kind", msg("Kind"), choices=KINDS),
        Column("active", msg("Active")),
        Column("treatment", msg("Treatment"), choices=TREATMENTS, optional=True),
        Column("category", msg("Category"), choices=CATEGORIES, optional=True),
        Column("name_local", msg("Name in the second language"), optional=True),
    ),
    views=(
        ListView("sales", msg("Sales"), where=(("scope", "sale"), ("active", "true"))),
        ListView("purchases", msg("Purchases"), where=(("scope", "purchase"), ("active", "true"))),
    ),
    record_title=lambda tax: f"{tax.code} {tax.name}",
    form=(
        Section(
            msg("Tax"),
            (
                Field("code", msg("Code"), help=msg("Letters, digits, points and dashes.")),
                Field("name", msg("Name")),
                Field("name_local", msg("Name in the second language")),
                Field("country", msg("Country"), choices=COUNTRIES),
                Field("scope", msg("Side"), choices=SCOPES),
                Field("kind", msg("Kind"), choices=KINDS),
                Field(
                    "treatment",
                    msg("Treatment"),
                    choices=TREATMENTS,
                    help=msg("Decides the box of the return."),
                ),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("How it is worked out"),
            (
                Field("included", msg("Prices contain it")),
                Field("compound", msg("Charged on the taxes before it as well")),
                Field("sequence", msg("Order")),
                Field("deductible", msg("Deductible in percent")),
                Field("cash_basis", msg("Due when it is paid")),
            ),
        ),
        Section(
            msg("Electronic invoices"),
            (
                Field("category", msg("Category"), choices=CATEGORIES),
                Field("reason_code", msg("Code of the reason")),
                Field("reason", msg("Reason why no tax is charged")),
            ),
        ),
        Section(
            msg("Accounts"),
            (
                Field("account_id", msg("Account of the tax"), reference="accounting.accounts"),
                Field(
                    "counter_account_id",
                    msg("Account of the tax owed by the buyer"),
                    reference="accounting.accounts",
                    help=msg("For the reverse charge."),
                ),
                Field(
                    "suspense_account_id",
                    msg("Account of the tax that is not due yet"),
                    reference="accounting.accounts",
                    help=msg("For taxes that are due when they are paid."),
                ),
            ),
        ),
    ),
    lines=(
        Lines(
            "rates",
            msg("Rates"),
            (
                Field("valid_from", msg("From")),
                Field("rate", msg("Rate in percent")),
            ),
        ),
    ),
    search=("code", "name", "name_local"),
    filters=(
        Filter("scope", msg("Side"), choices=SCOPES),
        Filter("country", msg("Country"), choices=COUNTRIES),
        Filter("active", msg("Active")),
    ),
    order=("scope", "code"),
    operations=Operations(taxes.create_tax, taxes.update_tax, taxes.delete_tax),
)

GROUPS: Final = Resource(
    name="groups",
    model=TaxGroup,
    title=msg("Tax groups"),
    singular=msg("Tax group"),
    help=msg("The taxes that a kind of product bears at home."),
    access=Access(VIEW_TAXES, EDIT_TAXES, EDIT_TAXES, EDIT_TAXES),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("name_local", msg("Name in the second language")),
        Column("active", msg("Active")),
    ),
    record_title=lambda group: group.name,
    form=(
        Section(
            msg("Tax group"),
            (
                Field("code", msg("Code")),
                Field("name", msg("Name")),
                Field("name_local", msg("Name in the second language")),
                Field("active", msg("Active")),
            ),
        ),
    ),
    lines=(Lines("lines", msg("Taxes"), (Field("tax_id", msg("Tax"), reference="vat.taxes"),)),),
    search=("code", "name"),
    order=("code",),
)

POSITIONS: Final = Resource(
    name="positions",
    model=FiscalPosition,
    title=msg("Fiscal positions"),
    singular=msg("Fiscal position"),
    help=msg("Other taxes for partners abroad, or without a VAT number."),
    access=Access(VIEW_TAXES, EDIT_TAXES, EDIT_TAXES, EDIT_TAXES),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("countries", msg("Countries")),
        Column("abroad", msg("All but our own")),
        Column("registered", msg("Registration"), choices=REGISTRATIONS),
        Column("active", msg("Active")),
    ),
    record_title=lambda position: position.name,
    form=(
        Section(
            msg("Fiscal position"),
            (
                Field("code", msg("Code")),
                Field("name", msg("Name")),
                Field("name_local", msg("Name in the second language")),
                Field(
                    "countries", msg("Countries"), help=msg("Codes of two letters: AE BH KW OM.")
                ),
                Field("abroad", msg("Every country but our own")),
                Field("registered", msg("Registration"), choices=REGISTRATIONS),
                Field("sequence", msg("Order")),
                Field("active", msg("Active")),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Taxes"),
            (
                Field("tax_id", msg("In place of"), reference="vat.taxes"),
                Field("replacement_id", msg("Comes"), reference="vat.taxes"),
            ),
        ),
    ),
    search=("code", "name"),
    order=("sequence", "code"),
)


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
    state="state",
    customizable=False,
    displays=Displays(board=Board("state", moves=(("filed", "file"),))),
    prints=(
        Print(
            title=msg("Tax return"),
            template=Path(__file__).parent / "templates" / "vat" / "paper" / "return.typ",
            data=paper_of,
        ),
    ),
)

RESOURCES: Final = (TAXES, GROUPS, POSITIONS, RETURNS)
