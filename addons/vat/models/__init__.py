"""The tables of the schema `vat`."""

from addons.vat.models.payments import ReturnPayment
from addons.vat.models.positions import FiscalPosition, FiscalPositionLine, TaxGroup, TaxGroupLine
from addons.vat.models.returns import (
    CashRelease,
    FiledBox,
    FiledLine,
    ReturnAdjustment,
    VatReturn,
)
from addons.vat.models.taxes import (
    CATEGORIES,
    COUNTRIES,
    KINDS,
    SCOPES,
    Tax,
    TaxRate,
)

MODELS: tuple[type, ...] = (
    Tax,
    TaxRate,
    TaxGroup,
    TaxGroupLine,
    FiscalPosition,
    FiscalPositionLine,
    VatReturn,
    ReturnAdjustment,
    FiledBox,
    FiledLine,
    CashRelease,
    ReturnPayment,
)

__all__ = [
    "CATEGORIES",
    "COUNTRIES",
    "KINDS",
    "MODELS",
    "SCOPES",
    "CashRelease",
    "FiledBox",
    "FiledLine",
    "FiscalPosition",
    "FiscalPositionLine",
    "ReturnAdjustment",
    "ReturnPayment",
    "Tax",
    "TaxGroup",
    "TaxGroupLine",
    "TaxRate",
    "VatReturn",
]
