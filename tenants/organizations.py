"""What can be done to an organization in the control plane's own tables.

Plain functions on a session of the control plane. They take part in its transaction; the
database tells every process of the change when it commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from core.addons.catalog import LoadedAddon
from core.db.base import utc_now
from core.errors import Conflict, NotFound
from core.i18n import phrase
from core.secrets import SecretBox
from core.tenancy import hosts
from tenants import limits, names, wishes
from tenants.credentials import seal_new
from tenants.life_models import FormerSlug
from tenants.models import DatabaseServer, Domain, Organization
from tenants.move_models import Move
from tenants.placement import rule
from tenants.wishes import NewOrganization

_CHANGEABLE = frozenset({"title", "timezone", "locale", "suspended_reason"})


def record(
    session: Session,
    wish: NewOrganization,
    *,
    box: SecretBox,
    addons: Mapping[str, LoadedAddon],
    base_domain: str,
) -> Organization:
    """Enter an organization that is to be made, or find the half-made one of this slug.

    Raises InvalidInput with every problem, or Conflict when slug or domain are taken.
    """
    found = session.scalar(select(Organization).where(Organization.slug == wish.slug))
    if found is not None:
        is_it = wish.id in ("", found.id) and (found.sample_of or "") == wish.sample_of
        if found.status != "creating" or not is_it:
            raise taken_slug(wish.slug)
        return found
    wishes.check(wish, addons, base_domain)
    refuse_kept_slug(session, wish.slug)
    organization_id = wish.id or names.new_id()
    organization = Organization(
        id=organization_id,
        slug=wish.slug,
        title=wish.title or wish.slug,
        server=_server_for(session, wish),
        database_name=names.database_name(organization_id),
        generation=0,
        addons=list(wishes.wanted_addons(wish, addons)),
        timezone=wish.timezone,
        locale=wish.locale,
        sample_of=wish.sample_of or None,
        reseller_id=wish.reseller_id,
        allowed_addons=_allowed(session, wish, addons),
        domains=[Domain(host=hosts.normalize(host), verified=True) for host in wish.domains],
    )
    renew_credentials(organization, box)
    session.add(organization)
    _flush(session, wish.slug, wish.domains)
    return organization


def renew_credentials(organization: Organization, box: SecretBox) -> None:
    """Names and random secrets for the next generation of its two roles."""
    organization.generation += 1
    organization.credentials_at = utc_now()
    runtime, owner = names.role_names(organization.id, organization.generation)

    organization.runtime_role = runtime
    organization.runtime_secret = seal_new(box, organization.id, runtime)
    organization.owner_role = owner
    organization.owner_secret = seal_new(box, organization.id, owner)


def find(session: Session, slug: str) -> Organization:
    """The organization of this slug, in whatever state; raises NotFound."""
    statement = select(Organization).where(Organization.slug == slug)
    organization = session.scalar(
        statement.options(selectinload(Organization.domains), joinedload(Organization.server))
    )
    if organization is None:
        raise NotFound(
            phrase("There is no tenant {slug}.", slug=repr(slug)),
            fix="`aorabooks tenant list` shows them all.",
        )
    return organization


def every(session: Session) -> list[Organization]:
    """All organizations, by slug."""
    statement = select(Organization).order_by(Organization.slug)
    return list(session.scalars(statement.options(selectinload(Organization.domains))))


def refuse_moving(session: Session, organization: Organization) -> None:
    """Raise Conflict, saying who does what, where it is on its way to another server: until it is
    there, nothing else may happen to its database as a whole."""
    mine = (Move.organization_id == organization.id, Move.phase.in_(Move.BEFORE))
    move = session.scalar(select(Move).where(*mine).options(joinedload(Move.to_server)))
    if move is not None:
        raise Conflict(
            phrase(
                "{slug} is being moved to {server}, as {person} asked at {moment}.",
                slug=organization.slug,
                server=move.to_server.name,
                person=move.asked_by,
                moment=f"{move.begun_at:%Y-%m-%d %H:%M} UTC",
            ),
            fix=phrase("Wait for the end of it, or cancel it."),
        )


def refuse_taken_slug(session: Session, slug: str) -> None:
    """Raise Conflict where an organization has this slug, or had it until lately."""
    if session.scalar(select(Organization.id).where(Organization.slug == slug)) is not None:
        raise taken_slug(slug)
    refuse_kept_slug(session, slug)


def refuse_kept_slug(session: Session, slug: str, but_of: str = "") -> None:
    """Raise Conflict where another organization had this slug and people are still led to it."""
    kept = select(FormerSlug.slug).where(FormerSlug.slug == slug, FormerSlug.until > func.now())
    if session.scalar(kept.where(FormerSlug.organization_id != but_of)) is not None:
        raise taken_slug(slug)


def suspend(session: Session, organization: Organization, reason: str) -> None:
    """Stop serving it: members see a page with the reason, jobs pause, nothing is lost."""
    if organization.status not in ("active", "suspended"):
        raise unfinished(organization)
    for each in (organization, *_samples(session, organization)):
        each.status = "suspended"
        each.suspended_reason = reason.strip()
    session.flush()


def resume(session: Session, organization: Organization) -> None:
    """Serve a suspended organization again."""
    if organization.status not in ("active", "suspended"):
        raise unfinished(organization)
    for each in (organization, *_samples(session, organization)):
        each.status = "active"
        each.suspended_reason = ""
    session.flush()


def change(session: Session, organization: Organization, values: Mapping[str, Any]) -> None:
    """Set its name, language, time zone, reason, brand or bounds, and whether it is a canary;
    raises InvalidInput with all problems."""
    changed = {name: value for name, value in values.items() if name in _CHANGEABLE}
    problems = [
        *wishes.title_problems(changed.get("title", organization.title)),
        *wishes.zone_problems(
            changed.get("timezone", organization.timezone),
            changed.get("locale", organization.locale),
        ),
        *limits.problems(values),
    ]
    wishes.refuse(problems)
    for name, value in changed.items():
        setattr(organization, name, value or "")
    if "canary" in values:
        organization.canary = bool(values["canary"])
    if "brand_id" in values:
        organization.brand_id = values["brand_id"]
    limits.set_limits(session, organization, values)


def add_domain(
    session: Session, organization: Organization, host: str, *, base_domain: str
) -> Domain:
    """Serve the organization at a domain of its own, by the operator's word for it; raises Conflict
    if another one has it."""
    wishes.refuse(wishes.domain_problems((host,), base_domain))
    return serve_at(session, organization, host)


def serve_at(session: Session, organization: Organization, host: str, *, token: str = "") -> Domain:
    """Serve it at a domain that is known to be its own, by the token if by any; raises Conflict if
    another one has it."""
    domain = Domain(
        host=hosts.normalize(host), organization=organization, verified=True, token=token
    )
    session.add(domain)
    _flush(session, organization.slug, (host,))
    return domain


def remove_domain(session: Session, organization: Organization, host: str) -> None:
    """Serve it there no longer; raises NotFound if it is no domain of the organization's."""
    found = [domain for domain in organization.domains if domain.host == host.lower()]
    if not found:
        raise NotFound(phrase("{host} is no domain of {slug}.", host=host, slug=organization.slug))
    organization.domains.remove(found[0])
    session.flush()


