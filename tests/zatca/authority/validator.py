"""What the authority would say about a document: schema, rules, stamp, QR and chain.

`validate` is the second opinion of every test that makes e-invoices. It shares no line with the
product: the UBL schemas and the authority's own assertions are read from ../shared/zatca, the
assertions are evaluated by Saxon (XPath 2.0), everything else is in `own_checks`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from saxonche import PySaxonProcessor, PyXsltExecutable

from tests.zatca.authority import own_checks
from tests.zatca.authority.rule_table import style_sheet

ROOT: Final = Path(__file__).parents[3]


def facts() -> Path:
    """The folder of schemas, rules and samples; fails where it is not."""
    folder = Path(os.environ.get("AORABOOKS_SHARED", ROOT.parent / "shared")) / "zatca"
    if not folder.is_dir():
        raise FileNotFoundError(f"no facts of the authority at {folder}: set AORABOOKS_SHARED")
    return folder


@dataclass(frozen=True, slots=True)
class Verdict:
    """Codes of what is wrong, and of what the authority puts up with for now."""

    errors: frozenset[str]
    warnings: frozenset[str]

    @property
    def passed(self) -> bool:
        """Whether the authority would take the document."""
        return not self.errors


def validate(xml: bytes, previous_hash: str | None = None, *, strict: bool = True) -> Verdict:
    """Everything that the authority checks. `previous_hash` is what the document must name as its
    predecessor's; None leaves the chain out. `strict` checks stamp and QR of standard documents
    too, which the authority's kit does not."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    if not _schema().validate(root):
        return Verdict(frozenset({"XSD_ZATCA_INVALID"}), frozenset())
    fired = rules_fired(xml)
    errors = {rule for rule, severity in fired if severity == "error"}
    warnings = {rule for rule, severity in fired if severity == "warning"} - errors
    kind = root.find("cbc:InvoiceTypeCode", own_checks.NS)
    simplified = kind is not None and (kind.get("name") or "").startswith("02")
    if simplified or strict:
        errors |= own_checks.signature_problems(root) | own_checks.qr_problems(root)
    if previous_hash is not None and own_checks.previous_hash(root) != previous_hash:
        errors.add("KSA-13")
    return Verdict(frozenset(errors), frozenset(warnings))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Which assertions fire, as (rule, severity), and which ones break off on the document."""

    fired: frozenset[tuple[str, str]]
    unevaluated: frozenset[str]


def rules_fired(xml: bytes) -> frozenset[tuple[str, str]]:
    """Assertions of rules.tsv that fire on the document, each with its severity, by the clock of
    Riyadh. One that breaks off counts as an error, as the authority's kit has it."""
    evaluation = evaluate(xml)
    return evaluation.fired | {(rule, "error") for rule in evaluation.unevaluated}


def evaluate(xml: bytes) -> Evaluation:
    """All assertions of rules.tsv on the document, by the clock of Riyadh."""
    processor, sheet = _sheet()
    with _riyadh():
        told = sheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    rules = list(etree.fromstring(told.encode()).iter("rule"))
    return Evaluation(
        frozenset((r.get("id"), r.get("severity")) for r in rules if r.get("unevaluated") is None),
        frozenset(r.get("id") for r in rules if r.get("unevaluated") is not None),
    )


def is_ubl(xml: bytes) -> bool:
    """Does the document keep to the schema of UBL 2.1?"""
    return _schema().validate(etree.fromstring(xml))


@cache
def _schema() -> etree.XMLSchema:
    place = facts() / "schemas/UBL2.1/xsd/maindoc/UBL-Invoice-2.1.xsd"
    return etree.XMLSchema(etree.parse(str(place)))


@cache
def _sheet() -> tuple[PySaxonProcessor, PyXsltExecutable]:
    processor = PySaxonProcessor(license=False)
    sheet = style_sheet(facts() / "rules.tsv")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_text=sheet)


@contextmanager
def _riyadh() -> Iterator[None]:
    """Two assertions read the machine's clock and zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Riyadh"
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
