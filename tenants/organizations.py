"""What can be done to an organization in the control plane's own tables.

Plain functions on a session of the control plane. They take part in its transaction; the
database tells every process of the change when it commits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from psycopg.errors import UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from core.addons.catalog import LoadedAddon
from core.errors import Conflict, InvalidInput, NotFound, Problem
from core.i18n import LOCALES
from core.secrets import SecretBox
from core.tenancy import hosts
from tenants.models import DatabaseServer, Domain, Organization
from tenants.provisioning import names
from tenants.provisioning.roles import new_secret
from tenants.source import bound_to

RESERVED_SLUGS = frozenset(
    {
        *("app", "www", "api", "static", "assets", "cdn", "localhost"),
        *("admin", "root", "login", "account", "auth", "billing", "healthz", "metrics"),
        *("mail", "smtp", "imap", "ftp", "mx", "ns", "ns1", "ns2"),
        *("status", "help", "support", "docs", "blog", "about"),
    }
)
"""Names below the base domain that the platform keeps, or that a stranger would trust."""
_SLUG = re.compile(r"[a-z](?:-?[a-z0-9]){1,39}")
_MAX_TITLE = 120


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What is asked for. Without `addons`, all that ship with the platform."""

    slug: str
    title: str = ""
    addons: tuple[str, ...] | None = None
    domains: tuple[str, ...] = ()
    timezone: str = "UTC"
    locale: str = "en"


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
        if found.status != "creating":
            raise Conflict(f"The slug {wish.slug!r} is taken.", fix="Choose another slug.")
        return found
    _check(wish, addons, base_domain)
    organization_id = names.new_id()
    organization = Organization(
        id=organization_id,
        slug=wish.slug,
        title=wish.title or wish.slug,
        server=_server_for_new(session),
        database_name=names.database_name(organization_id),
        generation=0,
        addons=list(_wanted(wish, addons)),
        timezone=wish.timezone,
        locale=wish.locale,
        domains=[Domain(host=hosts.normalize(host), verified=True) for host in wish.domains],
    )
    renew_credentials(organization, box)
    session.add(organization)
    _flush(session, wish)
    return organization


def renew_credentials(organization: Organization, box: SecretBox) -> None:
    """Names and random secrets for the next generation of its two roles."""
    organization.generation += 1
    runtime, owner = names.role_names(organization.id, organization.generation)

    def sealed(role: str) -> str:
        return box.seal(new_secret().encode(), bound_to=bound_to(organization.id, role))

    organization.runtime_role, organization.runtime_secret = runtime, sealed(runtime)
    organization.owner_role, organization.owner_secret = owner, sealed(owner)


def find(session: Session, slug: str) -> Organization:
    """The organization of this slug, in whatever state; raises NotFound."""
    statement = select(Organization).where(Organization.slug == slug)
    organization = session.scalar(
        statement.options(selectinload(Organization.domains), joinedload(Organization.server))
    )
    if organization is None:
        raise NotFound(
            f"There is no tenant {slug!r}.", fix="`aorabooks tenant list` shows them all."
        )
    return organization


def every(session: Session) -> list[Organization]:
    """All organizations, by slug."""
    statement = select(Organization).order_by(Organization.slug)
    return list(session.scalars(statement.options(selectinload(Organization.domains))))


def suspend(session: Session, organization: Organization, reason: str) -> None:
    """Stop serving it: members see a page with the reason, jobs pause, nothing is lost."""
    if organization.status not in ("active", "suspended"):
        raise Conflict(f"{organization.slug} is {organization.status}; it cannot be suspended.")
    organization.status = "suspended"
    organization.suspended_reason = reason.strip()
    session.flush()


def resume(session: Session, organization: Organization) -> None:
    """Serve a suspended organization again."""
    if organization.status not in ("active", "suspended"):
        raise Conflict(f"{organization.slug} is {organization.status}; it cannot be resumed.")
    organization.status = "active"
    organization.suspended_reason = ""
    session.flush()


def _server_for_new(session: Session) -> DatabaseServer:
    statement = select(DatabaseServer).where(DatabaseServer.status == "active")
    server = session.scalar(statement.order_by(DatabaseServer.id).limit(1))
    if server is None:
        raise Conflict("No database server takes new tenants.", fix="Open one, or add one.")
    return server


def _wanted(wish: NewOrganization, addons: Mapping[str, LoadedAddon]) -> tuple[str, ...]:
    offered = _offered(addons)
    return offered if wish.addons is None else tuple(dict.fromkeys(wish.addons))


def _offered(addons: Mapping[str, LoadedAddon]) -> tuple[str, ...]:
    return tuple(n for n, a in addons.items() if n != "core" and not a.manifest.control)


def _check(wish: NewOrganization, addons: Mapping[str, LoadedAddon], base_domain: str) -> None:
    problems = [
        *_slug_problems(wish.slug),
        *_zone_problems(wish.timezone, wish.locale),
        *_domain_problems(wish.domains, base_domain),
    ]
    if len(wish.title) > _MAX_TITLE:
        problems.append(Problem("title", f"The title is longer than {_MAX_TITLE} characters."))
    unknown = sorted(set(wish.addons or ()) - set(_offered(addons)))
    if unknown:
        known = ", ".join(_offered(addons)) or "none"
        problems.append(
            Problem("addons", f"There is no addon {', '.join(unknown)}; installed are: {known}.")
        )
    if problems:
        raise InvalidInput(" ".join(p.message for p in problems), problems=tuple(problems))


def _slug_problems(slug: str) -> list[Problem]:
    if not _SLUG.fullmatch(slug):
        return [
            Problem(
                "slug",
                f"{slug!r} cannot be a slug: use 2 to 40 small letters, digits and single"
                " hyphens, beginning with a letter, such as acme-trading.",
            )
        ]
    if slug in RESERVED_SLUGS:
        return [Problem("slug", f"The slug {slug!r} is reserved; choose another.")]
    return []


def _zone_problems(timezone: str, locale: str) -> list[Problem]:
    problems = []
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        sentence = f"There is no time zone {timezone!r}; give one such as Asia/Riyadh."
        problems.append(Problem("timezone", sentence))
    if locale not in LOCALES:
        sentence = f"The language {locale!r} is not shipped; there are {', '.join(LOCALES)}."
        problems.append(Problem("locale", sentence))
    return problems


def _domain_problems(domains: tuple[str, ...], base_domain: str) -> list[Problem]:
    problems = []
    for domain in domains:
        try:
            host = hosts.normalize(domain)
        except InvalidInput:
            host = ""
        if "." not in host or host.rpartition(".")[2].isdigit():
            problems.append(Problem("domain", f"{domain!r} is not a domain name."))
        elif host == base_domain or host.endswith(f".{base_domain}"):
            problems.append(
                Problem(
                    "domain",
                    f"{host} belongs to the platform: every name below {base_domain}"
                    " is given out as a slug.",
                )
            )
    return problems


def _flush(session: Session, wish: NewOrganization) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        violated = error.orig
        if not isinstance(violated, UniqueViolation):
            raise
        if violated.diag.constraint_name == "uq_domain_host":
            hosts_taken = _taken(violated, wish)
            raise Conflict(
                f"The domain {hosts_taken} already belongs to another organization.",
                fix="Remove it there first, or choose another.",
            ) from error
        raise Conflict(f"The slug {wish.slug!r} is taken.", fix="Choose another slug.") from error


def _taken(violated: UniqueViolation, wish: NewOrganization) -> str:
    detail = violated.diag.message_detail or ""
    return next((h for h in map(hosts.normalize, wish.domains) if f"({h})" in detail), "named")