def _samples(session: Session, organization: Organization) -> list[Organization]:
    """Its sample company, which goes where it goes, unless it is half made or half removed."""
    mine = select(Organization).where(Organization.sample_of == organization.id)
    return list(session.scalars(mine.where(Organization.status.in_(("active", "suspended")))))


def _allowed(
    session: Session, wish: NewOrganization, addons: Mapping[str, LoadedAddon]
) -> list[str] | None:
    """The package. A sample company is granted the addons that the company itself is."""
    if wish.sample_of:
        return session.get_one(Organization, wish.sample_of).allowed_addons
    return None if wish.package is None else wishes.package_of(wish.package, addons)


def _server_for(session: Session, wish: NewOrganization) -> DatabaseServer:
    """By the rule. A sample company goes where the company lies, while there is room."""
    region = wish.region
    if wish.sample_of and not region:
        region = session.get_one(Organization, wish.sample_of).server.region
    return rule.choose(session, region=region, name=wish.server)


def _flush(session: Session, slug: str, domains: tuple[str, ...]) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        violated = error.orig
        if not isinstance(violated, UniqueViolation):
            raise
        if violated.diag.constraint_name == "uq_domain_host":
            taken = _taken(violated, domains)
            raise Conflict(
                phrase("The domain {host} already belongs to another organization.", host=taken),
                fix="Remove it there first, or choose another.",
            ) from error
        raise taken_slug(slug) from error


def taken_slug(slug: str) -> Conflict:
    """What to say of a slug that somebody has, or had until lately."""
    return Conflict(phrase("The slug {slug} is taken.", slug=repr(slug)), fix="Choose another.")


def unfinished(organization: Organization) -> Conflict:
    """What to say of one that is not there to be worked on."""
    return Conflict(
        phrase("{slug} is being made or removed, or is in the bin.", slug=organization.slug),
        fix=phrase("Try again when that is done, or restore it."),
    )


def _taken(violated: UniqueViolation, domains: tuple[str, ...]) -> str:
    detail = violated.diag.message_detail or ""
    return next((h for h in map(hosts.normalize, domains) if f"({h})" in detail), "named")
