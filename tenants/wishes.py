"""What may be asked for when an organization is made or changed, and what is wrong with a wish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.addons.catalog import LoadedAddon
from core.errors import InvalidInput, Problem
from core.i18n import LOCALES, phrase
from core.tenancy import hosts

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
    sample_of: str = ""
    """The id of the organization that this is a sample company of; none is a company itself."""
    reseller_id: int | None = None
    """Whose customer it is."""
    package: tuple[str, ...] | None = None
    """The addons that it may switch on without a licence, with what they need; None means all."""
    region: str = ""
    """Where its data is to lie, as the operator names it; anywhere where this is empty."""
    server: str = ""
    """The database server that it is to be on, by the operator's own word."""
    id: str = ""
    """The id that it was promised; a new one where this is empty."""


def wanted_addons(wish: NewOrganization, addons: Mapping[str, LoadedAddon]) -> tuple[str, ...]:
    """The addons to begin with: those named, or all that are installed for tenants."""
    offered = _offered(addons)
    return offered if wish.addons is None else tuple(dict.fromkeys(wish.addons))


def package_of(names: Iterable[str], addons: Mapping[str, LoadedAddon]) -> list[str]:
    """These addons and those that they need, so that nothing is granted that cannot work."""
    wanted, found = list(names), set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted += addons[name].manifest.depends if name in addons else ()
    return sorted(found)


def _offered(addons: Mapping[str, LoadedAddon]) -> tuple[str, ...]:
    return tuple(n for n, a in addons.items() if n != "core" and not a.manifest.control)


def check(wish: NewOrganization, addons: Mapping[str, LoadedAddon], base_domain: str) -> None:
    """Raise InvalidInput with every problem of a wish."""
    problems = [
        *slug_problems(wish.slug),
        *title_problems(wish.title or wish.slug),
        *zone_problems(wish.timezone, wish.locale),
        *domain_problems(wish.domains, base_domain),
    ]
    unknown = sorted({*(wish.addons or ()), *(wish.package or ())} - set(_offered(addons)))
    if unknown:
        known = ", ".join(_offered(addons)) or "none"
        problems.append(
            Problem(
                "addons",
                phrase(
                    "There is no addon {names}; installed are: {known}.",
                    names=", ".join(unknown),
                    known=known,
                ),
            )
        )
    refuse(problems)


def refuse(problems: list[Problem]) -> None:
    """Raise InvalidInput with all of them, if there are any."""
    if problems:
        raise InvalidInput(" ".join(p.message for p in problems), problems=tuple(problems))


def title_problems(title: str) -> list[Problem]:
    """What is wrong with the name of an organization."""
    if title and len(title) <= _MAX_TITLE:
        return []
    sentence = phrase("Give a name of at most {count} characters.", count=_MAX_TITLE)
    return [Problem("title", sentence)]


def slug_problems(slug: str) -> list[Problem]:
    """What is wrong with a slug."""
    if not _SLUG.fullmatch(slug):
        return [
            Problem(
                "slug",
                phrase(
                    "{slug} cannot be a slug: use 2 to 40 small letters, digits and single"
                    " hyphens, beginning with a letter, such as acme-trading.",
                    slug=repr(slug),
                ),
            )
        ]
    if slug in RESERVED_SLUGS:
        sentence = phrase("The slug {slug} is reserved; choose another.", slug=repr(slug))
        return [Problem("slug", sentence)]
    return []


def zone_problems(timezone: str, locale: str) -> list[Problem]:
    """What is wrong with a time zone and a language."""
    problems = []
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        sentence = phrase(
            "There is no time zone {zone}; give one such as Asia/Riyadh.", zone=repr(timezone)
        )
        problems.append(Problem("timezone", sentence))
    if locale not in LOCALES:
        sentence = phrase(
            "The language {locale} is not shipped; there are {known}.",
            locale=repr(locale),
            known=", ".join(LOCALES),
        )
        problems.append(Problem("locale", sentence))
    return problems


def domain_problems(domains: tuple[str, ...], base_domain: str) -> list[Problem]:
    """What is wrong with an organization's own domains."""
    problems = []
    for domain in domains:
        try:
            host = hosts.normalize(domain)
        except InvalidInput:
            host = ""
        if "." not in host or host.rpartition(".")[2].isdigit():
            sentence = phrase("{domain} is not a domain name.", domain=repr(domain))
            problems.append(Problem("domain", sentence))
        elif host == base_domain or host.endswith(f".{base_domain}"):
            problems.append(
                Problem(
                    "domain",
                    phrase(
                        "{host} belongs to the platform: every name below {base} is given out as"
                        " a slug.",
                        host=host,
                        base=base_domain,
                    ),
                )
            )
    return problems
