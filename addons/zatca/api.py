"""What others may use of electronic invoicing: sources of sales, and the chain doctor."""

from __future__ import annotations

from addons.zatca.extension_points import Sale, SaleSource, SoldLine
from addons.zatca.services.doctor import Complaint, Diagnosis, examine
from addons.zatca.services.issuing import issue

__all__ = [
    "Complaint",
    "Diagnosis",
    "Sale",
    "SaleSource",
    "SoldLine",
    "examine",
    "issue",
]
