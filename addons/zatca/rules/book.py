"""All rules by their code, and what is said about codes that the authority answers with."""

from __future__ import annotations

from typing import Final

from addons.zatca.rules.rule import Rule
from addons.zatca.rules.subjects import (
    allowances,
    breakdown,
    buyer,
    buyer_address,
    categories,
    corrections,
    currencies,
    dates,
    exemptions,
    identities,
    identity,
    line_amounts,
    lines,
    payment,
    prepayments,
    rates,
    seller,
    stamp,
    totals,
    vat_totals,
)

_SUBJECTS = (
    identity,
    dates,
    stamp,
    seller,
    buyer,
    buyer_address,
    identities,
    corrections,
    payment,
    lines,
    line_amounts,
    prepayments,
    allowances,
    categories,
    rates,
    breakdown,
    exemptions,
    totals,
    vat_totals,
    currencies,
)

RULES: Final[tuple[Rule, ...]] = tuple(rule for subject in _SUBJECTS for rule in subject.RULES)
BY_CODE: Final[dict[str, Rule]] = {rule.id: rule for rule in RULES}
