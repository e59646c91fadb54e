"""The taxes of documents of trade: which a line bears, and what they come to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import (
    Choice,
    DocumentTaxes,
    OfflineTax,
    OfflineTaxes,
    Side,
    TaxDocument,
    TaxedDocument,
    TaxedLine,
    TaxShare,
    TaxStatement,
    Treatment,
)
from addons.contacts.api import get_contact
from addons.vat.models import TaxGroup
from addons.vat.options import VatOptions
from addons.vat.services.choosing import document_taxes, rules_for
from addons.vat.services.engine.compute import compute
from addons.vat.services.engine.values import Document, Line, TaxPart
from addons.vat.services.known import known_taxes
from addons.vat.services.offline import sales_taxes
from core.api import Extension, currency_digits, options


class VatOfDocuments:
    """The company's taxes (catalog's `DocumentTaxes`)."""

    def groups(self, session: Session, /) -> Sequence[Choice]:
        """The tax groups, by their codes."""
        wanted = select(TaxGroup.code, TaxGroup.name).where(TaxGroup.active)
        return [
            Choice(code, name) for code, name in session.execute(wanted.order_by(TaxGroup.code))
        ]

    def codes(
        self, session: Session, group: str, side: Side, contact_id: int | None, /
    ) -> tuple[str, ...]:
        """The taxes of the group at home, exchanged by the fiscal position of the contact."""
        if not group:
            return ()
        country, registered = _whose(session, contact_id)
        return document_taxes(session, group, side, country=country, registered=registered)

    def offline(self, session: Session, /) -> OfflineTaxes:
        """All taxes of sales with their groups and the fiscal positions."""
        chosen, found = options(session, VatOptions), sales_taxes(session)
        return OfflineTaxes(
            chosen.rounding,
            chosen.country,
            chosen.tax_number,
            tuple(
                OfflineTax(
                    one.code,
                    one.name,
                    one.name_local,
                    one.kind,
                    one.included,
                    one.compound,
                    one.sequence,
                    one.rates,
                )
                for one in found.rules
            ),
            found.groups,
            tuple(
                Treatment(one.code, one.countries, one.abroad, one.registered, one.groups)
                for one in found.positions
            ),
        )

    def statements(
        self, session: Session, codes: Collection[str], day: date, /
    ) -> Mapping[str, TaxStatement]:
        """Category, rate of the day and reason, as the tax says them."""
        found = {}
        for code, tax in known_taxes(session, codes).items():
            rate = tax.rate_on(day)
            if rate is not None:
                found[code] = TaxStatement(code, tax.category, rate, tax.reason_code, tax.reason)
        return found

    def work_out(self, session: Session, document: TaxDocument, /) -> TaxedDocument:
        """The document by the one tax engine, rounded as the company decided."""
        codes = {code for line in document.lines for code in line.tax_codes}
        rules = {rule.code: rule for rule in rules_for(session, sorted(codes), document.day)}
        result = compute(
            Document(
                tuple(
                    Line(
                        line.quantity,
                        line.price,
                        tuple(rules[code] for code in line.tax_codes),
                        line.discount_percent,
                        line.discount,
                    )
                    for line in document.lines
                ),
                currency_digits(document.currency),
                options(session, VatOptions).rounding,
                document.discount_percent,
                document.discount,
            )
        )
        lines = tuple(TaxedLine(one.net, one.tax, _shares(one.taxes)) for one in result.lines)
        return TaxedDocument(lines, _shares(result.taxes), result.net, result.tax, result.withheld)


def _whose(session: Session, contact_id: int | None) -> tuple[str, bool]:
    """The country of a contact and whether it is registered for VAT; of nobody in particular, a
    consumer at home."""
    if contact_id is None:
        return "", False
    contact = get_contact(session, contact_id)
    return (contact.country or "", bool(contact.tax_number)) if contact else ("", False)


def _shares(parts: Sequence[TaxPart]) -> tuple[TaxShare, ...]:
    return tuple(
        TaxShare(part.code, part.kind, part.base, part.amount, part.deductible) for part in parts
    )


EXTENSIONS: Final = (Extension(DocumentTaxes, "vat", VatOfDocuments()),)
