"""Writing quotations and orders: created, changed, deleted; what was confirmed is amended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.sales.models import OrderInstalment, QuoteTemplate, SalesOrder
from addons.sales.options import SalesOptions
from addons.sales.services.amounts import HUNDRED, ZERO, require_percent
from addons.sales.services.coupons.noting import note_coupons
from addons.sales.services.customers import customer_of
from addons.sales.services.numbering import require_free
from addons.sales.services.order_lines import set_lines
from addons.sales.services.promotions.applying import (
    decide_order,
    follow_quantities,
    frozen_lines,
    keep_decision,
)
from addons.sales.services.warehouses import set_warehouse
from addons.sales.services.working_out import work_out_order
from core.api import Conflict, InvalidInput, actor, add_new, options, phrase, today

FIELDS: Final = (
    "day",
    "valid_until",
    "deliver_on",
    "reference",
    "currency",
    "rate",
    "salesperson_id",
    "team_id",
    "branch_id",
    "template_id",
    "invoice_policy",
    "with_promotions",
    "discount_percent",
    "discount",
    "terms",
    "note",
    "credit_reason",
    "source_type",
    "source_id",
)
"""What an order says beside its customer, number, lines and instalments."""


def create_order(session: Session, values: Mapping[str, Any]) -> SalesOrder:
    """A new quotation. What is left out comes from the customer, the template and the options.

    Raises InvalidInput that names the field, Forbidden for a price or discount beyond what whoever
    acts may give, Conflict for a number that is there already.
    """
    chosen = options(session, SalesOptions)
    order = SalesOrder(
        state="draft",
        quote_version=1,
        discount_percent=ZERO,
        discount=ZERO,
        reference="",
        warehouse="",
        terms=chosen.terms,
        note="",
        credit_reason="",
        invoice_policy=chosen.invoice_policy,
        coupon_codes="",
        # What was agreed elsewhere, and comes by a file or from another program, keeps its prices.
        with_promotions=not (values.get("number") or values.get("source_type")),
        net=ZERO,
        tax=ZERO,
        total=ZERO,
        invoiced_total=ZERO,
    )
    template = _template_of(session, values.get("template_id"))
    order.day = values.get("day") or today(session)
    order.currency = company_currency(session)
    order.salesperson_id = actor(session).user_id
    if template is not None and template.terms:
        order.terms = template.terms
    days = template.valid_days if template is not None and template.valid_days else 0
    if days := days or chosen.quote_days:
        until = order.day + timedelta(days=days)
        # An order of long ago, that comes from a file, is no quotation that has just ended.
        order.valid_until = until if until >= today(session) else None
    _set_customer(session, order, values)
    _set_fields(order, values)
    set_warehouse(session, order, values)
    _set_number(session, order, values)
    set_instalments(order, values)
    lines = values.get("lines") or (() if template is None else _lines_of(template))
    set_lines(session, order, lines)
    coupons = note_coupons(session, order, values)
    decided = decide_order(session, order, coupons)
    work_out_order(session, order)
    add_new(session, order)
    keep_decision(session, order, decided, new=True)
    return order


def update_order(session: Session, order: SalesOrder, values: Mapping[str, Any]) -> SalesOrder:
    """Change a quotation that is not binding yet; raises as `create_order`, and Conflict for one
    that is binding, lost or cancelled."""
    if not order.is_quotation:
        raise Conflict(
            phrase("Order {number} can no longer be changed so.", number=order.number or ""),
            fix=phrase("Amend it, or write another one."),
        )
    if order.state == "sent":
        raise Conflict(
            phrase("Quotation {number} was sent as it is.", number=order.number or ""),
            fix=phrase("Begin a new version of it, and change that."),
        )
    write(session, order, values)
    return order


def write(session: Session, order: SalesOrder, values: Mapping[str, Any]) -> None:
    """Put these values into an order and work it out anew. Promotions are decided anew while it is
    a draft, and follow its quantities afterwards."""
    frozen = frozen_lines(order)
    _set_customer(session, order, values)
    _set_fields(order, values)
    set_warehouse(session, order, values)
    _set_number(session, order, values)
    set_instalments(order, values)
    if "lines" in values:
        set_lines(session, order, values["lines"])
    coupons = note_coupons(session, order, values)
    if order.state != "draft":
        follow_quantities(session, order, frozen)
        work_out_order(session, order)
        session.flush()
        return
    decided = decide_order(session, order, coupons)
    work_out_order(session, order)
    session.flush()
    keep_decision(session, order, decided, new=False)


def delete_order(session: Session, order: SalesOrder) -> None:
    """Delete a draft that never got a number."""
    if order.number is not None or order.state != "draft":
        raise Conflict(
            phrase("{number} has a number and stays.", number=order.number or ""),
            fix=phrase("Mark it as lost, or cancel it."),
        )
    session.delete(order)
    session.flush()


def _set_customer(session: Session, order: SalesOrder, values: Mapping[str, Any]) -> None:
    if "contact_id" in values and values["contact_id"] != order.contact_id:
        customer = customer_of(session, values["contact_id"])
        order.contact_id, order.contact_name = customer.id, customer.name
    elif order.contact_id is None:
        raise InvalidInput.of("contact_id", phrase("Choose a customer."))


def _set_fields(order: SalesOrder, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values and not (values[name] is None and name in _KEPT):
            setattr(order, name, values[name])
    order.currency = order.currency.strip().upper()
    if len(order.currency) != 3 or not (order.currency.isascii() and order.currency.isalpha()):
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))
    if order.rate is not None and (not order.rate.is_finite() or order.rate <= 0):
        raise InvalidInput.of("rate", phrase("A rate is more than nothing."))
    require_percent(order.discount_percent, "discount_percent")
    if not order.discount.is_finite() or order.discount < 0:
        raise InvalidInput.of("discount", phrase("A discount cannot be less than nothing."))
    if order.valid_until is not None and order.valid_until < order.day:
        if "valid_until" in values and values["valid_until"] is not None:
            raise InvalidInput.of(
                "valid_until", phrase("A quotation cannot end before its own day.")
            )
        order.valid_until = order.day


_KEPT: Final = frozenset(
    {
        "day",
        "currency",
        "reference",
        "invoice_policy",
        "with_promotions",
        "discount_percent",
        "discount",
        "terms",
        "note",
        "credit_reason",
    }
)
"""Fields that cannot be empty: nothing sent for them means that they stay."""


def _set_number(session: Session, order: SalesOrder, values: Mapping[str, Any]) -> None:
    """The number of an order that was written elsewhere before, as imports bring it."""
    number = (values.get("number") or "").strip()
    if not number or number == order.number:
        return
    if order.number is not None:
        raise InvalidInput.of("number", phrase("{number} keeps its number.", number=order.number))
    require_free(session, SalesOrder, number)
    order.number = number


def set_instalments(order: SalesOrder, values: Mapping[str, Any]) -> None:
    """The instalments that were agreed by hand; raises InvalidInput unless they sum to 100."""
    if "instalments" not in values:
        return
    known = {one.id: one for one in order.instalments}
    kept = []
    for place, sent in enumerate(values["instalments"], start=1):
        one = known.get(sent.get("id")) or OrderInstalment()
        one.position = sent.get("position") or place
        one.percent, one.days = sent["percent"], sent.get("days") or 0
        require_percent(one.percent, f"instalments.{place - 1}.percent")
        if not one.percent or not 0 <= one.days <= 3650:
            raise InvalidInput.of(
                f"instalments.{place - 1}.percent",
                phrase("An instalment is more than nothing and due within ten years."),
            )
        kept.append(one)
    if kept and sum((one.percent for one in kept), ZERO) != HUNDRED:
        raise InvalidInput.of("instalments", phrase("The instalments must come to 100 %."))
    order.instalments = kept


def _template_of(session: Session, template_id: int | None) -> QuoteTemplate | None:
    return None if template_id is None else session.get(QuoteTemplate, template_id)


def _lines_of(template: QuoteTemplate) -> list[dict[str, Any]]:
    names = ("position", "kind", "product_id", "quantity")
    found = []
    for line in template.lines:
        values = {name: getattr(line, name) for name in names}
        if line.description:
            values["description"] = line.description
        if line.discount_percent:
            values["discount_percent"] = line.discount_percent
        found.append(values)
    return found
