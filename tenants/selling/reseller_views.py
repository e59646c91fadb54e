"""The control plane's pages of resellers: who they are, what they sell, to whom, and what they
were asked for. Whoever works for a reseller reaches what is that reseller's, by the rules."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    ListView,
    MenuItem,
    Operations,
    RecordRules,
    Resource,
    Section,
    Values,
    msg,
)
from core.i18n import LOCALES, phrase
from tenants import organizations
from tenants.models import Organization, Reseller
from tenants.permissions import (
    MANAGE_CUSTOMERS,
    MANAGE_RESELLERS,
    SEE_CUSTOMERS,
    SEE_RESELLERS,
)
from tenants.selling import requests as addon_requests
from tenants.selling import resellers
from tenants.selling.models import AddonRequest
from tenants.serving import STATUSES, suspend_and_resume

WISHES: Final = (("buy", msg("To buy")), ("trial", msg("To try")))
ANSWERS: Final = (
    ("open", msg("Waits for an answer")),
    ("granted", msg("Granted")),
    ("declined", msg("Declined")),
)
_THEIRS: Final = RecordRules(team="reseller_id")


def _create_reseller(session: Session, values: Values) -> Reseller:
    return resellers.create(session, values)


def _change_reseller(session: Session, reseller: Reseller, values: Values) -> Reseller:
    resellers.change(session, reseller, values)
    return reseller


def _close(session: Session, reseller: Reseller) -> str:
    resellers.set_open(session, reseller, False)
    return phrase("{reseller} sells nothing new from now on.", reseller=reseller.title)


def _reopen(session: Session, reseller: Reseller) -> str:
    resellers.set_open(session, reseller, True)
    return phrase("{reseller} sells again.", reseller=reseller.title)


RESELLERS: Final = Resource(
    name="resellers",
    model=Reseller,
    title=msg("Resellers"),
    singular=msg("Reseller"),
    help=msg(
        "Who sells to organizations. Each has a catalogue, prices and customers of their own."
    ),
    access=Access(read=SEE_RESELLERS, create=MANAGE_RESELLERS, update=MANAGE_RESELLERS),
    rules=RecordRules(team="id"),
    record_title=lambda reseller: reseller.title,
    columns=(
        Column("slug", msg("Slug")),
        Column("title", msg("Name")),
        Column(
            "status",
            msg("Status"),
            choices=(("active", msg("Active")), ("closed", msg("Closed"))),
            tones=(("active", "good"), ("closed", "warning")),
        ),
        Column("email", msg("E-mail address")),
        Column("currency", msg("Currency")),
    ),
    search=("slug", "title", "email"),
    order=("title",),
    form=(
        Section(
            msg("Reseller"),
            (
                Field("slug", msg("Slug"), help=msg("Its name in commands, such as delta.")),
                Field("title", msg("Name")),
                Field("currency", msg("Currency"), help=msg("What new prices are in.")),
            ),
        ),
        Section(
            msg("How customers reach them"),
            (
                Field("email", msg("E-mail address"), widget="email", required=False),
                Field("phone", msg("Telephone"), required=False),
                Field("website", msg("Website"), required=False),
            ),
        ),
    ),
    actions=(
        Action(
            "close",
            msg("Close"),
            MANAGE_RESELLERS,
            _close,
            when=lambda reseller: reseller.status == "active",
            confirm=msg("Close this reseller? Their customers keep what they have."),
            style="danger",
        ),
        Action(
            "reopen",
            msg("Reopen"),
            MANAGE_RESELLERS,
            _reopen,
            when=lambda reseller: reseller.status == "closed",
            style="primary",
        ),
    ),
    operations=Operations(create=_create_reseller, update=_change_reseller),
    discussed=False,
    customizable=False,
)


def _change_customer(session: Session, customer: Organization, values: Values) -> Organization:
    organizations.change(session, customer, values)
    return customer


CUSTOMERS: Final = Resource(
    name="customers",
    model=Organization,
    title=msg("Customers"),
    singular=msg("Customer"),
    help=msg("The organizations that a reseller sells to."),
    access=Access(read=SEE_CUSTOMERS, update=MANAGE_CUSTOMERS),
    rules=_THEIRS,
    record_title=lambda customer: customer.title,
    columns=(
        Column("title", msg("Name")),
        Column("slug", msg("Slug")),
        Column(
            "status",
            msg("Status"),
            choices=STATUSES,
            tones=(("active", "good"), ("suspended", "bad"), ("creating", "warning")),
        ),
        Column("reseller.title", msg("Reseller")),
        Column("report.addons_on", msg("Addons on")),
        Column("report.users", msg("Users")),
        Column("created_at", msg("Since"), optional=True),
    ),
    search=("title", "slug"),
    filters=(
        Filter("status", msg("Status"), choices=STATUSES),
        Filter("reseller_id", msg("Reseller"), reference="tenants.resellers"),
    ),
    order=("title",),
    form=(
        Section(
            msg("Customer"),
            (
                Field("title", msg("Name")),
                Field("slug", msg("Slug"), readonly=True),
                Field("status", msg("Status"), choices=STATUSES, readonly=True),
                Field(
                    "suspended_reason",
                    msg("Reason"),
                    required=False,
                    help=msg("Why it is suspended, or will be. Staff see it."),
                ),
                Field("locale", msg("Language"), choices=tuple(LOCALES.items())),
                Field("timezone", msg("Time zone"), help=msg("Such as Asia/Riyadh.")),
            ),
        ),
    ),
    actions=suspend_and_resume(
        MANAGE_CUSTOMERS,
        msg("Suspend this customer? Its members cannot work until it is resumed."),
    ),
    operations=Operations(update=_change_customer),
    discussed=False,
    customizable=False,
)


def _decline(session: Session, request: AddonRequest) -> str:
    addon_requests.decline(session, request, request.answer)
    return phrase("They read that it was declined, and your answer.")


def _answer(session: Session, request: AddonRequest, values: Values) -> AddonRequest:
    request.answer = (values.get("answer") or "").strip()
    return request


REQUESTS: Final = Resource(
    name="requests",
    model=AddonRequest,
    title=msg("Requests"),
    singular=msg("Request"),
    help=msg("What customers ask for from their page of addons."),
    access=Access(read=SEE_CUSTOMERS, update=MANAGE_CUSTOMERS),
    rules=_THEIRS,
    record_title=lambda request: request.title,
    columns=(
        Column("organization.title", msg("Customer")),
        Column("title", msg("Addon")),
        Column("wish", msg("Wish"), choices=WISHES),
        Column("status", msg("Answer"), choices=ANSWERS, tones=(("open", "warning"),)),
        Column("asked_by", msg("Asked by")),
        Column("created_at", msg("Asked at")),
    ),
    search=("title", "organization.title"),
    filters=(Filter("status", msg("Answer"), choices=ANSWERS),),
    order=("-created_at",),
    form=(
        Section(
            msg("Request"),
            (
                Field(
                    "organization_id",
                    msg("Customer"),
                    reference="tenants.customers",
                    readonly=True,
                ),
                Field("title", msg("Addon"), readonly=True),
                Field("wish", msg("Wish"), choices=WISHES, readonly=True),
                Field("asked_by", msg("Asked by"), readonly=True),
                Field("note", msg("Note"), widget="multiline", readonly=True),
            ),
        ),
        Section(
            msg("Answer"),
            (
                Field("status", msg("Answer"), choices=ANSWERS, readonly=True),
                Field(
                    "answer",
                    msg("What they read"),
                    widget="multiline",
                    required=False,
                ),
            ),
        ),
    ),
    views=(ListView("open", msg("Waiting"), where=(("status", "open"),)),),
    state="status",
    actions=(
        Action(
            "decline",
            msg("Decline"),
            MANAGE_CUSTOMERS,
            _decline,
            when=lambda request: request.status == "open",
            style="danger",
        ),
    ),
    operations=Operations(update=_answer),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(msg("Customers"), "/tenants/customers", SEE_CUSTOMERS, icon="people", order=12),
    MenuItem(msg("Requests"), "/tenants/requests", SEE_CUSTOMERS, icon="inbox", order=14),
    MenuItem(msg("Resellers"), "/tenants/resellers", SEE_RESELLERS, icon="shop", order=16),
)
