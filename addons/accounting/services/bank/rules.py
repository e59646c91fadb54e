"""Writing matching rules: what is refused, and how their parts sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankRule, BankRuleLine
from addons.accounting.services.bank.iban import normalized
from addons.accounting.services.bank.matching.words import require_pattern
from core.api import InvalidInput, phrase

_FIELDS: Final = (
    "name",
    "state",
    "priority",
    "bank_account_id",
    "direction",
    "text_kind",
    "text_value",
    "amount_from",
    "amount_to",
    "partner_account",
    "partner_id",
    "label",
    "confidence",
)


def create_rule(session: Session, values: Mapping[str, Any]) -> BankRule:
    """A new rule; raises InvalidInput naming the field."""
    rule = BankRule()
    _write(rule, values)
    session.add(rule)
    session.flush()
    return rule


def update_rule(session: Session, rule: BankRule, values: Mapping[str, Any]) -> BankRule:
    """Change what is given of a rule."""
    _write(rule, values)
    session.flush()
    return rule


def set_state(session: Session, rule: BankRule, state: str) -> None:
    """Take a rule into use, or out of it."""
    rule.state = state
    session.flush()


def _write(rule: BankRule, values: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        if name in values:
            setattr(rule, name, values[name] if values[name] is not None else _empty(name))
    if "lines" in values:
        kept = {line.id: line.analytic for line in rule.lines}
        rule.lines = [
            _line(place, line, kept) for place, line in enumerate(values["lines"], start=1)
        ]
    rule.partner_account = normalized(rule.partner_account or "")
    if not (rule.text_value or "").strip():
        rule.text_kind, rule.text_value = "", ""
    elif not rule.text_kind:
        rule.text_kind = "contains"
    _require_sound(rule)


def _empty(name: str) -> Any:
    optional = ("bank_account_id", "amount_from", "amount_to", "partner_id")
    defaults = {"priority": 10, "confidence": 80, "state": "active"}
    return None if name in optional else defaults.get(name, "")


def _line(place: int, values: Mapping[str, Any], kept: Mapping[int, Any]) -> BankRuleLine:
    return BankRuleLine(
        position=place,
        account_id=values.get("account_id"),
        percent=values.get("percent") if values.get("percent") is not None else Decimal(100),
        tax_code=values.get("tax_code") or "",
        label=values.get("label") or "",
        analytic=values.get("analytic") or kept.get(values.get("id") or 0),
    )


def _require_sound(rule: BankRule) -> None:
    if not (rule.name or "").strip():
        raise InvalidInput.of("name", phrase("Give the rule a name."))
    if rule.text_kind == "pattern":
        require_pattern(rule.text_value)
    low, high = rule.amount_from, rule.amount_to
    if (low is not None and low < 0) or (high is not None and high < 0):
        raise InvalidInput.of("amount_from", phrase("Amounts here have no sign."))
    if low is not None and high is not None and low > high:
        raise InvalidInput.of("amount_to", phrase("This is less than the amount it begins with."))
    if not rule.text_kind and not rule.partner_account and low is None and high is None:
        raise InvalidInput.of(
            "text_value",
            phrase("This rule fits every movement."),
            fix=phrase("Give a text, an account or an amount."),
        )
    if not 0 <= (rule.confidence if rule.confidence is not None else 80) <= 100:
        raise InvalidInput.of("confidence", phrase("Between 0 and 100 percent."))
    _require_whole(rule.lines)


def _require_whole(lines: Sequence[BankRuleLine]) -> None:
    if not lines:
        raise InvalidInput.of("lines", phrase("Say to which account it is booked."))
    for place, line in enumerate(lines):
        if line.account_id is None:
            raise InvalidInput.of(f"lines.{place}.account_id", phrase("Choose an account."))
    total = sum((line.percent for line in lines), Decimal())
    if total != 100:
        raise InvalidInput.of(
            "lines", phrase("The parts make {total} percent, not 100.", total=f"{total:f}")
        )
