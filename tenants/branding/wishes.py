"""What may be asked of a brand, and what is wrong with a wish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import urlsplit

from core.brand.colour import read_colour
from core.brand.palette import Theme, judge
from core.brand.values import PLATFORM
from core.errors import Problem
from core.i18n import phrase
from core.tenancy import hosts
from tenants import wishes

LONGEST_NAME: Final = 60
LONGEST_SHORT_NAME: Final = 12
"""What fits below an icon on a phone (W3C, Web Application Manifest, "short_name")."""
LONGEST_TEXT: Final = 1000
TEXTS: Final = (
    *("name", "short_name", "accent_light", "accent_dark", "sender_name", "sender_address"),
    *("login_text", "docs_url", "support_url"),
)
"""What a reseller may change of their own brand. Its domain is the operator's to give: whoever
names one is served there."""
_ADDRESS: Final = re.compile(r"[^@\s<>\"(),;:\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.I)


def colour_problems(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the accents; one that cannot be read is told with the nearest that can."""
    problems = []
    for theme in cast("tuple[Theme, ...]", ("light", "dark")):
        field = f"accent_{theme}"
        try:
            verdict = judge(read_colour(values[field]), theme)
        except ValueError:
            problems.append(Problem(field, phrase("A colour is written like #0f6e6e.")))
            continue
        if not verdict.passes:
            problems.append(
                Problem(
                    field,
                    phrase(
                        "This colour has a contrast of {contrast} : 1 and needs 4.5 : 1 to be"
                        " read. The nearest that has it is {nearest}.",
                        contrast=f"{verdict.contrast:.2f}",
                        nearest=str(verdict.nearest),
                    ),
                )
            )
    return problems


def cleaned(values: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The values as they are kept; raises InvalidInput with every problem. Without an accent the
    platform's is taken. `base` is the platform's own domain, which no brand can have."""
    given: dict[str, Any] = {
        name: str(values.get(name) or "").replace("\r\n", "\n").strip() for name in TEXTS
    }
    for name in set(TEXTS) - {"login_text"}:
        given[name] = " ".join(given[name].split())
    given["short_name"] = given["short_name"] or given["name"][:LONGEST_SHORT_NAME].strip()
    for theme in ("light", "dark"):
        accent = given[f"accent_{theme}"] or getattr(PLATFORM, f"accent_{theme}")
        given[f"accent_{theme}"] = accent.lower()
    given["domain"] = str(values.get("domain") or "").strip().lower() or None
    problems = [*_text_problems(given), *_address_problems(given), *colour_problems(given)]
    if given["domain"]:
        problems += [
            Problem("domain", problem.message)
            for problem in wishes.domain_problems((given["domain"],), base)
        ]
    wishes.refuse(problems)
    if given["domain"]:
        given["domain"] = hosts.normalize(given["domain"])
    return given


def _text_problems(given: Mapping[str, str]) -> list[Problem]:
    problems = []
    if not given["name"]:
        problems.append(Problem("name", phrase("Say what the brand is called.")))
    longest = {
        "name": LONGEST_NAME,
        "short_name": LONGEST_SHORT_NAME,
        "sender_name": LONGEST_NAME,
        "login_text": LONGEST_TEXT,
    }
    for field, most in longest.items():
        if len(given[field]) > most:
            problems.append(
                Problem(field, phrase("Longer than {most} letters. Shorten it.", most=most))
            )
    return problems


def _address_problems(given: Mapping[str, str]) -> list[Problem]:
    problems = []
    sender = given["sender_address"]
    if sender and (_ADDRESS.fullmatch(sender) is None or len(sender) > 254):
        problems.append(
            Problem("sender_address", phrase("That is no mail address, such as hello@example.com."))
        )
    for field in ("docs_url", "support_url"):
        if given[field] and not _is_link(given[field]):
            problems.append(Problem(field, phrase("A link begins with https:// and names a site.")))
    return problems


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and len(text) <= 500
