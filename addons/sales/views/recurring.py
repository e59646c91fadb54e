"""Contracts whose invoices come by themselves."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models.recurring import (
    CHARGES,
    CONTRACT_STATES,
    INTERVALS,
    MAKINGS,
    TIMINGS,
    Contract,
)
from addons.sales.permissions import EDIT_CONTRACTS, POST_INVOICES, VIEW_CONTRACTS
from addons.sales.services.days import today
from addons.sales.services.recurring import contracts, making, related, steps
from core.api import (
    Access,
    Action,
    Calendar,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    RecordRules,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("draft", "warning"),
    ("running", "good"),
    ("paused", "warning"),
)


def _begin(session: Session, contract: Contract) -> str:
    begun = steps.begin(session, contract)
    if begun.next_day is None:
        return phrase("Nothing is to be invoiced any more.")
    return phrase("The next invoice is written on {day}.", day=begun.next_day)


def _make(session: Session, contract: Contract) -> str:
    made = making.make_now(session, contract, today(session))
    told = phrase("{count} invoices were written.", count=str(len(made.invoices)))
    return f"{told} {made.problem}" if made.problem else told


def _make_again(session: Session, contract: Contract) -> str:
    written = making.make_again(session, contract)
    return phrase("{count} drafts were written again.", count=str(len(written)))


_FORM: Final = (
    Section(
        msg("Contract"),
        (
            Field("name", msg("Name")),
            Field("contact_id", msg("Customer"), reference="contacts.contacts"),
            Field("starts_on", msg("First day"), initial=today),
            Field("ends_on", msg("Last day"), help=msg("Left empty: until somebody ends it.")),
            Field("state", msg("State"), choices=CONTRACT_STATES, readonly=True),
            Field("covered_until", msg("Settled until"), readonly=True),
            Field("next_day", msg("Next invoice"), readonly=True),
            Field("monthly", msg("A month"), widget="money", readonly=True),
            Field("problem", msg("In the way"), readonly=True),
        ),
    ),
    Section(
        msg("When"),
        (
            Field("every", msg("Every"), required=False),
            Field("unit", msg("Interval"), choices=INTERVALS),
            Field(
                "anchor",
                msg("A period begins on"),
                required=False,
                help=msg(
                    "1 January for calendar months, quarters and years. The 31st is the last day of"
                    " shorter months. Left empty: the first day."
                ),
            ),
            Field("timing", msg("Invoiced"), choices=TIMINGS),
            Field(
                "prorata",
                msg("By days"),
                help=msg("Parts of a period are charged by their days; else in full."),
            ),
            Field("making", msg("Invoices"), choices=MAKINGS),
        ),
    ),
    Section(
        msg("Details"),
        (
            Field("currency", msg("Currency"), initial=company_currency, required=False),
            Field("rate", msg("Rate"), help=msg("Left empty, the books know.")),
            Field("discount_percent", msg("Discount on all, percent"), required=False),
            Field("notice_days", msg("Days of notice before prices rise"), required=False),
            Field("reference", msg("Customer's number"), required=False),
            Field("salesperson_id", msg("Salesperson"), reference="core.users"),
            Field("branch_id", msg("Branch"), reference="core.branches"),
            Field("note", msg("Note"), widget="multiline", required=False),
            Field("cancelled_on", msg("Ended on"), readonly=True),
            Field("cancel_reason", msg("Ended because"), readonly=True),
        ),
    ),
)
_LINES: Final = (
    Lines(
        "lines",
        msg("What is charged"),
        (
            Field("product_id", msg("Product"), reference="catalog.products"),
            Field("description", msg("Description"), required=False),
            Field("quantity", msg("Quantity"), required=False),
            Field("unit_id", msg("Unit"), reference="catalog.units"),
            Field("price", msg("Price"), widget="money", required=False),
            Field("discount_percent", msg("Discount, percent"), required=False),
            Field("taxes", msg("Taxes"), required=False),
            Field("charge", msg("Charged"), choices=CHARGES, required=False),
            Field("from_day", msg("From"), required=False),
            Field("until_day", msg("Until"), required=False),
        ),
        order="position",
    ),
    Lines(
        "pauses",
        msg("Pauses"),
        (
            Field("first_day", msg("From")),
            Field("last_day", msg("Until"), required=False),
            Field("reason", msg("Reason"), required=False),
        ),
    ),
    Lines(
        "indexations",
        msg("Changes of prices"),
        (
            Field("from_day", msg("From")),
            Field("told_on", msg("Customer told on")),
            Field("percent", msg("Percent"), required=False),
            Field("index_before", msg("Index before"), required=False),
            Field("index_after", msg("Index after"), required=False),
            Field("reason", msg("Reason"), required=False),
        ),
    ),
)

CONTRACTS: Final = Resource(
    name="contracts",
    model=Contract,
    title=msg("Recurring invoices"),
    singular=msg("Contract"),
    help=msg("What customers are charged again and again: its invoices are written by themselves."),
    access=Access(VIEW_CONTRACTS, EDIT_CONTRACTS, EDIT_CONTRACTS, EDIT_CONTRACTS),
    importing=Importing(
        key=("name",),
        synonyms=(
            ("contact_id", "Customer"),
            ("contact_id", "العميل"),
            ("starts_on", "Start date"),
            ("ends_on", "End date"),
            ("lines.product_id", "Product"),
        ),
    ),
    columns=(
        Column("name", msg("Name")),
        Column("contact_name", msg("Customer")),
        Column("next_day", msg("Next invoice")),
        Column("covered_until", msg("Settled until")),
        Column("ends_on", msg("Last day")),
        Column("monthly", msg("A month"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=CONTRACT_STATES, tones=_TONES),
        Column("problem", msg("In the way")),
        Column("every", msg("Every"), optional=True),
        Column("unit", msg("Interval"), choices=INTERVALS, optional=True),
        Column("making", msg("Invoices"), choices=MAKINGS, optional=True),
    ),
    record_title=lambda contract: contract.name,
    search=("name", "contact_name", "reference"),
    filters=(
        Filter("state", msg("State"), choices=CONTRACT_STATES),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("next_day", msg("Next invoice")),
        Filter("starts_on", msg("First day")),
        Filter("ends_on", msg("Last day")),
        Filter("cancelled_on", msg("Ended on")),
        Filter("currency", msg("Currency")),
        Filter("unit", msg("Interval"), choices=INTERVALS),
        Filter("making", msg("Invoices"), choices=MAKINGS),
        Filter("salesperson_id", msg("Salesperson"), reference="core.users"),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("problem", msg("In the way")),
    ),
    views=(
        ListView("running", msg("Running"), where=(("state", "running"),)),
        ListView("stuck", msg("Something is in the way"), where=(("problem__ne", ""),)),
        ListView(
            "ending",
            msg("Ending within 30 days"),
            where=(("state", "running"), ("ends_on__during", "next_30_days")),
            sort=("ends_on",),
        ),
    ),
    order=("next_day", "name"),
    form=_FORM,
    lines=_LINES,
    actions=(
        Action(
            "begin",
            msg("Begin"),
            POST_INVOICES,
            _begin,
            when=lambda contract: contract.state == "draft",
            confirm=msg("From now on its invoices are written by themselves. Begin?"),
            style="primary",
            bulk=True,
        ),
        Action(
            "make",
            msg("Invoice what is due"),
            POST_INVOICES,
            _make,
            when=lambda contract: contract.state in ("running", "paused"),
            bulk=True,
        ),
        Action(
            "make-again",
            msg("Write deleted drafts again"),
            POST_INVOICES,
            _make_again,
            when=lambda contract: any(
                one.outcome == "invoiced" and one.invoice_id is None for one in contract.periods
            ),
        ),
    ),
    operations=Operations(
        contracts.create_contract, contracts.update_contract, contracts.delete_contract
    ),
    rules=RecordRules(owner="salesperson_id", team="team_id", branch="branch_id"),
    editable=lambda contract: contract.state != "ended",
    state="state",
    displays=Displays(calendar=Calendar("next_day"), board=False),
    duplicate=Duplicate(leave_out=("starts_on", "ends_on", "anchor", "reference")),
    discussed=Discussion(write=VIEW_CONTRACTS),
    related=related.of_contract,
)
