"""The tables of the schema `zatca`, one file per subject."""

from __future__ import annotations

from addons.zatca.models.devices import (
    DEVICE_STATES,
    ENVIRONMENTS,
    HOLDERS,
    INVOICE_KINDS,
    SIGNING,
    ChainEnd,
    Device,
)
from addons.zatca.models.documents import (
    DOCUMENT_KINDS,
    DOCUMENT_STATES,
    OPEN_STATES,
    SOURCES,
    Document,
    Exchange,
    Refused,
    Unmade,
)
from addons.zatca.models.sellers import SELLER_SCHEMES, Seller
from addons.zatca.models.special_invoices import SpecialInvoice

MODELS: tuple[type, ...] = (
    Seller,
    Device,
    ChainEnd,
    Document,
    Unmade,
    Refused,
    Exchange,
    SpecialInvoice,
)

__all__ = [
    "DEVICE_STATES",
    "DOCUMENT_KINDS",
    "DOCUMENT_STATES",
    "ENVIRONMENTS",
    "HOLDERS",
    "INVOICE_KINDS",
    "MODELS",
    "OPEN_STATES",
    "SELLER_SCHEMES",
    "SIGNING",
    "SOURCES",
    "ChainEnd",
    "Device",
    "Document",
    "Exchange",
    "Refused",
    "Seller",
    "SpecialInvoice",
    "Unmade",
]
