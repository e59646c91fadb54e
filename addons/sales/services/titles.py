"""What documents of sales are called in a sentence."""

from __future__ import annotations

from addons.sales.models import Delivery, Invoice, OrderVersion, Payment, SalesOrder, SalesReturn
from core.api import phrase


def order_title(order: SalesOrder) -> str:
    """The number; of a draft the customer."""
    return order.number or phrase("Draft for {name}", name=order.contact_name)


def delivery_title(delivery: Delivery) -> str:
    """The number; of a draft the customer."""
    return delivery.number or phrase("Draft for {name}", name=delivery.contact_name)


def return_title(back: SalesReturn) -> str:
    """The number; of a draft the customer."""
    return back.number or phrase("Draft for {name}", name=back.contact_name)


def invoice_title(invoice: Invoice) -> str:
    """The number; of a draft the customer."""
    return invoice.number or phrase("Draft for {name}", name=invoice.contact_name)


def payment_title(payment: Payment) -> str:
    """The number; of a draft the customer."""
    return payment.number or phrase("Draft for {name}", name=payment.contact_name)


def version_title(version: OrderVersion) -> str:
    """The order and the version."""
    return phrase(
        "{order}, version {version}",
        order=version.order.number or version.order.contact_name,
        version=str(version.quote_version),
    )
