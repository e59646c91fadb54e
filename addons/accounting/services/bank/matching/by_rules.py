"""Rules: when a line looks like this, it is booked like that."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from addons.accounting.models.bank import BankLine, BankRule
from addons.accounting.services.bank.iban import normalized
from addons.accounting.services.bank.matching.choice import Choice, PartChoice
from addons.accounting.services.bank.matching.material import Material
from addons.accounting.services.bank.matching.suggestion import Suggestion
from addons.accounting.services.bank.matching.words import contains, fits, joined
from addons.accounting.services.money import split
from core.api import phrase


def rule_suggestions(line: BankLine, material: Material) -> Iterator[Suggestion]:
    """Every rule whose conditions the line meets, in the order of the rules."""
    for rule in material.rules:
        reasons = met(rule, line)
        if reasons is None:
            continue
        yield Suggestion(
            "rule",
            rule.confidence,
            (phrase("rule “{name}”", name=rule.name), *reasons),
            ", ".join(f"{part.account.code} {part.account.name}" for part in rule.lines),
            Choice(
                parts=parts_of(rule, line.amount, material.currency),
                partner_id=rule.partner_id,
                rule_id=rule.id,
                label=rule.label,
            ),
        )


def met(rule: BankRule, line: BankLine) -> list[str] | None:
    """Why a line meets the conditions of a rule, or None where it does not."""
    if rule.direction and (rule.direction == "in") != (line.amount > 0):
        return None
    size, reasons = abs(line.amount), []
    low, high = rule.amount_from, rule.amount_to
    if (low is not None and size < low) or (high is not None and size > high):
        return None
    if low is not None or high is not None:
        reasons.append(phrase("the amount is within the rule's"))
    if rule.partner_account:
        if normalized(line.partner_account) != normalized(rule.partner_account):
            return None
        reasons.append(phrase("the other account is the rule's"))
    if rule.text_kind:
        said = joined((line.partner_name, line.text, line.reference))
        found = (contains if rule.text_kind == "contains" else fits)(said, rule.text_value)
        if not found:
            return None
        reasons.append(phrase("the text has “{text}”", text=rule.text_value))
    return reasons


def parts_of(rule: BankRule, amount: Decimal, currency: str) -> tuple[PartChoice, ...]:
    """The amount split as the rule says; the parts sum to the whole."""
    amounts = split(amount, [part.percent for part in rule.lines], currency)
    return tuple(
        PartChoice(
            account=part.account.code,
            amount=share,
            label=part.label or rule.label,
            tax_code=part.tax_code,
            analytic=part.analytic,
        )
        for part, share in zip(rule.lines, amounts, strict=True)
        if share
    )
