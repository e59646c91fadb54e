"""What others may use of electronic invoicing: sources of sales, the chain doctor, and how
all of it stands."""

from __future__ import annotations

from addons.zatca.extension_points import Sale, SaleSource, SoldLine
from addons.zatca.services.doctor import Complaint, Diagnosis, examine
from addons.zatca.services.issuing import issue
from addons.zatca.services.sending.standing import Standing, standing

__all__ = [
    "Complaint",
    "Diagnosis",
    "Sale",
    "SaleSource",
    "SoldLine",
    "Standing",
    "examine",
    "issue",
    "standing",
]
