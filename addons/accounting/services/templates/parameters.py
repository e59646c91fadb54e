"""What a template is given: "net = 1000; rate = 15", or the fields of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from addons.accounting.models.recurring import EntryTemplate
from addons.accounting.services.templates.formulas import FormulaIsWrong, evaluate, names_in
from core.api import phrase

REST: Final = frozenset({"rest", "الباقي", "বাকি"})
"""A line with this instead of a formula takes what the others leave open."""
_PARTS: Final = re.compile(r"[;؛\n]")


def parameters_of(template: EntryTemplate) -> list[str]:
    """The names that the template's formulas ask for, in the order of its lines."""
    names: list[str] = []
    for line in template.lines:
        formula = line.debit or line.credit
        if formula.strip() not in REST:
            names += names_in(formula)
    return list(dict.fromkeys(names))


def read_parameters(text: str) -> dict[str, Decimal]:
    """The values in a text; each may be a sum of numbers itself. Raises FormulaIsWrong."""
    values: dict[str, Decimal] = {}
    for part in _PARTS.split(text):
        if not part.strip():
            continue
        name, equals, formula = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not formula:
            raise FormulaIsWrong.of(
                "parameters",
                phrase("“{text}” is no parameter.", text=part.strip()),
                fix=phrase("Write it as {example}.", example="net = 1000; rate = 15"),
            )
        values[name] = evaluate(formula, {})
    return values


def require_parameters(template: EntryTemplate, values: Mapping[str, Decimal]) -> None:
    """Raise FormulaIsWrong naming what the template asks for and was not given."""
    missing = [name for name in parameters_of(template) if name not in values]
    if missing:
        raise FormulaIsWrong.of(
            "parameters",
            phrase("Say what {names} is.", names=", ".join(missing)),
            fix=phrase("Write it as {example}.", example=f"{missing[0]} = 100"),
        )
