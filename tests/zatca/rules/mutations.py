"""Documents made wrong on purpose: samples with elements dropped, doubled, altered or grafted."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from hypothesis import strategies as st
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

Kind = Literal["drop", "double", "write", "nudge", "mark", "unmark", "graft"]
KINDS: Final[tuple[Kind, ...]] = (
    "drop",
    "double",
    "write",
    "write",
    "nudge",
    "mark",
    "unmark",
    "graft",
)
_EXTENSIONS: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"

TEXTS: Final = (
    *(
        "",
        " ",
        "0",
        "0.00",
        "1",
        "-1",
        "5",
        "15",
        "15.00",
        "100",
        "1.005",
        "2.675",
        "100.01",
        "abc",
    ),
    *("S", "Z", "E", "O", "AE", "VAT", "GST", " VAT ", "SAR", "USD", "MRU", "SA", "AE", "XK", "XX"),
    *("381", "383", "386", "388", "380", "10", "69", "999", "true", "false", "ICV", "PIH", "QR"),
    *("2022-08-17", "2099-01-01", "2022-02-30", "2024-02-29", "17:41:08", "17:41:08Z", "25:00:00"),
    *("399999999900003", "310122393500003", "39999999990000", "1010010000", "1234567890"),
    *("7123456123", "12345", "1234", "reporting:1.0", "123", "0512345678", "x" * 128, "ع" * 1001),
    *("VATEX-SA-HEA", "VATEX-SA-EDU", "VATEX-SA-32", "VATEX-SA-29", "VATEX-SA-OOS", "VATEX-SA-99"),
    *("AA", "QQQQ", "text/plain", "text/html", "0100000", "0200000", "0200010", "0100101"),
    *("0200001", "010000001", "0100010", "CRN", " CRN ", "TIN", "NAT", "IQA", "700", "OTH"),
)
"""What is written into elements and attributes: right in one place, wrong in the others."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change: `at` picks the element, `other` its attribute or donor, `text` is put."""

    kind: Kind
    at: int
    other: int
    text: str


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(KINDS),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        st.sampled_from(TEXTS),
    ),
    min_size=1,
    max_size=4,
)


def mutated(document: bytes, changes: Sequence[Step], donors: Sequence[bytes]) -> bytes:
    """A sample after some changes. The signature stays: the rules only look at its names."""
    root = etree.fromstring(document)
    for change in changes:
        elements = _elements(root)
        if elements:
            _apply(change, elements[change.at % len(elements)], donors)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _elements(root: etree._Element) -> list[etree._Element]:
    """All but the root and what is in the signature."""
    blocks = (child for child in root if child.tag != f"{_EXTENSIONS}UBLExtensions")
    return [one for block in blocks for one in block.iter() if isinstance(one.tag, str)]


def _apply(change: Step, element: etree._Element, donors: Sequence[bytes]) -> None:
    parent = element.getparent()
    if change.kind == "drop":
        parent.remove(element)
    elif change.kind == "double":
        element.addnext(copy.deepcopy(element))
    elif change.kind == "graft":
        _graft(change, element, donors)
    elif change.kind in ("mark", "unmark"):
        _mark(change, element)
    elif len(element) == 0:
        element.text = change.text if change.kind == "write" else _nudged(element.text or "")


def _graft(change: Step, element: etree._Element, donors: Sequence[bytes]) -> None:
    """Put in what another sample has in an element of the same name."""
    donor = etree.fromstring(donors[change.other % len(donors)])
    alike = list(donor.iter(element.tag))
    if alike:
        element.getparent().replace(element, alike[change.at % len(alike)])


def _mark(change: Step, element: etree._Element) -> None:
    # Languages are of a type that nothing but the schema looks at.
    names = sorted(name for name in element.attrib if name != "languageID")
    if names:
        name = names[change.other % len(names)]
        if change.kind == "mark":
            element.set(name, change.text)
        else:
            del element.attrib[name]


def _nudged(text: str) -> str:
    """A number made a cent larger; other text made longer by a digit."""
    try:
        return f"{float(text) + 0.01:.2f}"
    except ValueError:
        return f"{text}1"
