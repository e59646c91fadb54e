"""When sales of tills are booked: each becomes a simplified invoice, all of a batch in one link."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from addons.pos.api import ReceiptStamps, SalesBooked, TillLine, TillSale, till_sales
from addons.zatca.extension_points import Sale, SaleSource, SoldLine
from addons.zatca.services.found import document_of
from addons.zatca.services.issuing import issue
from core.api import Extension, on, phrase

SALE: Final = "pos.sale"
_MEANS: Final[Mapping[str, str]] = {"cash": "10", "card": "48", "transfer": "30"}
"""UN/CEFACT 4461 by the kind of payment; 1 is one that was not defined."""


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
        reason=(sale.note or phrase("Goods were returned.")) if takes_back else "",
        references=_corrected(sale) if takes_back else (),
        payment_means=_MEANS.get(sale.ways[0], "1") if sale.ways else "",
        final=True,
    )


def _corrected(sale: TillSale) -> tuple[str, ...]:
    """The receipts of what came back; the authority asks for a number even where nobody has any."""
    known = tuple(dict.fromkeys(line.returns for line in sale.lines if line.returns))
    return known or (phrase("without receipt"),)


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
    """The QR codes of receipts (`ReceiptStamps`)."""

    def qr(self, session: Session, sale_id: int, /) -> str:
        """That of the electronic invoice: the authority's own where it stamped one."""
        document = document_of(session, SALE, sale_id)
        return "" if document is None else document.printed_qr


EXTENSIONS: Final = (
    Extension(SaleSource, SALE, TillSales()),
    Extension(ReceiptStamps, "zatca", Stamps()),
)
