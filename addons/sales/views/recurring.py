"""Contracts whose invoices come by themselves."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models.recurring import CONTRACT_STATES, INTERVALS, MAKINGS, Contract
from addons.sales.permissions import EDIT_CONTRACTS, POST_INVOICES, VIEW_CONTRACTS
from addons.sales.services.recurring import contracts, making, related, steps
from addons.sales.views.contract_form import FORM, LINES
from core.api import (
    Access,
    Action,
    Calendar,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Filter,
    Importing,
    ListView,
    Operations,
    RecordRules,
    Resource,
    Tone,
    msg,
    phrase,
    today,
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


def _make_today(session: Session, contract: Contract) -> str:
    day = today(session)
    made = making.make_now(session, contract, day, dated=day)
    told = phrase("{count} invoices were written.", count=str(len(made.invoices)))
    return f"{told} {made.problem}" if made.problem else told


def _make_again(session: Session, contract: Contract) -> str:
    written = making.make_again(session, contract)
    return phrase("{count} drafts were written again.", count=str(len(written)))


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
    form=FORM,
    lines=LINES,
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
            "make-today",
            msg("Invoice what is due, dated today"),
            POST_INVOICES,
            _make_today,
            when=lambda contract: (
                contract.state in ("running", "paused") and contract.problem != ""
            ),
            confirm=msg("For days that are closed by now: what is charged stays the same. Do it?"),
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
    aside=("paused",),
    displays=Displays(calendar=Calendar("next_day"), board=False),
    duplicate=Duplicate(leave_out=("starts_on", "ends_on", "anchor", "reference")),
    discussed=Discussion(write=VIEW_CONTRACTS),
    related=related.of_contract,
)
