"""Makes an entry of a file balance exactly, without touching a figure that the file states.

What the file leaves open goes to accounts that the company names for it: differences within
the file's own rounding, the two sides of an exchange whose rate was not exported, and the
other side of postings that are declared to have none. Any other difference is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from addons.accounting.services.entry_draft import LineDraft, differences
from addons.accounting.services.exact import exact_product
from addons.accounting.services.ledger_files import currencies
from addons.accounting.services.ledger_files.postings import FileEntry, Posting
from core.api import ImportProblem, phrase

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Remainders:
    """The accounts that take what a file leaves open, by their codes."""

    rounding: str
    conversion: str
    one_sided: str


class DoesNotBalance(Exception):
    """The entry cannot be posted; `problem` says where and by how much."""

    def __init__(self, problem: ImportProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def balanced_lines(
    entry: FileEntry, codes: Mapping[str, str], accounts: Remainders, *, complete: bool
) -> tuple[LineDraft, ...]:
    """The lines to post; raises DoesNotBalance. In a `complete` file there are no exchanges
    without a rate, so that two currencies with a difference are two mistakes."""
    lines = _stated(entry, codes)
    if _is_balanced(entry, lines):
        return tuple(lines)  # as nearly all are, a million times over
    lines += _other_side(entry, codes, accounts.one_sided)
    lines += _left_open(entry, lines)
    if not lines:
        message = phrase("The entry that begins here has no amount at all.")
        raise DoesNotBalance(ImportProblem(entry.line, message))
    difference = differences(lines)
    tolerances = {c: _tolerance(entry.postings, codes, c, lenient=complete) for c in difference}
    within = {c: d for c, d in difference.items() if d.copy_abs() <= tolerances[c]}
    beyond = {c: d for c, d in difference.items() if c not in within}
    lines += _counter_lines(within, accounts.rounding)
    if beyond:
        if complete or not _is_exchange(beyond):
            raise DoesNotBalance(ImportProblem(entry.line, _sentence(beyond)))
        lines += _counter_lines(beyond, accounts.conversion)
    if len(lines) == 1 and not lines[0].amount:
        lines.append(replace(lines[0], account=accounts.one_sided, label=""))
    return tuple(lines)


def _is_balanced(entry: FileEntry, lines: Sequence[LineDraft]) -> bool:
    """Whether the file leaves nothing open: every posting has its amount, and all cancel out."""
    whole = len(lines) == len(entry.postings) > 1 and not differences(lines)
    return whole and not any(posting.one_sided for posting in entry.postings)


def _stated(entry: FileEntry, codes: Mapping[str, str]) -> list[LineDraft]:
    return [
        LineDraft(
            posting.account,
            posting.amount,
            posting.label,
            codes[posting.commodity],
            quantity=posting.quantity,
            unit=posting.unit,
        )
        for posting in entry.postings
        if posting.amount is not None
    ]


def _other_side(entry: FileEntry, codes: Mapping[str, str], account: str) -> list[LineDraft]:
    alone = [
        LineDraft(p.account, p.amount, currency=codes[p.commodity])
        for p in entry.postings
        if p.one_sided and p.amount is not None
    ]
    return _counter_lines(differences(alone), account)


def _left_open(entry: FileEntry, lines: Iterable[LineDraft]) -> list[LineDraft]:
    """The one posting without an amount takes what the others leave, in each currency."""
    without = [posting for posting in entry.postings if posting.amount is None]
    if not without:
        return []
    if len(without) > 1:
        message = phrase("The amount is missing here and on line {line}.", line=without[0].line)
        raise DoesNotBalance(ImportProblem(without[1].line, message))
    return _counter_lines(differences(lines), without[0].account, without[0].label)


def _counter_lines(
    difference: Mapping[str, Decimal], account: str, label: str = ""
) -> list[LineDraft]:
    return [
        LineDraft(account, amount.copy_negate(), label, currency)
        for currency, amount in sorted(difference.items())
    ]


def _tolerance(
    postings: Iterable[Posting], codes: Mapping[str, str], currency: str, *, lenient: bool
) -> Decimal:
    """Half a unit of the last digit of the coarsest amount stated in this currency, as the
    program that wrote the file allows; at most half the smallest coin unless `lenient`."""
    places = [
        -int(posting.amount.as_tuple().exponent)
        for posting in postings
        if posting.amount is not None
        and not posting.weighed
        and codes[posting.commodity] == currency
    ]
    coin = currencies.digits(currency)
    fractions = [count for count in places if count > 0]
    if not fractions:
        return Decimal(0) if coin is None else _half_unit(coin)
    coarsest = min(fractions)
    return _half_unit(coarsest if lenient or coin is None else max(coarsest, coin))


def _half_unit(places: int) -> Decimal:
    return exact_product(_HALF, Decimal(1).scaleb(-places))


def _is_exchange(difference: Mapping[str, Decimal]) -> bool:
    return any(d > 0 for d in difference.values()) and any(d < 0 for d in difference.values())


def _sentence(difference: Mapping[str, Decimal]) -> str:
    how = ", ".join(f"{amount:f} {currency}" for currency, amount in sorted(difference.items()))
    return phrase("The entry that begins here does not balance: it is off by {how}.", how=how)
