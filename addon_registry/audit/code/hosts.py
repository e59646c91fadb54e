"""Whom the addon contacts: every host in its code and pages must stand in the manifest.

In code, addresses count where the addon uses the network at all; those of XML namespaces name a
vocabulary and are contacted by nobody. In pages, whatever a browser would fetch or send to counts;
an ordinary link is only followed by somebody who wants to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from addon_registry.audit.code.outside import need_of
from addon_registry.audit.finding import Finding, Place, error, warning
from addon_registry.audit.module import Module
from addon_registry.audit.subject import Subject
from core.addons import manifest as manifests
from core.i18n.phrases import phrase

RULE: Final = "hosts"
_URL: Final = re.compile(r"\b(?:https?|wss?|ftps?|smtps?|imaps?)://[^\s\"'<>\\)}{]+", re.IGNORECASE)
_FETCHED: Final = re.compile(
    r"<(?:script|img|iframe|audio|video|source|embed|object|link|form|input)\b[^>]*?"
    r"\b(?:src|srcset|href|data|action|formaction|poster)\s*=\s*[\"']?((?:https?:)?//[^\s\"'>]+)"
    r"|url\(\s*[\"']?((?:https?:)?//[^\s\"')]+)"
    r"|\bhx-(?:get|post|put|patch|delete)\s*=\s*[\"']?((?:https?:)?//[^\s\"'>]+)"
    r"|@import\s+[\"']((?:https?:)?//[^\s\"']+)",
    re.IGNORECASE,
)
_PAGES: Final = (".html", ".htm", ".css", ".svg", ".xml")
_VOCABULARIES: Final = re.compile(
    r"http://(www\.w3\.org|schemas\.xmlsoap\.org|schemas\.openxmlformats\.org|purl\.org"
    r"|docs\.oasis-open\.org|uri\.etsi\.org|ns\.adobe\.com)/",
    re.IGNORECASE,
)


def check(subject: Subject) -> Iterator[Finding]:
    """Addresses whose host the manifest does not name; a network without any host."""
    reaches = any(need_of(use.name) == "network" for m in subject.modules for use in m.uses)
    found = list(_in_pages(subject))
    if reaches:
        found += (place for module in subject.modules for place in _in_code(module))
    for place, address in found:
        host = _host(address)
        if host and not _VOCABULARIES.match(address) and not named(host, subject.manifest.hosts):
            yield error(
                RULE,
                place,
                phrase("{host} is contacted, and the manifest does not say so.", host=host),
                phrase('Write hosts = ["{host}"] into addon.toml, or do without it.', host=host),
            )
    if "network" in subject.manifest.needs and not subject.manifest.hosts:
        yield warning(
            RULE,
            Place(manifests.FILE_NAME),
            phrase("The manifest declares the network, and no host that is contacted."),
            phrase("Name the hosts, unless each company says itself where to connect to."),
        )


def named(host: str, hosts: tuple[str, ...]) -> bool:
    """Whether the manifest's hosts name this one; `*.example.com` names all below."""
    return any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
        for pattern in hosts
    )


def _in_code(module: Module) -> Iterator[tuple[Place, str]]:
    explained = _docstrings(module)
    for node in module.nodes:
        if not isinstance(node, ast.Constant) or id(node) in explained:
            continue
        if isinstance(node.value, str):
            for match in _URL.finditer(node.value):
                yield Place(module.path, node.lineno), match[0]


def _in_pages(subject: Subject) -> Iterator[tuple[Place, str]]:
    for path, text in subject.texts(*_PAGES):
        for match in _FETCHED.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Place(path, line), next(group for group in match.groups() if group)
    for path, text in subject.texts(".js", ".mjs"):
        for match in _URL.finditer(text):
            yield Place(path, text.count("\n", 0, match.start()) + 1), match[0]


def _docstrings(module: Module) -> set[int]:
    return {id(node.value) for node in module.nodes if isinstance(node, ast.Expr)}


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
