"""The margin guard: sales that bring less than the company wants, found before they are agreed.

A margin is what a line brings over what its goods cost, as a percentage of what it brings. Both
are in the company's currency and without taxes. Of a bundle the parts are asked for. What costs
nobody knows of has no margin, and is never held up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final, Literal

from sqlalchemy.orm import Session

from addons.catalog.models.margins import MarginOverride
from addons.catalog.options import PriceOptions
from addons.catalog.permissions import OVERRIDE_MARGIN
from addons.catalog.services.bundles import parts_of
from addons.catalog.services.costs import unit_costs
from addons.catalog.services.lookup import product_names
from addons.catalog.services.prices.rounding import EXACT
from core.api import (
    Conflict,
    Problem,
    actor,
    binding,
    options,
    phrase,
    require_confirmation,
    utc_now,
)

Verdict = Literal["good", "low", "loss", "unknown"]
"""At least the smallest margin, below it, below cost, or of unknown cost."""

_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class MarginLine:
    """A line to be sold: `quantity` in the stock unit, `net` what all of it brings without taxes,
    in the company's currency."""

    product_id: int
    quantity: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class Margin:
    """What a line leaves. `percent` is of what it brings: None where that is nothing or the cost
    is not known; `minimum` is what the company wants."""

    product_id: int
    quantity: Decimal
    net: Decimal
    cost: Decimal | None
    percent: Decimal | None
    minimum: Decimal
    verdict: Verdict

    @property
    def amount(self) -> Decimal | None:
        """What is left of the line after its cost."""
        return None if self.cost is None else self.net - self.cost


@dataclass(frozen=True, slots=True)
class MarginSource:
    """The document whose lines are looked at, for the log: ("sales.order", 17, "SO/2026/00012")."""

    source_type: str
    source_id: int
    number: str = ""


def margin_of(session: Session, lines: Sequence[MarginLine]) -> tuple[Margin, ...]:
    """The margin of each line, in their order. Lines that bring goods back have none to guard."""
    minimum = options(session, PriceOptions).minimum_margin
    parts = parts_of(session, {line.product_id for line in lines})
    wanted = {line.product_id for line in lines}
    wanted |= {part.product_id for one in parts.values() for part in one}
    costs = unit_costs(session, wanted)

    def cost(line: MarginLine) -> Decimal | None:
        needed = parts.get(line.product_id)
        if not needed:
            one = costs.get(line.product_id)
            return None if one is None else one * line.quantity
        known = [costs.get(part.product_id) for part in needed]
        if None in known:
            return None
        each = zip(needed, known, strict=True)
        return sum((part.quantity * (one or 0) for part, one in each), Decimal(0)) * line.quantity

    with localcontext(EXACT):
        return tuple(_judged(line, cost(line), minimum) for line in lines)


def require_margin(
    session: Session,
    lines: Sequence[MarginLine],
    *,
    source: MarginSource | None = None,
    reason: str = "",
) -> tuple[Margin, ...]:
    """Hold up a sale whose lines bring less than the company wants, as its settings say; returns
    the margins.

    Where they warn, the user is asked back (NeedsConfirmation). Where they refuse, so is who may
    sell below the margin, and what they let through is written down with the `reason` and the
    document's `source`; for everybody else it is a Conflict that names the lines. Imports and jobs
    are never asked back: they bring what was agreed elsewhere.
    """
    found = margin_of(session, lines)
    policy = options(session, PriceOptions).below_margin
    low = [(place, one) for place, one in enumerate(found) if one.verdict in ("low", "loss")]
    if not low or policy == "allow" or binding(session).author.user_id is None:
        return found
    names = product_names(session, [one.product_id for _, one in low])
    problems = tuple(
        Problem(f"lines.{place}.price", _sentence(one, names.get(one.product_id, "")))
        for place, one in low
    )
    if policy == "refuse" and not actor(session).may(OVERRIDE_MARGIN.code):
        raise Conflict(
            problems[0].message,
            fix=phrase("Raise the price, or ask somebody who may sell below the margin."),
            problems=problems,
        )
    key = "margin:" + ",".join(f"{one.product_id}={one.net.normalize():f}" for _, one in low)
    require_confirmation(session, problems[0].message, key=key)
    if policy == "refuse":
        _write_down(session, [one for _, one in low], source, reason)
    return found


def _judged(line: MarginLine, cost: Decimal | None, minimum: Decimal) -> Margin:
    def margin(percent: Decimal | None, verdict: Verdict) -> Margin:
        return Margin(line.product_id, line.quantity, line.net, cost, percent, minimum, verdict)

    if cost is None:
        return margin(None, "unknown")
    percent = (line.net - cost) * _HUNDRED / line.net if line.net else None
    if line.quantity <= 0:
        return margin(percent, "good")
    if line.net < cost:
        return margin(percent, "loss")
    if percent is not None and percent < minimum:
        return margin(percent, "low")
    return margin(percent, "good")


def _sentence(one: Margin, name: str) -> str:
    if one.verdict == "loss":
        return phrase(
            "{product} would be sold for {net}, and costs {cost}.",
            product=name, net=_plain(one.net), cost=_plain(one.cost),
        )  # fmt: skip
    return phrase(
        "{product} would leave a margin of {percent} %, and {minimum} % is wanted.",
        product=name, percent=_plain(one.percent), minimum=_plain(one.minimum),
    )  # fmt: skip


def _plain(value: Decimal | None) -> str:
    return f"{(value or Decimal(0)).quantize(Decimal('0.01'), context=EXACT):f}"


def _write_down(
    session: Session, low: Sequence[Margin], source: MarginSource | None, reason: str
) -> None:
    known, now = source or MarginSource("", 0), utc_now()
    session.add_all(
        MarginOverride(
            source_type=known.source_type,
            source_id=known.source_id,
            number=known.number,
            product_id=one.product_id,
            quantity=one.quantity,
            net=one.net,
            cost=one.cost or Decimal(0),
            minimum=one.minimum,
            reason=reason.strip(),
            allowed_by=binding(session).author.label,
            allowed_at=now,
        )
        for one in low
    )
    session.flush()
