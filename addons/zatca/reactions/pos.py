"""When sales of tills are booked: each becomes a simplified invoice, all of a batch in one link.
What a till signed by itself is verified and stored as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.pos.api import (
    ReceiptStamps,
    SalesBooked,
    SignedReceipts,
    SigningTill,
    TillLine,
    TillSale,
    holds_more,
    receipt_pdf,
    register_name,
    till_sales,
)
from addons.zatca.extension_points import PaperSource, Sale, SaleSource, SoldLine, Tills
from addons.zatca.services.archive import attachment_of
from addons.zatca.services.found import document_of
from addons.zatca.services.issuing import issue
from addons.zatca.services.preparing.amounts import DISCOUNT
from addons.zatca.services.preparing.documents import TAKEN_BACK
from addons.zatca.services.tills.answering import take_answer
from addons.zatca.services.tills.terms import device_of_till, terms_of
from core.api import Attachment, Extension, NotFound, Pdf, msg, on, phrase

SALE: Final = "pos.sale"
_MEANS: Final[Mapping[str, str]] = {"cash": "10", "card": "48", "transfer": "30"}
"""UN/CEFACT 4461 by the kind of payment; 1 is one that was not defined."""
_RETURNED: Final = msg("Goods were returned.")
_WITHOUT_RECEIPT: Final = msg("without receipt")
_TERMS: Final[Mapping[str, Any]] = {
    "means": _MEANS,
    "words": {
        "discount": DISCOUNT,
        "returned": _RETURNED,
        "taken_back": TAKEN_BACK,
        "without_receipt": _WITHOUT_RECEIPT,
    },
}
"""What a till that signs by itself says as we do."""


class TillSales:
    """Sales and refunds of tills (`SaleSource`)."""

    def sales(self, session: Session, ids: Collection[int], /) -> Sequence[Sale]:
        """These sales, as they were booked."""
        return [_sale(sale) for sale in till_sales(session, ids)]


@on(SalesBooked)
def make_documents(session: Session, event: SalesBooked) -> None:
    """They have happened: nothing is refused."""
    issue(session, SALE, [sale.sale_id for sale in event.sales])


def _sale(sale: TillSale) -> Sale:
    takes_back = sum(line.net + line.tax for line in sale.lines) < 0 or sale.kind == "refund"
    sign = -1 if takes_back else 1
    return Sale(
        source_type=SALE,
        source_id=sale.sale_id,
        number=sale.number,
        kind="381" if takes_back else "388",
        happened_at=sale.occurred_at,
        day=sale.occurred_at.date(),
        currency=sale.currency,
        rate=sale.rate,
        lines=tuple(_line(line, sign) for line in sale.lines),
        contact_id=sale.contact_id,
        branch_id=sale.branch_id,
        register_id=sale.register_id,
        rounding=sale.rounding * sign,
        reason=(sale.note or _RETURNED) if takes_back else "",
        references=_corrected(sale) if takes_back else (),
        payment_means=_MEANS.get(sale.ways[0], "1") if sale.ways else "",
        final=True,
        signed=sale.signed,
    )


def _corrected(sale: TillSale) -> tuple[str, ...]:
    """The receipts of what came back; the authority asks for a number even where nobody has any."""
    known = tuple(dict.fromkeys(line.returns for line in sale.lines if line.returns))
    return known or (_WITHOUT_RECEIPT,)


def _line(line: TillLine, sign: int) -> SoldLine:
    return SoldLine(
        label=line.label,
        quantity=line.quantity * sign,
        unit_id=line.unit_id,
        price=line.price,
        net=line.net * sign,
        tax=line.tax * sign,
        tax_codes=line.tax_codes,
        before=line.net * sign,
    )


class Stamps:
    """The QR codes of receipts, and what their PDFs hold (`ReceiptStamps`)."""

    def qr(self, session: Session, sale_id: int, /) -> str:
        """That of the electronic invoice: the authority's own where it stamped one."""
        document = document_of(session, SALE, sale_id)
        return "" if document is None else document.printed_qr

    def file(self, session: Session, sale_id: int, /) -> Attachment | None:
        """The electronic invoice as it was signed."""
        document = document_of(session, SALE, sale_id)
        return None if document is None else attachment_of(document)


class Papers:
    """Receipts as PDF (`PaperSource`)."""

    def pdf(self, session: Session, source_id: int, /) -> Pdf | None:
        """What a customer gets who asks for it by mail."""
        return receipt_pdf(session, source_id)


class Signing:
    """Tills that sign their receipts by themselves (`SignedReceipts`)."""

    def terms(self, session: Session, till: SigningTill, /) -> Mapping[str, Any] | None:
        """What a till must know for it; None where no device of it is there."""
        return terms_of(session, till.register_id, till.branch_id, till.currency, _TERMS)

    def sign(
        self, session: Session, till: SigningTill, given: Mapping[str, Any], /
    ) -> Mapping[str, Any]:
        """Take its key and signatures for the registration of its device."""
        device = device_of_till(session, till.register_id)
        if device is None:
            raise NotFound(phrase("There is no such device."))
        return take_answer(session, device, given)


class Registers:
    """The tills by their registers (`Tills`)."""

    def name(self, session: Session, register_id: int, /) -> str:
        """Code and name."""
        return register_name(session, register_id)

    def holds_more(self, session: Session, register_id: int, /) -> bool:
        """Whether sales of it are on their way, or wait to be mended."""
        return holds_more(session, register_id)


EXTENSIONS: Final = (
    Extension(SaleSource, SALE, TillSales()),
    Extension(PaperSource, SALE, Papers()),
    Extension(ReceiptStamps, "zatca", Stamps()),
    Extension(SignedReceipts, "zatca", Signing()),
    Extension(Tills, "pos", Registers()),
)
