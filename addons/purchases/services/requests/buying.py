"""Approved requests become requests for quotation, or orders to the suppliers who sell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from addons.purchases.models import Order, PurchaseRequest, PurchaseRequestLine, Quotation
from addons.purchases.services.locking import lock
from addons.purchases.services.orders.progress import in_unit
from addons.purchases.services.orders.writing import create_order
from addons.purchases.services.pricing import Wanted, best_price, prices_of, sold_quantity
from addons.purchases.services.product_lines import measured, products_of
from addons.purchases.services.quotations.writing import create_quotation
from addons.purchases.services.requests.writing import request_title
from core.api import Conflict, InvalidInput, phrase, today


def order_request(session: Session, request: PurchaseRequest) -> list[Order]:
    """Draft orders of what is still open of an approved request, one for each supplier: the one
    that the line names, or who is preferred for the product. Quantities are raised to what is
    sold. Raises InvalidInput that names the line for which nobody is known."""
    request, lines = _open_lines(session, request)
    products = products_of(session, [{"product_id": line.product_id} for line in lines])
    asked = [(line.product_id, line.quantity, line.unit_id) for line in lines]
    sizes = measured(session, asked, products)
    listed = prices_of(session, products, today(session))
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line, size in zip(lines, sizes, strict=True):
        left, unit_id, factor = _left(line, size.factor)
        sent: dict[str, Any] = {
            "product_id": line.product_id,
            "label": line.label,
            "quantity": left,
            "unit_id": unit_id,
            "expected_on": line.needed_on or request.needed_on,
            "request_line_id": line.id,
            "price": None,
        }
        supplier = line.supplier_id
        own = [one for one in listed if supplier is None or one.contact_id == supplier]
        wanted = Wanted(line.product_id or 0, left, factor)
        first = next((one for one in own if one.product_id == line.product_id), None)
        if first is not None:
            supplier = first.contact_id
            same = [one for one in own if one.contact_id == supplier]
            price = best_price(same, wanted) or first
            sent |= {"quantity": sold_quantity(price, wanted), "unit_id": price.unit_id}
        if supplier is None:
            raise InvalidInput.of(
                f"lines.{request.lines.index(line)}.supplier_id",
                phrase("Nobody is known who sells {product}.", product=line.label),
                fix=phrase("Name a supplier in the line, or ask for quotations."),
            )
        groups[supplier].append(sent)
    return [
        create_order(
            session,
            {
                "contact_id": supplier,
                "branch_id": request.branch_id,
                "warehouse": request.warehouse,
                "lines": sent,
            },
        )
        for supplier, sent in groups.items()
    ]


def ask_for_request(session: Session, request: PurchaseRequest) -> Quotation:
    """A request for quotation with what is still open of an approved request; the suppliers its
    lines name, and those with a price list, are invited."""
    request, lines = _open_lines(session, request)
    ids = {line.product_id for line in lines if line.product_id is not None}
    sellers = {one.contact_id for one in prices_of(session, ids, today(session))}
    sellers |= {line.supplier_id for line in lines if line.supplier_id is not None}
    return create_quotation(
        session,
        {
            "title": request.reason[:80],
            "needed_on": request.needed_on,
            "branch_id": request.branch_id,
            "lines": [
                {
                    "product_id": line.product_id,
                    "label": line.label,
                    "quantity": line.quantity,
                    "unit_id": line.unit_id,
                    "needed_on": line.needed_on,
                    "request_line_id": line.id,
                }
                for line in lines
            ],
            "offers": [{"contact_id": seller} for seller in sorted(sellers)],
        },
    )


def _open_lines(
    session: Session, request: PurchaseRequest
) -> tuple[PurchaseRequest, Sequence[PurchaseRequestLine]]:
    request = lock(session, PurchaseRequest, request.id)
    if request.state != "approved":
        raise Conflict(
            phrase("{request} is not approved.", request=request_title(request)),
            fix=phrase("Only what is approved is bought."),
        )
    lines = [line for line in request.lines if line.ordered < line.stock_quantity]
    if not lines:
        raise Conflict(phrase("All of {request} is ordered.", request=request_title(request)))
    return request, lines


def _left(line: PurchaseRequestLine, factor: Decimal) -> tuple[Decimal, int | None, Decimal]:
    """What is still open of a line, with its unit and factor: in the stock unit, where the line's
    own would need a fraction without end."""
    stock = line.stock_quantity - line.ordered
    quantity = in_unit(stock, factor)
    if quantity * factor == stock:
        return quantity, line.unit_id, factor
    return stock, None, Decimal(1)
