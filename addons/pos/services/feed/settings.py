"""What a till is told of the company and of its own register."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from addons.catalog.api import OfflineTaxes, barcode_rules
from addons.pos.models import Binding, Register
from addons.pos.options import TillOptions
from core.api import binding, currency_digits, letterheads, options, today


def settings_of(
    session: Session, register: Register, device: Binding, taxes: OfflineTaxes
) -> dict[str, Any]:
    """The settings of one device at a register."""
    tenant = binding(session).tenant
    letterhead = letterheads(session)[tenant.locale]
    decided = options(session, TillOptions)
    return {
        "company": letterhead.company,
        "address": list(letterhead.lines),
        "tax_number": taxes.tax_number,
        "footer": letterhead.footer,
        "currency": register.currency,
        "digits": currency_digits(register.currency),
        "locale": tenant.locale,
        "timezone": tenant.timezone,
        "day": today(session).isoformat(),
        "tax_rounding": taxes.rounding,
        "barcodes": barcode_rules(session),
        "points": decided.points,
        "coupons": decided.coupons,
        "register": _register(register, device),
    }


def _register(register: Register, device: Binding) -> dict[str, Any]:
    asked = register.close_asked_at
    return {
        "id": register.id,
        "code": register.code,
        "name": register.name,
        "binding": device.ordinal,
        "currency": register.currency,
        "digits": currency_digits(register.currency),
        "cash_rounding": None
        if register.cash_rounding is None
        else f"{register.cash_rounding.normalize():f}",
        "opening_float": f"{register.opening_float:f}",
        "tolerance": f"{register.tolerance:f}",
        "blind_count": register.blind_count,
        "default_customer": register.default_customer_id,
        "price_list": register.price_list_id,
        "warehouse": register.warehouse_id,
        "printer": bool(register.printer),
        "receipt_header": register.receipt_header,
        "receipt_footer": register.receipt_footer,
        "close_asked_at": None
        if asked is None
        else asked.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
