"""Loyalty: programmes with their rules and tiers, customers' points, and every move of them."""

from __future__ import annotations

from typing import Final

from addons.catalog.api import company_currency
from addons.sales.models import (
    EARN_WHEN,
    POINT_MOVES,
    LoyaltyAccount,
    LoyaltyMove,
    LoyaltyProgram,
)
from addons.sales.permissions import SET_UP, VIEW_INVOICES
from addons.sales.services.loyalty import programs
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Resource,
    Section,
    msg,
    phrase,
)


def account_title(account: LoyaltyAccount) -> str:
    """Whose points they are."""
    return f"{account.contact_name} · {account.program.name}"


LOYALTY_PROGRAMS: Final = Resource(
    name="loyalty-programs",
    model=LoyaltyProgram,
    title=msg("Loyalty programmes"),
    singular=msg("Loyalty programme"),
    help=msg("What earns points, how often they count, and what a point pays."),
    access=Access(VIEW_INVOICES, SET_UP, SET_UP, SET_UP),
    columns=(
        Column("name", msg("Name")),
        Column("currency", msg("Currency")),
        Column("earn_points", msg("Points")),
        Column("earn_amount", msg("For each"), widget="money"),
        Column("point_value", msg("A point pays")),
        Column("months", msg("Months valid")),
        Column("active", msg("Active")),
    ),
    record_title=lambda program: program.name,
    search=("name",),
    filters=(Filter("active", msg("Active")), Filter("currency", msg("Currency"))),
    order=("name",),
    form=(
        Section(
            msg("Programme"),
            (
                Field("name", msg("Name")),
                Field("currency", msg("Currency"), initial=company_currency),
                Field("active", msg("Active")),
                Field("valid_from", msg("From")),
                Field("valid_to", msg("Until")),
                Field("group_id", msg("For customers of the group"), reference="contacts.groups"),
            ),
        ),
        Section(
            msg("Earning"),
            (
                Field("earn_when", msg("Points come"), choices=EARN_WHEN),
                Field("earn_points", msg("Points")),
                Field("earn_amount", msg("For each"), widget="money",
                      help=msg("Of what is sold, without tax.")),
                Field("months", msg("Months valid"), help=msg("0 for points that never expire.")),
                Field("tier_months", msg("Tiers look back"), help=msg("Months.")),
            ),
        ),
        Section(
            msg("Using"),
            (
                Field("point_value", msg("A point pays")),
                Field("least_points", msg("Least points at once")),
                Field("most_percent", msg("Most of an invoice"), help=msg("In percent.")),
                Field(
                    "expected_use",
                    msg("Points that will be used"),
                    help=msg("In percent, as experience has it: what the books put off follows."),
                ),
                Field(
                    "offline_points",
                    msg("A till without connection may take"),
                    help=msg("Points, at the most; 0 for none."),
                ),
            ),
        ),
    ),
    lines=(
        Lines(
            "rules",
            msg("Rules: of a line the first that fits holds"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("category_id", msg("Category"), reference="catalog.categories"),
                Field("group_id", msg("Group"), reference="contacts.groups"),
                Field("weekdays", msg("Weekdays"), required=False,
                      help=msg("1 is Monday, 7 is Sunday; 67 for both days of a weekend.")),
                Field("valid_from", msg("From")),
                Field("valid_to", msg("Until")),
                Field("factor", msg("Times"), help=msg("0 earns nothing.")),
            ),
            order="position",
        ),
        Lines(
            "tiers",
            msg("Tiers"),
            (
                Field("name", msg("Name")),
                Field("from_points", msg("From points")),
                Field("factor", msg("Times")),
            ),
        ),
    ),
    operations=Operations(
        programs.create_program, programs.update_program, programs.delete_program
    ),
)  # fmt: skip

LOYALTY_ACCOUNTS: Final = Resource(
    name="loyalty-accounts",
    model=LoyaltyAccount,
    title=msg("Loyalty points"),
    singular=msg("Loyalty account"),
    help=msg("What customers have earned and not used yet."),
    access=Access(VIEW_INVOICES),
    columns=(
        Column("contact_name", msg("Customer")),
        Column("program.name", msg("Programme")),
        Column("points", msg("Points"), total=True),
        Column("worth", msg("Deferred revenue"), widget="money", total=True),
        Column("owed", msg("Owed"), total=True, optional=True),
        Column("program.currency", msg("Currency"), optional=True),
    ),
    record_title=account_title,
    search=("contact_name",),
    filters=(
        Filter("program_id", msg("Programme"), reference="sales.loyalty-programs"),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("points", msg("Points")),
    ),
    views=(
        ListView("with_points", msg("With points"), where=(("points__gt", "0"),)),
        ListView("by_program", msg("By programme"), group=("program_id",)),
    ),
    order=("-points", "-id"),
    form=(
        Section(
            msg("Loyalty account"),
            (
                Field("contact_id", msg("Customer"), reference="contacts.contacts", readonly=True),
                Field(
                    "program_id",
                    msg("Programme"),
                    reference="sales.loyalty-programs",
                    readonly=True,
                ),
                Field("points", msg("Points"), readonly=True),
                Field("worth", msg("Deferred revenue"), widget="money", readonly=True),
                Field(
                    "owed",
                    msg("Owed"),
                    readonly=True,
                    help=msg("Points of goods that came back, which had been used."),
                ),
            ),
        ),
    ),
    customizable=False,
)

POINT_MOVE_LIST: Final = Resource(
    name="loyalty-moves",
    model=LoyaltyMove,
    title=msg("Moves of points"),
    singular=msg("Move of points"),
    help=msg("Every point that came or went, for good."),
    access=Access(VIEW_INVOICES),
    columns=(
        Column("day", msg("Date")),
        Column("account.contact_name", msg("Customer")),
        Column("kind", msg("Kind"), choices=POINT_MOVES),
        Column("points", msg("Points"), total=True),
        Column("worth", msg("Deferred revenue"), widget="money", total=True),
        Column("expires_on", msg("Valid until")),
        Column("reason", msg("Reason")),
        Column("created_by", msg("By"), optional=True),
    ),
    record_title=lambda move: phrase("Move {id}", id=move.id),
    filters=(
        Filter("account_id", msg("Account"), reference="sales.loyalty-accounts"),
        Filter("invoice_id", msg("Invoice"), reference="sales.invoices"),
        Filter("kind", msg("Kind"), choices=POINT_MOVES),
        Filter("day", msg("Date")),
    ),
    order=("-id",),
    displays=Displays(),
    discussed=False,
    customizable=False,
)
