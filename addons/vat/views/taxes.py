"""Lists and forms of taxes, tax groups and fiscal positions."""

from __future__ import annotations

from typing import Final

from addons.vat.models import CATEGORIES, COUNTRIES, KINDS, SCOPES, FiscalPosition, Tax, TaxGroup
from addons.vat.models.positions import REGISTRATIONS
from addons.vat.permissions import EDIT_TAXES, VIEW_TAXES
from addons.vat.services import taxes
from addons.vat.services.treatments import TREATMENTS
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    Resource,
    Section,
    msg,
)

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

RESOURCES: Final = (TAXES, GROUPS, POSITIONS)
