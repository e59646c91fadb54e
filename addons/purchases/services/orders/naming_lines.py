"""Which line of an order is meant, where only a product is named: in files, and by who types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from addons.purchases.models import BillLine, OrderLine, ReceiptLine
from core.api import InvalidInput, phrase


def name_lines(
    sent: Sequence[dict[str, Any]],
    known: Iterable[ReceiptLine] | Iterable[BillLine],
    ordered: Iterable[OrderLine],
    *,
    all_of_order: bool = True,
) -> None:
    """Give each line that was sent with a product alone the order's line of that product. Of
    several such lines each is given once, in their order; a known line keeps its own. Raises
    InvalidInput that names the line where the order has none, or leaves it without one where not
    `all_of_order` must be of the order."""
    held = {line.id: line for line in known}
    taken = {values["order_line_id"] for values in sent if values.get("order_line_id")}
    asked: list[tuple[int, dict[str, Any]]] = []
    for place, values in enumerate(sent):
        product_id = values.get("product_id")
        if product_id is None or values.get("order_line_id") is not None:
            continue
        line = held.get(values.get("id") or 0)
        if line is not None and line.product_id == product_id:
            values["order_line_id"] = line.order_line_id
            taken.add(line.order_line_id)
        else:
            asked.append((place, values))
    lines = list(ordered)
    for place, values in asked:
        of_product = (one for one in lines if one.product_id == values["product_id"])
        found = next((one for one in of_product if one.id not in taken), None)
        if found is not None:
            values["order_line_id"] = found.id
            taken.add(found.id)
        elif all_of_order:
            raise InvalidInput.of(
                f"lines.{place}.product_id",
                phrase("The order has no such product, or not as often."),
            )
