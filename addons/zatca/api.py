"""What others may use of electronic invoicing: sources of sales, the chain doctor, how all of
it stands, and the archive as a file."""

from __future__ import annotations

from addons.zatca.extension_points import Sale, SaleSource, SoldLine
from addons.zatca.services.archiving.wanted import Wanted as ArchiveWanted
from addons.zatca.services.archiving.zipped import export
from addons.zatca.services.doctor import Complaint, Diagnosis, examine
from addons.zatca.services.found import device_of
from addons.zatca.services.issuing import issue
from addons.zatca.services.sending.standing import Standing, standing

__all__ = [
    "ArchiveWanted",
    "Complaint",
    "Diagnosis",
    "Sale",
    "SaleSource",
    "SoldLine",
    "Standing",
    "device_of",
    "examine",
    "export",
    "issue",
    "standing",
]
