"""The second opinion is worth something: on the authority's samples, and on samples spoilt in one
place each, it comes to the verdicts that the authority's own kits came to."""

from __future__ import annotations

import re

import pytest

from tests.zatca.authority.validator import facts, validate

pytestmark = pytest.mark.real_data

FIRST = "NWZlY2ViNjZmZmM4NmYzOGQ5NTI3ODZjNmQ2OTZjNzljMmRiYzIzOWRkNGU5MWI0NjcyOWQ3M2EyN2ZiNTdlOQ=="


def test_every_document_gets_the_verdict_that_is_known_of_it() -> None:
    known = re.findall(
        r"^\| (\S+\.xml) \| (PASSED|FAILED) \| (.*?) ?\| (.*?) ?\|$",
        (facts() / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(known) == 27
    told = {}
    for name, *_ in known:
        found = validate((facts() / name).read_bytes(), FIRST)
        told[name] = (found.passed, set(found.errors), set(found.warnings))
    assert told == {
        name: (verdict == "PASSED", set(errors.split()), set(warnings.split()))
        for name, verdict, errors, warnings in known
    }


@pytest.mark.parametrize("name", ["Simplified_Invoice.xml", "Standard_Invoice.xml"])
def test_a_document_that_does_not_follow_the_schema_goes_no_further(name: str) -> None:
    xml = (facts() / "samples-valid" / name).read_bytes()
    spoilt = re.sub(rb"<cbc:IssueDate>.*?</cbc:IssueDate>", b"<cbc:Today/>", xml, count=1)
    assert validate(spoilt).errors == {"XSD_ZATCA_INVALID"}
