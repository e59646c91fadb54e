"""Which accounts a row is about, as people write it: `line:pl.revenue, code:41* type:income`.

Alternatives stand between commas; within one, all conditions must hold. A condition names what
it looks at: `type:`, `subtype:`, `line:` (a line of the statements), `code:` (`4*` begins with 4,
`4000..4999` lies between). A `-` before it turns it round. `all` takes every account, and `rest`
those that no other row has taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from addons.accounting.api import REPORT_LINES, ReportAccount
from core.api import phrase

Field = Literal["type", "subtype", "line", "code", "all", "rest"]
TYPES: Final = ("asset", "liability", "equity", "income", "expense")
SUBTYPES: Final = (
    "bank",
    "cash",
    "receivable",
    "payable",
    "inventory",
    "fixed_asset",
    "tax",
    "cost_of_sales",
    "retained_earnings",
)
LONGEST: Final = 2000
_LINES: Final = frozenset(line.key for line in REPORT_LINES)


class SelectionError(ValueError):
    """Why a selection cannot be read, as a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold of an account, or must not."""

    field: Field
    value: str = ""
    negated: bool = False

    def holds(self, account: ReportAccount) -> bool:
        """Whether it holds, whatever other rows have taken."""
        match self.field:
            case "type":
                found = account.type == self.value
            case "subtype":
                found = account.subtype == self.value
            case "line":
                found = account.line == self.value
            case "code":
                found = _is_code(account.code, self.value)
            case _:
                found = True
        return found != self.negated


@dataclass(frozen=True, slots=True)
class Selection:
    """Alternatives; an account is chosen if all conditions of one of them hold."""

    alternatives: tuple[tuple[Condition, ...], ...]

    @property
    def takes_rest(self) -> bool:
        """Whether it takes what others leave."""
        return any(one.field == "rest" for conditions in self.alternatives for one in conditions)

    def choose(
        self, accounts: Sequence[ReportAccount], taken: Collection[int] = ()
    ) -> list[ReportAccount]:
        """The accounts it chooses; `taken` are those that other rows have."""
        return [account for account in accounts if self._takes(account, taken)]

    def _takes(self, account: ReportAccount, taken: Collection[int]) -> bool:
        for conditions in self.alternatives:
            if all(one.holds(account) for one in conditions):
                is_rest = any(one.field == "rest" for one in conditions)
                if not (is_rest and account.id in taken):
                    return True
        return False


def parse_selection(written: str) -> Selection:
    """Read a selection; raises SelectionError."""
    if len(written) > LONGEST:
        raise SelectionError(phrase("The selection is longer than {count} letters.", count=LONGEST))
    alternatives = tuple(
        tuple(_condition(word) for word in part.split())
        for part in written.replace("،", ",").split(",")
        if part.strip()
    )
    if not alternatives:
        raise SelectionError(phrase("Say which accounts: type:income, line:pl.revenue, code:4*."))
    return Selection(alternatives)


def _condition(word: str) -> Condition:
    negated, plain = word.startswith("-"), word.removeprefix("-")
    if plain in ("all", "rest"):
        if negated:
            raise SelectionError(phrase("“{word}” cannot be turned round.", word=plain))
        return Condition("all" if plain == "all" else "rest")
    field, colon, value = plain.partition(":")
    if not colon or not value:
        raise SelectionError(
            phrase("“{word}” is no condition: write for example code:4*.", word=word)
        )
    match field:
        case "type":
            return Condition("type", _known(value, TYPES), negated)
        case "subtype":
            return Condition("subtype", _known(value, SUBTYPES), negated)
        case "line":
            return Condition("line", _known(value, _LINES), negated)
        case "code":
            return Condition("code", value, negated)
    raise SelectionError(
        phrase(
            "“{word}” looks at {field}: choose type, subtype, line or code.",
            word=word,
            field=field,
        )
    )


def _known(value: str, known: Collection[str]) -> str:
    if value not in known:
        raise SelectionError(
            phrase("“{value}” is none of: {known}.", value=value, known=", ".join(sorted(known)))
        )
    return value


def _is_code(code: str, pattern: str) -> bool:
    first, between, last = pattern.partition("..")
    if between:
        # As long as the bounds are: 4999 takes 4999-01 along.
        return first <= code and code[: len(last)] <= last
    if pattern.endswith("*"):
        return code.startswith(pattern[:-1])
    return code == pattern
