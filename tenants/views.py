"""The control plane's pages: organizations, their domains, and database servers."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.custody.records import record_access
from core.db.session import binding
from core.declare import (
    Access,
    Column,
    Field,
    Filter,
    MenuItem,
    Operations,
    Resource,
    Section,
    Values,
    msg,
)
from core.i18n import LOCALES
from core.kernel import Kernel
from tenants import organizations
from tenants.fleet import registering
from tenants.life.finishing import DOOR
from tenants.limits import HELP, TITLES, column
from tenants.models import DatabaseServer, Domain, Organization, Reseller
from tenants.permissions import MANAGE, SEE
from tenants.selling import resellers
from tenants.serving import STATUSES, suspend_and_resume

SERVER_STATUSES: Final = (
    ("active", msg("Active")),
    ("closed", msg("Closed")),
    ("draining", msg("Being emptied")),
)


def _change(session: Session, organization: Organization, values: Values) -> Organization:
    organizations.change(session, organization, values)
    if "reseller_id" in values and values["reseller_id"] != organization.reseller_id:
        chosen = values["reseller_id"]
        reseller = None if chosen is None else session.get_one(Reseller, chosen)
        resellers.assign(session, organization, reseller)
    return organization


def _add_domain(session: Session, values: Values) -> Domain:
    base_domain = binding(session).context["kernel"].config.base_domain
    organization = session.get_one(Organization, values["organization_id"])
    added = organizations.add_domain(session, organization, values["host"], base_domain=base_domain)
    _tell(session, organization.id, f"domain {added.host}")
    return added


def _remove_domain(session: Session, domain: Domain) -> None:
    _tell(session, domain.organization_id, f"domain --remove {domain.host}")
    session.delete(domain)
    session.flush()


def _tell(session: Session, organization_id: str, purpose: str) -> None:
    """What was done on the operator's own word stands in the organization's record for good."""
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]
    tenant = kernel.directory.find_id(organization_id)
    if tenant is not None:  # nobody is at home yet in one that is being made
        with kernel.session(tenant) as inside:
            record_access(inside, operator=bound.author.label, purpose=purpose, door=DOOR)


def _remove_server(session: Session, server: DatabaseServer) -> None:
    registering.remove(binding(session).context["kernel"], session, server)


ORGANIZATIONS: Final = Resource(
    name="organizations",
    model=Organization,
    title=msg("Organizations"),
    singular=msg("Organization"),
    help=msg("Each has a database of its own."),
    access=Access(read=SEE, update=MANAGE),
    record_title=lambda organization: organization.title,
    columns=(
        Column("slug", msg("Slug")),
        Column("title", msg("Name")),
        Column(
            "status",
            msg("Status"),
            choices=STATUSES,
            tones=(("active", "good"), ("suspended", "bad"), ("creating", "warning")),
        ),
        Column("locale", msg("Language"), choices=tuple(LOCALES.items())),
        Column("timezone", msg("Time zone")),
        Column("reseller.title", msg("Reseller"), optional=True),
        Column("created_at", msg("Since")),
        Column("sample_of", msg("Sample company of"), optional=True),
        Column("canary", msg("Canary"), optional=True),
    ),
    search=("slug", "title"),
    filters=(Filter("status", msg("Status"), choices=STATUSES),),
    order=("slug",),
    form=(
        Section(
            msg("Organization"),
            (
                Field("slug", msg("Slug"), readonly=True),
                Field("title", msg("Name")),
                Field("status", msg("Status"), choices=STATUSES, readonly=True),
                Field(
                    "suspended_reason",
                    msg("Reason"),
                    required=False,
                    help=msg("Why it is suspended, or will be. Staff see it."),
                ),
                Field("locale", msg("Language"), choices=tuple(LOCALES.items())),
                Field("timezone", msg("Time zone"), help=msg("Such as Asia/Riyadh.")),
                Field(
                    "reseller_id",
                    msg("Reseller"),
                    reference="tenants.resellers",
                    required=False,
                    help=msg("Whose customer it is."),
                ),
                Field(
                    "brand_id",
                    msg("Brand"),
                    reference="tenants.brands",
                    required=False,
                    help=msg("Without one, that of its reseller."),
                ),
                Field(
                    "canary",
                    msg("Canary"),
                    required=False,
                    help=msg("Upgraded before the others: what breaks, breaks here first."),
                ),
                Field("database_name", msg("Database"), readonly=True),
            ),
        ),
        Section(
            msg("Limits"),
            tuple(
                Field(column(name), title, required=False, help=HELP.get(name, ""))
                for name, title in TITLES.items()
            ),
            help=msg("What it may take, so that nobody else has to wait. Empty: as all others."),
        ),
    ),
    actions=suspend_and_resume(
        MANAGE, msg("Suspend this organization? Its members cannot work until it is resumed.")
    ),
    operations=Operations(update=_change),
)

DOMAINS: Final = Resource(
    name="domains",
    model=Domain,
    title=msg("Domains"),
    singular=msg("Domain"),
    help=msg("A name of an organization's own, besides its slug below the platform's domain."),
    access=Access(read=SEE, create=MANAGE, delete=MANAGE),
    record_title=lambda domain: domain.host,
    columns=(
        Column("host", msg("Domain")),
        Column("organization.title", msg("Organization")),
        Column("verified", msg("Verified")),
        Column("unproved_since", msg("Without proof since")),
        Column("problem", msg("What was found"), optional=True),
    ),
    search=("host",),
    order=("host",),
    form=(
        Section(
            msg("Domain"),
            (
                Field("host", msg("Domain")),
                Field("organization_id", msg("Organization"), reference="tenants.organizations"),
            ),
        ),
    ),
    operations=Operations(create=_add_domain, delete=_remove_domain),
)

SERVERS: Final = Resource(
    name="servers",
    model=DatabaseServer,
    title=msg("Database servers"),
    singular=msg("Database server"),
    help=msg("The PostgreSQL servers that hold the organizations' databases."),
    access=Access(read=SEE, update=MANAGE, delete=MANAGE),
    record_title=lambda server: server.name,
    columns=(
        Column("name", msg("Name")),
        Column("region", msg("Region")),
        Column("host", msg("Address")),
        Column("port", msg("Port"), widget="code"),
        Column(
            "status",
            msg("Status"),
            choices=SERVER_STATUSES,
            tones=(("active", "good"), ("draining", "warning")),
        ),
        Column("health.companies", msg("Organizations")),
        Column("capacity", msg("Capacity")),
        Column("health.problem", msg("Problem")),
        Column("health.seen_at", msg("Last seen"), optional=True),
        Column("health.postgresql", msg("PostgreSQL"), optional=True),
        Column("health.connections", msg("Connections"), optional=True),
    ),
    order=("name",),
    form=(
        Section(
            msg("Database server"),
            (
                Field("name", msg("Name"), readonly=True),
                Field(
                    "region",
                    msg("Region"),
                    required=False,
                    help=msg("Country and place in words. Each company sees where its data lies."),
                ),
                Field(
                    "status",
                    msg("Status"),
                    choices=SERVER_STATUSES,
                    help=msg("A closed server takes no new organizations."),
                ),
                Field(
                    "capacity",
                    msg("Capacity"),
                    required=False,
                    help=msg("How many organizations it may hold. Empty: as many as come."),
                ),
                Field("host", msg("Address"), readonly=True),
                Field("port", msg("Port"), widget="code", readonly=True),
            ),
        ),
    ),
    operations=Operations(delete=_remove_server),
)

MENU: Final = (
    MenuItem(msg("Organizations"), "/tenants/organizations", SEE, icon="buildings", order=10),
    MenuItem(msg("Domains"), "/tenants/domains", SEE, icon="globe", order=20),
    MenuItem(msg("Database servers"), "/tenants/servers", SEE, icon="hdd-stack", order=30),
)
