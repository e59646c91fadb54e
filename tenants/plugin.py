"""What the control plane adds to its own host, with the same hooks as any addon."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from core import declare
from core.hookspecs import hookimpl
from tenants import (
    life_models,
    life_options,
    move_models,
    outside_models,
    permissions,
    views,
    work_models,
)
from tenants.backups import alarms as backup_alarms
from tenants.backups import models as backup_models
from tenants.backups import pages as backup_pages
from tenants.backups import tending as backup_jobs
from tenants.backups import views as backup_views
from tenants.backups.plan import BackupPlan
from tenants.branding import models as brand_models
from tenants.branding import pages as brand_pages
from tenants.branding import views as brand_views
from tenants.deployment import disabling, registry_watch, revoked_pages
from tenants.deployment import pages as deployment_pages
from tenants.domains import rechecking
from tenants.domains import views as domain_views
from tenants.fleet import checking as server_jobs
from tenants.fleet import entering as server_pages
from tenants.fleet import models as health_models
from tenants.fleet import views as health_views
from tenants.guests import models as guest_models
from tenants.guests import pages as guest_pages
from tenants.keys import jobs as key_jobs
from tenants.keys import options as key_options
from tenants.keys import pages as key_pages
from tenants.licensing import models as licence_models
from tenants.licensing import troubles as licence_troubles
from tenants.licensing import views as licence_views
from tenants.life import jobs as life_jobs
from tenants.life import pages as life_pages
from tenants.life import views as life_views
from tenants.making import making
from tenants.making import pages as making_pages
from tenants.models import (
    CustomerReport,
    DatabaseServer,
    Domain,
    Organization,
    Reseller,
    ServerHealth,
    TemplateDatabase,
)
from tenants.moving import jobs as move_jobs
from tenants.moving import pages as move_pages
from tenants.operation import collecting
from tenants.operation import models as operation_models
from tenants.operation import pages as fleet_pages
from tenants.operation import views as operation_views
from tenants.rehearsals import jobs as rehearsal_jobs
from tenants.rehearsals import pages as rehearsal_pages
from tenants.reviewing import models as review_models
from tenants.reviewing import views as review_views
from tenants.selling import customer_pages, offer_views, package_pages, reseller_views
from tenants.selling import licence_views as sold_licence_views
from tenants.selling import models as reseller_models
from tenants.signing_up import pages as sign_up_pages
from tenants.upgrading import background as upgrade_jobs
from tenants.upgrading import models as upgrade_models
from tenants.upgrading import pages as upgrade_pages


@hookimpl
def register_models() -> list[type]:
    """The tables of the schema `tenants`, in the control plane's database alone."""
    tables = [DatabaseServer, Reseller, Organization, Domain, CustomerReport, TemplateDatabase]
    tables.append(ServerHealth)
    sold = reseller_models.MODELS
    return [
        *tables,
        *work_models.MODELS,
        *outside_models.MODELS,
        *licence_models.MODELS,
        *sold,
        *brand_models.MODELS,
        *health_models.MODELS,
        *guest_models.MODELS,
        *upgrade_models.MODELS,
        *backup_models.MODELS,
        *life_models.MODELS,
        *move_models.MODELS,
        *operation_models.MODELS,
        *review_models.MODELS,
    ]


@hookimpl
def register_permissions() -> list[declare.Permission]:
    """What the operator's staff, and that of resellers, may do."""
    return list(permissions.ALL)


@hookimpl
def register_roles() -> list[declare.Role]:
    """The operator's staff, and that of resellers."""
    return [permissions.OPERATOR, permissions.ONLOOKER, permissions.RESELLER]


