"""What is said about a document: one broken rule, where it is broken and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How the authority takes a broken rule: an error rejects the document, a warning is kept."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a document breaks in one place.

    `place` is the XPath of the element, `field` the field of the sale that mends it
    ("lines[2].quantity", "buyer.vat_number"); `message` and `remedy` are translatable sentences.
    """

    rule: str
    severity: Severity
    message: str
    place: str
    field: str
    remedy: str

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR
