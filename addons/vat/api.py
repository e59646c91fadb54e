"""What other addons may use of VAT.

A document is worked out in three steps: `document_taxes` names the taxes of a product for a
partner, `rules_for` gives them as of a day, and `compute` works the document out. Its lines are
then posted with those codes in `LineDraft.tax_code`, with tax lines of their own or without.
"""

from __future__ import annotations

from addons.vat.services.cash_basis import release_share
from addons.vat.services.choosing import document_taxes, rules_for
from addons.vat.services.engine.compute import compute
from addons.vat.services.engine.values import (
    Document,
    DocumentResult,
    Line,
    LineResult,
    TaxPart,
    TaxRule,
)

__all__ = [
    "Document",
    "DocumentResult",
    "Line",
    "LineResult",
    "TaxPart",
    "TaxRule",
    "compute",
    "document_taxes",
    "release_share",
    "rules_for",
]
