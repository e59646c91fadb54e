"""Documents worked out where no tax engine is: discounts, rounding, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final

from addons.catalog.services.values import TaxDocument, TaxDocumentLine, TaxedDocument, TaxedLine
from core.api import InvalidInput, currency_digits, phrase

_HUNDRED: Final = Decimal(100)
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
LIMIT: Final = Decimal("1e15")
"""Amounts from here on are refused: no document is that large, but a slip of the keyboard is."""


def work_out_untaxed(document: TaxDocument) -> TaxedDocument:
    """The lines less their discounts, the document's discount shared out among them so that the
    parts sum to it exactly. Raises InvalidInput for amounts beyond all measure."""
    step = Decimal(1).scaleb(-currency_digits(document.currency))
    with localcontext(_EXACT):
        nets = [_line_net(line, place).quantize(step) for place, line in enumerate(document.lines)]
        total = sum(nets, Decimal(0))
        after = (total * (1 - document.discount_percent / _HUNDRED) - document.discount).quantize(
            step
        )
        shares = share_out(after - total, nets, step)
        lines = tuple(
            TaxedLine(net + share, Decimal(0)) for net, share in zip(nets, shares, strict=True)
        )
    return TaxedDocument(lines, (), sum((line.net for line in lines), Decimal(0)), Decimal(0))


def share_out(amount: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """`amount` in parts in proportion to the weights, each a multiple of `step`, that sum to it.
    What rounding leaves over goes, step by step, to the parts that were rounded by most.

    >>> share_out(Decimal("10.00"), [Decimal(1)] * 3, Decimal("0.01"))
    [Decimal('3.34'), Decimal('3.33'), Decimal('3.33')]
    """
    if not weights:
        return []
    with localcontext(_EXACT):
        whole = sum(weights, Decimal(0))
        fair = [amount * w / whole if whole else amount / len(weights) for w in weights]
        parts = [share.quantize(step) for share in fair]
        left = amount - sum(parts, Decimal(0))
        unit = step if left > 0 else -step
        by_loss = sorted(range(len(parts)), key=lambda i: (fair[i] - parts[i]) * unit, reverse=True)
        for place in range(int(abs(left) / step)):
            parts[by_loss[place % len(parts)]] += unit
    return parts


def _line_net(line: TaxDocumentLine, place: int) -> Decimal:
    net = line.quantity * line.price * (1 - line.discount_percent / _HUNDRED)
    net -= line.discount if line.quantity >= 0 else -line.discount
    if not net.is_finite() or abs(net) >= LIMIT:
        raise InvalidInput.of(
            f"lines.{place}.quantity", phrase("This amount is larger than any document's.")
        )
    return net
