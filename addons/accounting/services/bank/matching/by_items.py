"""Open items that a line may pay: one, several of one partner, or a part of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from addons.accounting.models.bank import BankLine
from addons.accounting.services.bank.iban import normalized
from addons.accounting.services.bank.matching.choice import Choice, ItemChoice
from addons.accounting.services.bank.matching.material import Material
from addons.accounting.services.bank.matching.suggestion import Suggestion
from addons.accounting.services.bank.matching.words import (
    name_in,
    name_words,
    number_of,
    numbers_in,
)
from addons.accounting.services.settlement.values import OpenItem
from core.api import phrase

_TOGETHER: Final = 12
"""Items of a partner among which sums are looked for; 4,095 sums at the most."""
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Signs:
    """What a line says of whom it is from and which documents it means."""

    numbers: set[str]
    by_account: int | None
    by_name: frozenset[int]


def signs_of(line: BankLine, material: Material) -> Signs:
    """What a line says, worked out once for all of its candidates."""
    words = name_words(f"{line.partner_name} {line.text}")
    return Signs(
        numbers=numbers_in(line.text, line.reference),
        by_account=material.parties.get(normalized(line.partner_account)),
        by_name=frozenset(
            partner for partner, name in material.name_words.items() if name_in(name, words)
        ),
    )


def item_suggestions(line: BankLine, material: Material, signs: Signs) -> Iterator[Suggestion]:
    """Every reading of the line as a payment of open items that has a reason."""
    named = [item for number in signs.numbers for item in material.by_number.get(number, ())]
    named = list(dict.fromkeys(item for item in named if _same_way(item, line.amount)))
    exact = material.by_amount.get(line.amount, [])
    for item in dict.fromkeys([*exact, *named]):
        suggestion = _single(line, material, signs, item, len(exact))
        if suggestion is not None:
            yield suggestion
    yield from _several(line, material, signs, named)
    yield from _foreign(line, material, signs)


def _single(
    line: BankLine, material: Material, signs: Signs, item: OpenItem, equal: int
) -> Suggestion | None:
    if item.owed_currency != material.currency or not _same_way(item, line.amount):
        return None
    score, reasons = _partner_score(item, material, signs)
    left = line.amount - item.owed
    if not left:
        score += 45 + (10 if equal == 1 else 0)
        reasons.append(phrase("the amount is exactly what is open"))
        if equal > 1:
            reasons.append(phrase("{count} items are open with this amount", count=equal))
    elif abs(line.amount) < abs(item.owed):
        reasons.append(phrase("it pays a part of {amount}", amount=f"{abs(item.owed):f}"))
        score += 10
    else:
        return None
    if named := _named(item, signs):
        score += 40
        reasons.append(phrase("{number} stands in the text", number=named))
    if score < 35:
        return None
    taken = line.amount if abs(line.amount) < abs(item.owed) else item.owed
    return Suggestion(
        "items",
        min(score, 99),
        tuple(reasons),
        _title([item], material),
        Choice((ItemChoice(item.line_id, taken),), partner_id=item.partner_id),
    )


def _several(
    line: BankLine, material: Material, signs: Signs, named: Sequence[OpenItem]
) -> Iterator[Suggestion]:
    """Items that make the amount together: those named in the text, else some of the partner's."""
    if len(named) > 1 and _sum(named) == line.amount:
        reasons = (phrase("{count} numbers in the text make the amount", count=len(named)),)
        yield _together(line, material, signs, list(named), 85, reasons)
        return
    partners = [signs.by_account] if signs.by_account else sorted(signs.by_name)[:3]
    for partner in partners:
        owed = [
            item
            for item in material.by_partner.get(partner or 0, ())
            if item.owed_currency == material.currency
        ]
        if len(owed) < 2:
            continue
        found = _making(owed[:_TOGETHER], line.amount)
        if found:
            sure = 70 if len(found) == 1 else 50
            reason = phrase("{count} open items make the amount", count=len(found[0]))
            yield _together(line, material, signs, found[0], sure, (reason,))


def _making(items: Sequence[OpenItem], amount: Decimal) -> list[list[OpenItem]]:
    """Sets of two to four items that make the amount, or all from the oldest on; at most two."""
    running = Decimal()
    for count, item in enumerate(items, start=1):
        running += item.owed
        if running == amount and count > 1:
            return [list(items[:count])]
    found: list[list[OpenItem]] = []
    for count in range(2, _AT_ONCE + 1):
        for some in combinations(items, count):
            if _sum(some) == amount:
                found.append(list(some))
                if len(found) == 2:
                    return found
    return found


def _together(
    line: BankLine,
    material: Material,
    signs: Signs,
    items: list[OpenItem],
    score: int,
    reasons: tuple[str, ...],
) -> Suggestion:
    bonus, more = _partner_score(items[0], material, signs)
    return Suggestion(
        "items",
        min(score + bonus // 2, 99),
        (*reasons, *more),
        _title(items, material),
        Choice(
            tuple(ItemChoice(item.line_id, item.owed) for item in items),
            partner_id=items[0].partner_id,
        ),
    )


def _foreign(line: BankLine, material: Material, signs: Signs) -> Iterator[Suggestion]:
    """An item in another currency, of which the bank says the amount that was sent."""
    if line.original_amount is None or not line.original_currency:
        return
    sent = abs(line.original_amount).copy_sign(line.amount)
    for item in material.items:
        if item.owed_currency != line.original_currency or item.owed != sent:
            continue
        score, reasons = _partner_score(item, material, signs)
        reasons.insert(
            0,
            phrase(
                "{amount} {currency} were sent, which is what is open",
                amount=f"{abs(sent):f}",
                currency=item.owed_currency,
            ),
        )
        if named := _named(item, signs):
            score += 30
            reasons.append(phrase("{number} stands in the text", number=named))
        chosen = ItemChoice(item.line_id, line.amount, abs(item.owed))
        yield Suggestion(
            "items",
            min(score + 50, 99),
            tuple(reasons),
            _title([item], material),
            Choice((chosen,), partner_id=item.partner_id),
        )


def _partner_score(item: OpenItem, material: Material, signs: Signs) -> tuple[int, list[str]]:
    if item.partner_id is None:
        return 0, []
    name = material.name(item.partner_id) or item.partner
    if signs.by_account == item.partner_id:
        return 30, [phrase("it is the account of {name}", name=name)]
    if item.partner_id in signs.by_name:
        return 20, [phrase("{name} stands in the text", name=name)]
    return 0, []


def _named(item: OpenItem, signs: Signs) -> str:
    """The number of the item that stands in the line; empty where none does."""
    texts = (text for text in (item.reference, item.number) if text)
    return next((text for text in texts if number_of(text) in signs.numbers), "")


def _same_way(item: OpenItem, amount: Decimal) -> bool:
    return (item.owed > 0) == (amount > 0)


def _number(item: OpenItem) -> str:
    return item.number or item.reference


def _title(items: Sequence[OpenItem], material: Material) -> str:
    first = items[0]
    name = material.name(first.partner_id) or first.partner
    numbers = ", ".join(_number(item) for item in items[:3])
    more = phrase("and {count} more", count=len(items) - 3) if len(items) > 3 else ""
    return " ".join(part for part in (numbers, more, name) if part)


def _sum(items: Sequence[OpenItem]) -> Decimal:
    return sum((item.owed for item in items), Decimal())
