"""Our rules and the authority's agree.

The authority's assertions are evaluated by Saxon from the table of facts; ours are plain Python.
On every sample, every mutant and every document that Hypothesis makes out of them, both find the
same, and our look at the structure says of a document what the schema of UBL 2.1 says.
AORABOOKS_ZATCA_MUTATIONS sets how many documents are made.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addons.zatca.documents.signing import RIYADH
from addons.zatca.rules import codes
from addons.zatca.rules.book import BY_CODE
from addons.zatca.rules.checking import check
from addons.zatca.rules.finding import Finding
from addons.zatca.rules.structure import CODE, READ_ONCE
from tests.zatca.authority.validator import evaluate, facts, is_ubl
from tests.zatca.rules.mutations import Step, mutated, steps

_MADE = int(os.environ.get("AORABOOKS_ZATCA_MUTATIONS", "100"))
pytestmark = pytest.mark.real_data

_STRUCTURE = {CODE, READ_ONCE}
_JUDGED = datetime(2026, 11, 22, 12, tzinfo=UTC)


@cache
def _documents() -> tuple[tuple[str, bytes], ...]:
    folders = ("samples-valid", "samples-invalid", "mutants", "exchanges")
    files = [file for folder in folders for file in sorted((facts() / folder).glob("*.xml"))]
    return tuple((f"{file.parent.name}/{file.name}", file.read_bytes()) for file in files)


def _found(xml: bytes, now: datetime | None = None) -> tuple[Finding, ...]:
    moment = now or datetime.now(UTC)
    return check(xml, today=moment.astimezone(RIYADH).date(), now=moment)


def _broken(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(one.rule, str(one.severity)) for one in findings if one.rule not in _STRUCTURE}


def _agree(xml: bytes) -> None:
    findings = _found(xml)
    theirs = evaluate(xml)
    undecided = theirs.unevaluated
    # Which of two is meant, where only one may be, is nobody's to say: the schema rejects it.
    if not any(one.message.endswith("is there more than once.") for one in findings):
        ours = {one for one in _broken(findings) if one[0] not in undecided}
        assert ours == {one for one in theirs.fired if one[0] not in undecided}
    if undecided:
        rejected = any(one.is_error for one in findings)
        assert rejected, f"the authority breaks off at {sorted(undecided)}, we find nothing"
    built_wrong = [one for one in findings if one.rule == CODE]
    # libxml2, which judges by the schema here, takes some text for base64 that is none.
    doubtful = any(one.message.endswith("BinaryObject is not of its type.") for one in built_wrong)
    assert doubtful or is_ubl(xml) is (not built_wrong)


def test_each_assertion_of_the_authority_is_a_rule_of_ours_and_is_taken_as_seriously() -> None:
    rows = (facts() / "rules.tsv").read_text(encoding="utf-8").splitlines()[1:]
    theirs = {row.split("\t")[1]: row.split("\t")[2] for row in rows}
    assert len(rows) == 257
    assert {code: str(rule.severity) for code, rule in BY_CODE.items()} == theirs


def test_the_currencies_and_countries_of_cldr_are_those_of_the_authority() -> None:
    table = (facts() / "rules.tsv").read_text(encoding="utf-8")
    currencies = re.search(r"\tBR-CL-04\t.*?contains\(' (AED [A-Z ]+) '", table)
    countries = re.search(r"\tBR-CL-14\t.*?contains\(' (1A [A-Z ]+) '", table)
    assert currencies is not None
    assert set(currencies[1].split()) == codes.CURRENCIES
    assert countries is not None
    assert set(countries[1].split()) == codes.COUNTRIES


def _verdicts() -> dict[str, set[str]]:
    """The codes of rules that the table of verdicts names for each file."""
    table = (facts() / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+\.xml) \| \w+ \| (.*?) \| (.*?) ?\|$", table, re.MULTILINE)
    return {
        file: set(f"{errors} {warnings}".split()) & set(BY_CODE) for file, errors, warnings in rows
    }


def test_every_verdict_on_the_samples_is_ours() -> None:
    expected = _verdicts()
    found = {
        name: {rule for rule, _ in _broken(_found(xml, _JUDGED))} for name, xml in _documents()
    }
    assert len(expected) == 27
    assert found == expected


def test_samples_are_judged_alike() -> None:
    for _, xml in _documents():
        _agree(xml)


@settings(max_examples=_MADE, deadline=None, derandomize=_MADE <= 100)
@given(st.integers(0, 26), steps)
def test_documents_made_wrong_on_purpose_are_judged_alike(which: int, changes: list[Step]) -> None:
    documents = [xml for _, xml in _documents()]
    _agree(mutated(documents[which % len(documents)], changes, documents))
