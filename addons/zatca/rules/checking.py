"""The check of a document before it is sent: structure first, then every rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from addons.zatca.rules.book import RULES
from addons.zatca.rules.document import Document
from addons.zatca.rules.finding import Finding, Severity
from addons.zatca.rules.remedies import BUILT_ITSELF
from addons.zatca.rules.sale_fields import field_of
from addons.zatca.rules.structure import CODE, structure
from core.api import msg

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
)


def check(xml: bytes, *, today: date, now: datetime) -> tuple[Finding, ...]:
    """What the authority would find wrong with a document, in the order of the subjects.

    `today` is the day in Riyadh and `now` the moment (with its zone): two rules ask for them.
    Bytes that are no XML give one finding and no error. Rules on the values of signature and hash
    are not among them; `documents.reading.verify` checks those.
    """
    try:
        root = etree.fromstring(xml, _PARSER)
    except etree.XMLSyntaxError:
        return (_unreadable(),)
    return check_tree(root, today=today, now=now)


def check_tree(root: etree._Element, *, today: date, now: datetime) -> tuple[Finding, ...]:
    """As `check`, of a document that was parsed already."""
    document = Document.of(root, today, now)
    return (*structure(document.invoice), *_broken_rules(document))


def _broken_rules(document: Document) -> Iterator[Finding]:
    if document.invoice.name != "ubl:Invoice":
        return
    for rule in RULES:
        for place in rule.broken(document):
            yield Finding(
                rule.id,
                rule.severity,
                rule.message,
                place.path,
                field_of(place, rule.field),
                rule.remedy,
            )


def _unreadable() -> Finding:
    return Finding(
        CODE,
        Severity.ERROR,
        msg("The document is not XML."),
        "/",
        "",
        BUILT_ITSELF,
    )
