"""The ports of trade: each function asks whoever implements a protocol of `extension_points`, and
knows what holds where nobody does.

Without accounting amounts are in the currency of the catalog's options and every day is open;
without VAT documents bear no taxes; without inventory nobody keeps stock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy.orm import Session

from addons.catalog.extension_points import Books, Choice, DocumentTaxes, Side, StockKeeping
from addons.catalog.options import CatalogOptions
from addons.catalog.services.offline.taxes import OfflineTaxes
from addons.catalog.services.untaxed import work_out_untaxed
from addons.catalog.services.values import (
    CreditStanding,
    Instalment,
    MoneyJournal,
    Tally,
    TaxDocument,
    TaxedDocument,
    TaxStatement,
)
from core.api import extensions, options

Port = TypeVar("Port")


def company_currency(session: Session) -> str:
    """The currency of the books; without books, that of the catalog's options."""
    books = _books(session)
    if books is not None:
        return books.company_currency(session)
    return options(session, CatalogOptions).currency


def rate_on(session: Session, currency: str, day: date) -> Decimal | None:
    """What one unit of a currency is worth in the company's on a day: 1 for the company's own.
    None where no books know rates, so that the document must carry one. Raises an AppError that
    names currency and day where the books have no rate."""
    if currency == company_currency(session):
        return Decimal(1)
    books = _books(session)
    return None if books is None else books.rate(session, currency, day)


def tax_groups(session: Session) -> Sequence[Choice]:
    """The tax groups that a product may belong to; none without VAT."""
    taxes = _taxes(session)
    return () if taxes is None else taxes.groups(session)


def tax_codes(session: Session, group: str, side: Side, contact_id: int | None) -> tuple[str, ...]:
    """The codes of the taxes of a product of this group, sold to or bought from a contact."""
    taxes = _taxes(session)
    return () if taxes is None else taxes.codes(session, group, side, contact_id)


def work_out(session: Session, document: TaxDocument) -> TaxedDocument:
    """A document with its taxes, rounded as the company decided; without VAT it has none, and
    amounts are rounded half-up to the digits of its currency."""
    taxes = _taxes(session)
    return work_out_untaxed(document) if taxes is None else taxes.work_out(session, document)


def offline_taxes(session: Session) -> OfflineTaxes:
    """All taxes of sales as values; none without VAT."""
    taxes = _taxes(session)
    return OfflineTaxes("line") if taxes is None else taxes.offline(session)


def tax_statements(
    session: Session, codes: Collection[str], day: date
) -> Mapping[str, TaxStatement]:
    """How these taxes are named on electronic invoices of that day, by code; none without VAT."""
    taxes = _taxes(session)
    return {} if taxes is None else taxes.statements(session, codes, day)


def instalments(
    session: Session, contact_id: int, side: Side, day: date, total: Decimal, currency: str
) -> tuple[Instalment, ...]:
    """When a document of that day falls due, by the contact's terms; the parts sum to the total.
    Without books all of it is due on that day."""
    books = _books(session)
    if books is None:
        return (Instalment(day, total),)
    return books.instalments(session, contact_id, side, day, total, currency)


def credit(session: Session, contact_id: int) -> CreditStanding:
    """What a customer owes, and may owe; without books nothing was decided and nothing known."""
    books = _books(session)
    if books is None:
        return CreditStanding(None, "none", Decimal(0))
    return books.credit(session, contact_id)


def credits_of(
    session: Session, contact_ids: Collection[int] | None = None
) -> Mapping[int, CreditStanding]:
    """What those among these customers, or among all, owe and may owe with whom something was
    agreed; nobody without books."""
    books = _books(session)
    return {} if books is None else books.credits(session, contact_ids)


def money_journals(session: Session) -> Sequence[MoneyJournal]:
    """Banks and tills through which payments go; none without books."""
    books = _books(session)
    return () if books is None else books.money_journals(session)


def require_open(session: Session, day: date, side: Side | None = None) -> None:
    """Raise an AppError that names the lock, where nothing may be posted on that day."""
    books = _books(session)
    if books is not None:
        books.require_open(session, day, side)


def entries_tally(session: Session, source_type: str) -> Mapping[int, Tally] | None:
    """The entries of documents of a kind, by blocks of their ids; None without books."""
    books = _books(session)
    return None if books is None else books.tally(session, source_type)


def stock(session: Session) -> StockKeeping | None:
    """Who keeps stock, if anybody does."""
    return _only(session, StockKeeping)


def _books(session: Session) -> Books | None:
    return _only(session, Books)


def _taxes(session: Session) -> DocumentTaxes | None:
    return _only(session, DocumentTaxes)


def _only(session: Session, port: type[Port]) -> Port | None:
    """The implementation; of several the first by load order, which depends on addons alone."""
    return next(iter(extensions(session, port).values()), None)
