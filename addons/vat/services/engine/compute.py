"""The one computation of taxes that every document goes through.

What always holds, whatever goes in (tests/vat/test_engine.py states each as a property):

- document total = net + tax, and both are the sums of their lines, exactly;
- prices that contain their tax come back to the cent;
- a tax on top is rate times base of what is posted, rounded half-up: per line where lines are
  rounded, once per tax where the document is (as EN 16931, BR-CO-17, and ZATCA's rules ask);
- the order of the lines changes nothing, and a return is the exact negative of its sale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from addons.vat.services.engine.included import taken_out
from addons.vat.services.engine.pricing import amounts, keys_of
from addons.vat.services.engine.rounding import EXACT, product, share, to_digits, total
from addons.vat.services.engine.values import (
    BESIDE,
    UNTAXED,
    ZERO,
    Document,
    DocumentResult,
    LineResult,
    TaxPart,
    TaxRule,
)

_PERCENT = Decimal("0.01")
_Amounts = list[dict[str, Decimal]]


def compute(document: Document) -> DocumentResult:
    """Work out a document; raises ValueError for one that has no meaning."""
    _require_sense(document)
    exact = amounts(document)
    nets, found = _nets(document, exact)
    bases: _Amounts = [{} for _ in document.lines]
    for rule in _rules(document):
        _charge(document, rule, nets, found, bases)
    lines = tuple(
        LineResult(net, _parts(line.taxes, bases[at], found[at], document.digits))
        for at, (line, net) in enumerate(zip(document.lines, nets, strict=True))
    )
    return _summed(document, lines)


def _require_sense(document: Document) -> None:
    percents = [document.discount_percent, *(line.discount_percent for line in document.lines)]
    if any(not ZERO <= percent <= 100 for percent in percents):
        raise ValueError("a discount is between 0 and 100 percent")
    known: dict[str, TaxRule] = {}
    for line in document.lines:
        codes = [rule.code for rule in line.taxes]
        if len(set(codes)) != len(codes):
            raise ValueError("a line has the same tax twice")
        for rule in line.taxes:
            if rule.included and (rule.kind in BESIDE):
                raise ValueError("a price cannot contain a tax that its buyer owes or keeps back")
            if known.setdefault(rule.code, rule) != rule:
                raise ValueError(f"tax {rule.code} is given in two ways")


def _rules(document: Document) -> list[TaxRule]:
    rules = {rule.code: rule for line in document.lines for rule in line.taxes}
    return sorted(rules.values(), key=lambda rule: rule.order)


def _nets(document: Document, exact: Sequence[Decimal]) -> tuple[list[Decimal], _Amounts]:
    """The rounded net amount of each line, and the taxes that were taken out of its price."""
    digits, keys = document.digits, keys_of(document.lines)
    nets = [ZERO] * len(exact)
    found: _Amounts = [{} for _ in exact]
    plain: list[int] = []
    groups: dict[tuple[TaxRule, ...], list[int]] = {}
    for at, line in enumerate(document.lines):
        if any(rule.included for rule in line.taxes):
            rules = tuple(sorted(line.taxes, key=lambda rule: rule.order))
            groups.setdefault(rules, []).append(at)
        else:
            plain.append(at)
    for rules, places in groups.items():
        for together in _together(document, places):
            own_keys = [keys[at] for at in together]
            prices = [exact[at] for at in together]
            parts, taxes = taken_out(prices, rules, digits, own_keys)
            for at, net, taken in zip(together, parts, taxes, strict=True):
                nets[at], found[at] = net, taken
    for together in _together(document, plain):
        values = [exact[at] for at in together]
        whole = to_digits(total(values), digits)
        for at, net in zip(
            together, share(whole, values, digits, [keys[at] for at in together]), strict=True
        ):
            nets[at] = net
    return nets, found


def _together(document: Document, places: Sequence[int]) -> list[list[int]]:
    """The lines that are rounded as one: all of them, or each by itself."""
    if document.rounding == "line":
        return [[at] for at in places]
    return [list(places)] if places else []


def _charge(
    document: Document,
    rule: TaxRule,
    nets: Sequence[Decimal],
    found: _Amounts,
    bases: _Amounts,
) -> None:
    """Write down the base of a tax on every line that has it, and its amount unless the price
    contained it."""
    places = [at for at, line in enumerate(document.lines) if rule in line.taxes]
    for at in places:
        bases[at][rule.code] = nets[at] + (
            _before(document.lines[at].taxes, rule, found[at]) if rule.compound else ZERO
        )
    if rule.included:
        return
    keys = keys_of(document.lines)
    rate = ZERO if rule.kind in UNTAXED else product(rule.rate, _PERCENT)
    for together in _together(document, places):
        exact = [product(bases[at][rule.code], rate) for at in together]
        base = total([bases[at][rule.code] for at in together])
        whole = to_digits(product(base, rate), document.digits)
        parts = share(whole, exact, document.digits, [keys[at] for at in together])
        for at, amount in zip(together, parts, strict=True):
            found[at][rule.code] = amount


def _before(rules: Sequence[TaxRule], rule: TaxRule, found: Mapping[str, Decimal]) -> Decimal:
    """The taxes of the line that a compound tax is charged on as well."""
    return total(
        [found[one.code] for one in rules if one.order < rule.order and one.kind not in BESIDE]
    )


def _parts(
    rules: Sequence[TaxRule],
    bases: Mapping[str, Decimal],
    found: Mapping[str, Decimal],
    digits: int,
) -> tuple[TaxPart, ...]:
    parts = []
    for rule in sorted(rules, key=lambda one: one.order):
        amount = found[rule.code]
        deductible = to_digits(product(amount, rule.deductible, _PERCENT), digits)
        parts.append(TaxPart(rule.code, rule.kind, bases[rule.code], amount, deductible))
    return tuple(parts)


def _summed(document: Document, lines: tuple[LineResult, ...]) -> DocumentResult:
    taxes = []
    for rule in _rules(document):
        own = [part for line in lines for part in line.taxes if part.code == rule.code]
        taxes.append(
            TaxPart(
                rule.code,
                rule.kind,
                total([part.base for part in own]),
                total([part.amount for part in own]),
                total([part.deductible for part in own]),
            )
        )
    withheld = total([part.amount for part in taxes if part.kind == "withholding"])
    return DocumentResult(
        lines=lines,
        taxes=tuple(taxes),
        net=total([line.net for line in lines]),
        tax=EXACT.add(ZERO, total([line.tax for line in lines])),
        withheld=withheld,
    )
