"""Invoices that ask for more than another one did: to the authority they are debit notes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from addons.zatca.extension_points import Sale, SaleSource
from addons.zatca.services.special_invoices import special_of
from core.api import InvalidInput, extension, phrase

_PLAIN: Final = "388"


def as_debit_note(session: Session, sale: Sale) -> Sale:
    """The sale as the debit note that somebody marked it as, naming the invoice that it corrects;
    any other as it is. Raises InvalidInput where there is no such invoice of this buyer."""
    special = special_of(session, sale.source_type, sale.source_id)
    if special is None or special.corrects_id is None:
        return sale
    if sale.kind != _PLAIN:
        raise InvalidInput.of(
            "corrects_id", phrase("A credit note or an advance cannot be a debit note as well.")
        )
    found = extension(session, SaleSource, sale.source_type).sales(session, [special.corrects_id])
    if not found or found[0].kind != _PLAIN or found[0].contact_id != sale.contact_id:
        raise InvalidInput.of(
            "corrects_id",
            phrase("A debit note corrects a posted invoice of the same customer."),
            fix=phrase("Choose that invoice under what is special about this one."),
        )
    return replace(sale, kind="383", references=(found[0].number,), reason=special.reason)
