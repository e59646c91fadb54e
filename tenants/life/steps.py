"""Begins the steps of an organization's life: each is written down in one transaction, with the job
that does the rest of it. Whoever comes second to the same organization is refused.

The functions take the organization's entry under a lock of its row, so that two operators take
turns.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.addons.options import options
from core.db.base import utc_now
from core.db.session import binding, savepoint
from core.errors import Conflict, InvalidInput, NotFound
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from tenants import names, organizations, wishes
from tenants.life_models import Binned, FormerSlug
from tenants.life_options import LifeOptions
from tenants.models import Organization
from tenants.placement import rule
from tenants.provisioning import standby, templates
from tenants.wishes import NewOrganization

FINISH: Final = "tenants.finish_step"
EXPORT: Final = "tenants.export_organization"
MAKE: Final = "tenants.make_organization"
"""Makes one that staff asked for, and invites its first administrator."""
_HERE: Final = ("active", "suspended")


def locked(session: Session, organization_id: str) -> Organization:
    """The organization as it is now, until this transaction ends; raises NotFound. A sample
    company has no life of its own."""
    found = session.get(Organization, organization_id, with_for_update=True, populate_existing=True)
    if found is None or found.sample_of is not None:
        raise NotFound(phrase("There is no such organization."))
    return found


def make(session: Session, wish: NewOrganization) -> tuple[Organization, int]:
    """Begin a new organization; gives its entry, and the job. Raises InvalidInput or Conflict."""
    made = enter(session, wish)
    return made, _finish_later(session, made, phrase("Make {slug}", slug=made.slug))


def enter(session: Session, wish: NewOrganization) -> Organization:
    """The entry of a new organization, for whoever asks for a job of their own that makes it.
    Raises InvalidInput or Conflict."""
    kernel: Kernel = binding(session).context["kernel"]
    made = organizations.record(
        session,
        wish,
        box=kernel.secrets,
        addons=kernel.catalog.addons,
        base_domain=kernel.config.base_domain,
    )
    standby.claim(session, made, templates.addon_set(kernel, tuple(made.addons)))
    return made


def rename(session: Session, organization: Organization, slug: str) -> None:
    """Let it have another slug from now on; people who ask for the old one are led to the new one
    for a while. Raises InvalidInput or Conflict."""
    _refuse_busy(session, organization)
    slug = slug.strip()
    if slug == organization.slug:
        return
    _refuse_slug(session, slug, but_of=organization.id)
    session.execute(delete(FormerSlug).where(FormerSlug.slug == slug))
    days = options(session, LifeOptions).redirect_days
    if days:
        until = utc_now() + timedelta(days=days)
        kept = insert(FormerSlug).values(
            slug=organization.slug, organization_id=organization.id, until=until
        )
        session.execute(
            kept.on_conflict_do_update(
                index_elements=[FormerSlug.slug],
                set_={"organization_id": organization.id, "until": until},
            )
        )
    organization.slug = slug
    _flush(session, slug)


def copy(
    session: Session, organization: Organization, slug: str, *, title: str = "", masked: bool
) -> tuple[Organization, int]:
    """Begin a copy under this slug, which keeps to itself; gives its entry, and the job."""
    _refuse_busy(session, organization)
    slug = slug.strip()
    _refuse_slug(session, slug)
    wishes.refuse(wishes.title_problems(title or organization.title))
    kernel: Kernel = binding(session).context["kernel"]
    copy_id = names.new_id()
    made = Organization(
        id=copy_id,
        slug=slug,
        title=title or organization.title,
        server=rule.choose(session, region=organization.server.region),
        database_name=names.database_name(copy_id),
        generation=0,
        addons=list(organization.addons),
        allowed_addons=organization.allowed_addons,
        timezone=organization.timezone,
        locale=organization.locale,
        reseller_id=organization.reseller_id,
        brand_id=organization.brand_id,
        copy_of=organization.id,
        is_copy=True,
        copy_masked=masked,
        staging=True,
    )
    organizations.renew_credentials(made, kernel.secrets)
    session.add(made)
    _flush(session, slug)
    return made, _finish_later(session, made, phrase("Copy {slug}", slug=organization.slug))


def put_into_bin(session: Session, organization: Organization, typed: str) -> int:
    """Begin to delete it; gives the job. Nobody is served from now on, and it can be restored
    until its time is over; one that was never finished goes for good. `typed` is its slug, typed
    by a person."""
    _check_typed(organization, typed)
    if organization.status == "creating":
        organization.status = "deleting"
        session.flush()
        return _finish_later(session, organization, phrase("Delete {slug}", slug=organization.slug))
    _refuse_busy(session, organization)
    days = options(session, LifeOptions).bin_days
    session.add(
        Binned(
            organization_id=organization.id,
            until=utc_now() + timedelta(days=days),
            by=binding(session).author.label,
            was=organization.status,
        )
    )
    organization.status = "binning"
    session.flush()
    return _finish_later(session, organization, phrase("Delete {slug}", slug=organization.slug))


def restore(session: Session, organization: Organization) -> int:
    """Begin to bring it back from the bin, as it was; gives the job."""
    _refuse_unless_binned(organization)
    organization.status = "restoring"
    session.flush()
    return _finish_later(session, organization, phrase("Restore {slug}", slug=organization.slug))


def purge(session: Session, organization: Organization, typed: str) -> int:
    """Begin to remove it for good, before its time; gives the job."""
    _refuse_unless_binned(organization)
    _check_typed(organization, typed)
    organization.status = "deleting"
    session.flush()
    return _finish_later(session, organization, phrase("Purge {slug}", slug=organization.slug))


def export(session: Session, organization: Organization) -> int:
    """Pack everything that it has into one file, in the background; gives the job."""
    _refuse_busy(session, organization)
    title = phrase("Export {slug}", slug=organization.slug)
    return enqueue(session, EXPORT, title=title, organization_id=organization.id)


def over(session: Session) -> list[Organization]:
    """Those in the bin whose time is over, each now on its way out for good."""
    due = (
        select(Organization)
        .join(Binned, Binned.organization_id == Organization.id)
        .where(Organization.status == "binned", Binned.until < utc_now())
        .with_for_update(of=Organization, skip_locked=True)
    )
    found = list(session.scalars(due))
    for organization in found:
        organization.status = "deleting"
        _finish_later(session, organization, phrase("Purge {slug}", slug=organization.slug))
    session.flush()
    return found


def _finish_later(session: Session, organization: Organization, title: str) -> int:
    return enqueue(session, FINISH, title=title, organization_id=organization.id)


def _refuse_busy(session: Session, organization: Organization) -> None:
    if organization.status not in _HERE:
        raise organizations.unfinished(organization)
    organizations.refuse_moving(session, organization)


def _refuse_unless_binned(organization: Organization) -> None:
    if organization.status != "binned":
        raise Conflict(
            phrase("{slug} is not in the bin.", slug=organization.slug),
            fix=phrase("Somebody may have restored it just now."),
        )


def _refuse_slug(session: Session, slug: str, but_of: str = "") -> None:
    wishes.refuse(wishes.slug_problems(slug))
    organizations.refuse_kept_slug(session, slug, but_of)


def _check_typed(organization: Organization, typed: str) -> None:
    if typed.strip() != organization.slug:
        raise InvalidInput.of(
            "confirm",
            phrase("Type {slug}, the slug of what you want to remove.", slug=organization.slug),
        )


def _flush(session: Session, slug: str) -> None:
    try:
        with savepoint(session):
            session.flush()
    except IntegrityError as error:
        raise organizations.taken_slug(slug) from error
