"""What somebody, or a rule, decides to make of a line, as a value that can be kept as JSON.

Amounts are in the bank account's currency and signed like the line: the parts of a choice sum to
the line's amount.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from core.api import InvalidInput, phrase


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An open item, and how much of the line goes to it. `settles` says how much of the item that
    pays, without sign and in the item's own currency, where that is another than the bank's."""

    line_id: int
    amount: Decimal
    settles: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PartChoice:
    """An amount for an account: a fee, a discount, an advance, or all of the line. With a tax
    code it is gross, and the tax is taken out of it."""

    account: str
    amount: Decimal
    label: str = ""
    tax_code: str = ""
    partner_id: int | None = None
    analytic: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """`found` names a line of the books that the movement already is: then nothing is posted."""

    items: tuple[ItemChoice, ...] = ()
    parts: tuple[PartChoice, ...] = ()
    found: int | None = None
    partner_id: int | None = None
    rule_id: int | None = None
    label: str = ""

    @property
    def total(self) -> Decimal:
        """What items and parts explain."""
        amounts = [*(i.amount for i in self.items), *(p.amount for p in self.parts)]
        return sum(amounts, Decimal())

    def to_json(self) -> dict[str, Any]:
        """As it is sent to the page and kept with the match."""
        return {
            "items": [_plain(item) for item in self.items],
            "parts": [_plain(part) for part in self.parts],
            "found": self.found,
            "partner_id": self.partner_id,
            "rule_id": self.rule_id,
            "label": self.label,
        }

    @classmethod
    def from_json(cls, data: object) -> Choice:
        """What `to_json` gave, or a page or program sent; raises InvalidInput."""
        try:
            given = cast("Mapping[str, Any]", data)
            return cls(
                items=tuple(
                    ItemChoice(
                        int(item["line_id"]), _amount(item["amount"]), _maybe(item.get("settles"))
                    )
                    for item in _many(given.get("items"))
                ),
                parts=tuple(
                    PartChoice(
                        account=str(part["account"]),
                        amount=_amount(part["amount"]),
                        label=str(part.get("label") or ""),
                        tax_code=str(part.get("tax_code") or ""),
                        partner_id=_id(part.get("partner_id")),
                        analytic=part.get("analytic") or None,
                    )
                    for part in _many(given.get("parts"))
                ),
                found=_id(given.get("found")),
                partner_id=_id(given.get("partner_id")),
                rule_id=_id(given.get("rule_id")),
                label=str(given.get("label") or "")[:500],
            )
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation):
            raise InvalidInput.of(
                "choice",
                phrase("What was chosen cannot be read."),
                fix=phrase("Reload the page and choose again."),
            ) from None


def _plain(value: ItemChoice | PartChoice) -> dict[str, Any]:
    names = value.__dataclass_fields__
    found = {name: getattr(value, name) for name in names}
    return {
        name: f"{item:f}" if isinstance(item, Decimal) else item
        for name, item in found.items()
        if item not in (None, "")
    }


def _many(value: object) -> Sequence[Mapping[str, Any]]:
    found = cast("Sequence[Mapping[str, Any]]", value or ())
    if len(found) > 200:
        raise ValueError("too many parts")
    return found


def _amount(value: object) -> Decimal:
    amount = Decimal(str(value))
    if not amount.is_finite() or abs(amount) >= 10**15 or not amount:
        raise ValueError("no amount")
    return amount


def _maybe(value: object) -> Decimal | None:
    return None if value in (None, "") else abs(_amount(value))


def _id(value: object) -> int | None:
    return None if value in (None, "", 0) else int(str(value))
