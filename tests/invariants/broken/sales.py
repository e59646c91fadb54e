"""What can be wrong with sales."""

from __future__ import annotations

from typing import Final

from tests.invariants.broken.case import Case

_POSTED_LINE: Final = """
SELECT min(line.id) FROM sales.invoice_line AS line
  JOIN sales.invoice ON invoice.id = line.invoice_id AND invoice.state = 'posted'
 WHERE line.order_line_id IS NOT NULL AND line.role = 'sale'
"""
_INVOICE: Final = "(SELECT number FROM sales.invoice WHERE invoice.id = invoice_id)"
_PAID: Final = "SELECT min(id) FROM sales.application WHERE invoice_id IS NOT NULL AND NOT undone"

CASES: Final = (
    Case(
        "sales.lines_are_in_step",
        "an order says that one more was invoiced",
        "UPDATE sales.order_line SET invoiced = invoiced + 1"
        " WHERE id = (SELECT min(id) FROM sales.order_line WHERE kind = 'product') RETURNING id",
    ),
    Case(
        "sales.lines_are_in_step",
        "one more was invoiced",
        "UPDATE sales.invoice_line SET quantity = quantity + 1"
        f" WHERE id = ({_POSTED_LINE}) RETURNING order_line_id",
    ),
    Case(
        "sales.deliveries_are_in_step",
        "one more was delivered",
        """
        UPDATE sales.delivery_line SET stock_quantity = stock_quantity + 1 WHERE id = (
          SELECT min(one.id) FROM sales.delivery_line AS one
            JOIN sales.order_line AS line ON line.id = one.order_line_id AND line.is_goods)
        RETURNING order_line_id
        """,
    ),
    Case(
        "sales.invoices_sum_up",
        "a line is one more",
        "UPDATE sales.invoice_line SET net = net + 1"
        f" WHERE id = ({_POSTED_LINE}) RETURNING {_INVOICE}",
    ),
    Case(
        "sales.invoices_sum_up",
        "an instalment is one more",
        "UPDATE sales.invoice_instalment SET amount = amount + 1"
        " WHERE id = (SELECT min(id) FROM sales.invoice_instalment)"
        f" RETURNING {_INVOICE}",
    ),
    Case(
        "sales.settlements_sum_up",
        "one less was set against an invoice",
        f"UPDATE sales.application SET amount = amount - 1 WHERE id = ({_PAID})"
        f" RETURNING {_INVOICE}",
    ),
    Case(
        "sales.settlements_sum_up",
        "a payment has one less to give",
        "UPDATE sales.payment SET used = used - 1"
        " WHERE id = (SELECT min(id) FROM sales.payment WHERE used > 1) RETURNING number",
    ),
    Case(
        "sales.sums_are_owed_or_paid",
        "a payment was taken back and nothing is owed again",
        f"UPDATE sales.application SET undone = true WHERE id = ({_PAID})"
        " RETURNING (SELECT currency FROM sales.invoice WHERE id = invoice_id)",
    ),
    Case(
        "sales.sums_are_owed_or_paid",
        "an invoice is one more",
        "UPDATE sales.invoice SET total = total + 1, settled = settled + 1"
        f" WHERE id = (SELECT invoice_id FROM sales.application WHERE id = ({_PAID}))"
        " RETURNING currency",
    ),
    Case(
        "sales.numbers_have_no_gap",
        "an invoice is gone",
        "DELETE FROM sales.invoice WHERE id = (SELECT min(id) FROM sales.invoice"
        " WHERE kind = 'invoice' AND state = 'posted') RETURNING 'sales.invoice'",
    ),
    Case(
        "sales.intents_sum_up",
        "the gateway confirmed less",
        "UPDATE sales.gateway_receipt SET amount = amount - 1 RETURNING intent_id",
    ),
    Case(
        "sales.intents_sum_up",
        "its invoices are not what was asked for",
        "UPDATE sales.payment_intent_part SET amount = amount - 1 RETURNING intent_id",
    ),
    Case(
        "sales.receipts_are_payments",
        "the payment is of another amount",
        """
        UPDATE sales.payment SET amount = payment.amount + 1 FROM sales.gateway_receipt AS receipt
         WHERE payment.id = receipt.payment_id RETURNING receipt.id
        """,
    ),
    Case(
        "sales.answers_fit",
        "what a customer accepted is a quotation still",
        """
        INSERT INTO sales.order_answer (order_id, quote_version, kind, name, answered_at, via,
          address, user_agent, language, currency, total, content, content_digest,
          document_digest, confirmed)
        SELECT id, quote_version, 'accepted', 'Layla', now(), 'portal', '', '', 'en', currency,
               total, '{}', repeat('0', 64), repeat('0', 64), true
          FROM sales.sales_order
         WHERE id = (SELECT min(id) FROM sales.sales_order WHERE state = 'sent')
        RETURNING (SELECT number FROM sales.sales_order WHERE id = order_id)
        """,
    ),
    Case(
        "sales.promotions_sum_up",
        "one more was granted on an order",
        "UPDATE sales.promotion_grant SET amount = amount + 1 WHERE id = ("
        " SELECT min(id) FROM sales.promotion_grant WHERE order_id IS NOT NULL)"
        " RETURNING 'order ' || order_id",
    ),
    Case(
        "sales.promotions_within_limits",
        "a single coupon is used twice",
        """
        WITH single AS (
          UPDATE sales.coupon_batch SET kind = 'single', code = '', max_uses = NULL,
                 max_uses_per_customer = NULL, size = 1
           WHERE id = (SELECT min(batch_id) FROM sales.coupon) RETURNING id)
        UPDATE sales.promotion_use SET coupon_id = coupon.id
          FROM sales.coupon, single, sales.promotion
         WHERE coupon.batch_id = single.id AND promotion.id = promotion_use.promotion_id
           AND NOT given_back
        RETURNING 'promotion ' || promotion.name
        """,
    ),
    Case(
        "sales.promotions_within_limits",
        "an order that was cancelled uses a promotion",
        """
        UPDATE sales.sales_order SET state = 'cancelled' WHERE id = (
          SELECT min(order_id) FROM sales.promotion_use WHERE NOT given_back)
        RETURNING 'order ' || number
        """,
    ),
    Case(
        "sales.gift_cards_sum_up",
        "a card is worth one less",
        "UPDATE sales.gift_card SET balance = balance - 1"
        " WHERE id = (SELECT min(id) FROM sales.gift_card WHERE balance > 1) RETURNING number",
    ),
    Case(
        "sales.gift_cards_sum_up",
        "a payment took nothing from its card",
        "UPDATE sales.payment SET method = 'gift_card',"
        " gift_card_id = (SELECT min(id) FROM sales.gift_card)"
        " WHERE id = (SELECT min(id) FROM sales.payment WHERE state = 'posted') RETURNING number",
    ),
    Case(
        "sales.points_sum_up",
        "somebody has one more point",
        "UPDATE sales.loyalty_account SET points = points + 1"
        " WHERE id = (SELECT min(id) FROM sales.loyalty_account) RETURNING id",
    ),
    Case(
        "sales.points_sum_up",
        "a payment took one point less than it says",
        "UPDATE sales.payment SET points = points + 1"
        " WHERE loyalty_account_id IS NOT NULL RETURNING number",
    ),
    Case(
        "sales.periods_tile_contracts",
        "a contract is settled for a day more",
        "UPDATE sales.contract SET covered_until = covered_until + 1"
        " WHERE id = (SELECT min(contract_id) FROM sales.contract_period)"
        " RETURNING 'contract ' || id",
    ),
    Case(
        "sales.periods_tile_contracts",
        "two periods overlap, and two leave as many days between them",
        """
        UPDATE sales.contract_period SET first_day = first_day + 1, last_day = last_day + 1
         WHERE id = (
           SELECT min(one.id) FROM sales.contract_period AS one
             JOIN sales.contract ON contract.id = one.contract_id
            WHERE one.first_day > contract.starts_on AND one.last_day < contract.covered_until)
        RETURNING 'contract ' || contract_id
        """,
    ),
    Case(
        "sales.periods_tile_contracts",
        "the invoice of a period is of something else",
        """
        UPDATE sales.invoice SET source_type = NULL, source_id = NULL
          FROM sales.contract_period AS own WHERE own.invoice_id = invoice.id
        RETURNING 'period ' || own.id
        """,
    ),
    Case(
        "sales.statements_sum_up",
        "a line is one more",
        "UPDATE sales.commission_line SET amount = amount + 1 RETURNING statement_id",
    ),
    Case(
        "sales.statements_sum_up",
        "a line is somebody else's",
        "UPDATE sales.commission_line SET user_id = user_id + 1000 RETURNING statement_id",
    ),
)