@hookimpl
def register_resources() -> list[declare.Resource]:
    """Organizations, domains and database servers; resellers, their customers and offers;
    what companies say of addons."""
    sold = [offer_views.TERMS, offer_views.OFFERS]
    return [
        *[views.ORGANIZATIONS, views.DOMAINS, views.SERVERS],
        *[reseller_views.RESELLERS, reseller_views.CUSTOMERS, reseller_views.REQUESTS, *sold],
        *[sold_licence_views.SOLD_LICENCES, review_views.REVIEWS],
        brand_views.BRANDS,
        domain_views.DOMAIN_CLAIMS,
        *[health_views.ADDON_HEALTH, life_views.BIN, life_views.STANDBY],
        *[backup_views.BACKUPS, operation_views.STORAGE, operation_views.WORK],
        *licence_views.RESOURCES,
    ]


@hookimpl
def register_menu() -> list[declare.MenuItem]:
    """Where they are found."""
    return [
        *fleet_pages.MENU,
        *operation_views.MENU,
        *views.MENU,
        *brand_views.MENU,
        *health_views.MENU,
        *backup_views.MENU,
        *life_views.MENU,
        *domain_views.MENU,
        *licence_views.MENU,
        *reseller_views.MENU,
        *offer_views.MENU,
        *review_views.MENU,
        *sold_licence_views.MENU,
        *deployment_pages.MENU,
        *upgrade_pages.MENU,
    ]


@hookimpl
def register_routes() -> list[declare.Route]:
    """Pages that are neither list nor form."""
    return [
        *[*brand_pages.ROUTES, *customer_pages.ROUTES, *package_pages.ROUTES],
        *[*deployment_pages.ROUTES, *life_pages.ROUTES, *guest_pages.ROUTES],
        *[*backup_pages.ROUTES, *upgrade_pages.ROUTES, *rehearsal_pages.ROUTES],
        *[*move_pages.ROUTES, *revoked_pages.ROUTES, *key_pages.ROUTES, *fleet_pages.ROUTES],
        *[*server_pages.ROUTES, *sign_up_pages.ROUTES, *making_pages.ROUTES],
    ]


@hookimpl
def register_jobs() -> list[declare.Job]:
    """What the control plane does by itself."""
    tending = [*backup_jobs.JOBS, *upgrade_jobs.JOBS, *life_jobs.JOBS, *server_jobs.JOBS]
    watching = [*licence_views.JOBS, *registry_watch.JOBS, *rechecking.JOBS, *collecting.JOBS]
    asked_for = [*move_jobs.JOBS, *key_jobs.JOBS, *rehearsal_jobs.JOBS, *disabling.JOBS]
    return [*tending, *watching, *asked_for, *sign_up_pages.JOBS, *making.JOBS]


@hookimpl
def register_slots() -> list[declare.Slot]:
    """What stands beside records."""
    sold = [*customer_pages.SLOTS, *package_pages.SLOTS]
    own = [*life_pages.SLOTS, *backup_pages.SLOTS, *guest_pages.SLOTS, *move_pages.SLOTS]
    entering = [*server_pages.SLOTS, *sign_up_pages.SLOTS, *making_pages.SLOTS]
    return [*fleet_pages.SLOTS, *brand_pages.SLOTS, *entering, *sold, *own]


@hookimpl
def register_templates() -> list[declare.TemplateFolder]:
    """The templates of those pages."""
    return [declare.TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def register_options() -> list[declare.OptionSet]:
    """Where licences are renewed from, how organizations come and go, when backups are made, how
    old credentials may grow."""
    backups = declare.OptionSet(BackupPlan, declare.msg("Backups"))
    return [licence_views.OPTIONS, life_options.OPTIONS, backups, key_options.OPTIONS]


@hookimpl
def find_troubles(session: Session) -> list[declare.Trouble]:
    """A clock that was set back, licences that could not be renewed, upgrades that failed, backups
    that are late, small, failed or not proven, domains whose proof is gone, and addons whose key
    was revoked."""
    return [
        *revoked_pages.troubles(session),
        *licence_troubles.licence_troubles(session),
        *upgrade_pages.troubles(session),
        *backup_alarms.troubles(session),
        *rechecking.troubles(session),
    ]
