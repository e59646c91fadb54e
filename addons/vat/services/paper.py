"""What the printed form of a return says, as the values that its template sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from addons.accounting.api import company_currency
from addons.vat.models import VatReturn
from addons.vat.options import VatOptions
from addons.vat.services.entry_taxes import digits_of
from addons.vat.services.filing.statement import shown_figures
from addons.vat.services.forms import FORMS
from addons.vat.services.sheet import sheet_of
from core.api import options


def paper_of(session: Session, vat_return: VatReturn) -> Mapping[str, Any]:
    """The form in both languages, figures written with the digits of the currency."""
    form = FORMS[vat_return.form]
    sheet = sheet_of(form, shown_figures(session, vat_return))
    currency = vat_return.currency or company_currency(session)
    digits = digits_of(currency)
    return {
        "title": form.title,
        "local": form.local if form.local != form.title else "",
        "rtl": form.language == "ar",
        "law": form.law,
        "tax_number": options(session, VatOptions).tax_number,
        "days": f"{vat_return.start_date} – {vat_return.end_date}",
        "currency": currency,
        "revision": vat_return.revision,
        "reason": vat_return.reason,
        "filed": f"{vat_return.filed_at:%Y-%m-%d %H:%M} UTC" if vat_return.filed_at else "",
        "filed_by": vat_return.filed_by,
        "hash": vat_return.content_hash,
        "columns": [{"title": title, "local": local} for _, title, local in sheet.columns],
        "sections": [
            {
                "title": title,
                "rows": [
                    {
                        "number": row.box.shown_number,
                        "title": row.box.title,
                        "local": row.box.local if row.box.local != row.box.title else "",
                        "strong": row.is_total,
                        "cells": [
                            "" if cell is None else f"{cell:,.{digits}f}" for cell in row.cells
                        ],
                    }
                    for row in rows
                ],
            }
            for title, rows in sheet.sections
        ],
    }
