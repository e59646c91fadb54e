"""What is wrong with a definition, held against a chart of accounts: selections that nothing can
read, formulas in a circle, accounts that stand twice or nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from addons.accounting.api import ReportAccount
from addons.reporting.services.definitions.formulas import FormulaError, Tree, parse, references
from addons.reporting.services.definitions.selections import (
    Selection,
    SelectionError,
    parse_selection,
)
from addons.reporting.services.definitions.values import Basis, Definition, Row
from core.api import phrase

Severity = Literal["bad", "warning"]
CASH: Final = frozenset({"bank", "cash"})
_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: "bad" where no figures can be shown, "warning" where they may mislead.
    `row` is the position of the row it is about, None for the whole."""

    severity: Severity
    row: int | None
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A definition made ready: by row the accounts, by row the formula, the rows with formulas
    in an order in which each comes after what it needs; and what was found wrong."""

    accounts: Mapping[str, tuple[ReportAccount, ...]]
    formulas: Mapping[str, Tree]
    order: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether figures can be shown."""
        return not any(finding.severity == "bad" for finding in self.findings)


def plan(definition: Definition, accounts: Sequence[ReportAccount]) -> Plan:
    """Read all selections and formulas, and say what is wrong with them."""
    findings: list[Finding] = []
    chosen = _choose(definition, accounts, findings)
    formulas = _formulas(definition, findings)
    order = _ordered(definition, formulas, findings)
    findings += _coverage(definition, accounts, chosen)
    return Plan(chosen, formulas, order, tuple(findings))


def is_cash(account: ReportAccount) -> bool:
    """Whether an account is cash or a cash equivalent: an asset, not an overdraft."""
    return account.type == "asset" and (account.subtype in CASH or account.line == "bs.cash")


def is_result(account: ReportAccount) -> bool:
    """Whether an account is one of income or expenses, of which a year's result is made."""
    return account.type in ("income", "expense")


def _choose(
    definition: Definition, accounts: Sequence[ReportAccount], findings: list[Finding]
) -> dict[str, tuple[ReportAccount, ...]]:
    read: list[tuple[int, Row, Selection]] = []
    for position, row in enumerate(definition.rows):
        if row.kind != "accounts":
            continue
        try:
            read.append((position, row, parse_selection(row.select)))
        except SelectionError as error:
            findings.append(Finding("bad", position, "select", error.sentence))
    # What has been taken, of each basis by itself: opening and closing cash are the same accounts.
    taken: dict[Basis, set[int]] = {}
    chosen: dict[str, tuple[ReportAccount, ...]] = {}
    for _, row, selection in sorted(read, key=lambda item: item[2].takes_rest):
        basis = row.basis or definition.basis
        of_basis = taken.setdefault(basis, set())
        # What cash gained is told by all other accounts.
        left_out = definition.except_cash and basis == "movement"
        offered = [one for one in accounts if not (left_out and is_cash(one))]
        found = tuple(selection.choose(offered, of_basis))
        chosen[row.key] = found
        if not row.memo:
            of_basis |= {account.id for account in found}
    return chosen


def _formulas(definition: Definition, findings: list[Finding]) -> dict[str, Tree]:
    keys = {row.key for row in definition.rows if row.kind != "heading"}
    formulas: dict[str, Tree] = {}
    for position, row in enumerate(definition.rows):
        if row.kind != "formula":
            continue
        try:
            formulas[row.key] = tree = parse(row.formula)
        except FormulaError as error:
            findings.append(Finding("bad", position, "formula", error.sentence))
            continue
        for key in references(tree):
            if key not in keys:
                sentence = phrase("There is no row {key} with a figure.", key=key)
                findings.append(Finding("bad", position, "formula", sentence))
    return formulas


def _ordered(
    definition: Definition, formulas: Mapping[str, Tree], findings: list[Finding]
) -> tuple[str, ...]:
    positions = {row.key: position for position, row in enumerate(definition.rows)}
    done: dict[str, None] = {}
    under_way: list[str] = []

    def visit(key: str) -> None:
        if key in done or key not in formulas:
            return
        if key in under_way:
            circle = " → ".join([*under_way[under_way.index(key) :], key])
            sentence = phrase("The formula goes in a circle: {circle}.", circle=circle)
            findings.append(Finding("bad", positions[key], "formula", sentence))
            return
        under_way.append(key)
        for needed in references(formulas[key]):
            visit(needed)
        under_way.pop()
        done[key] = None

    for key in formulas:
        visit(key)
    return tuple(done)


def _coverage(
    definition: Definition,
    accounts: Sequence[ReportAccount],
    chosen: Mapping[str, tuple[ReportAccount, ...]],
) -> Iterator[Finding]:
    """Accounts that stand in two rows, or in none though the report is about their type."""
    of_types = {account.id: account for account in accounts if _is_covered(definition, account)}
    if not definition.covers:
        return
    rows: dict[int, list[str]] = {}
    for row in definition.rows:
        if row.kind == "accounts" and not row.memo:
            for account in chosen.get(row.key, ()):
                rows.setdefault(account.id, []).append(row.key)
    missing = [account for account_id, account in of_types.items() if account_id not in rows]
    if missing:
        named = _named(missing)
        yield Finding("warning", None, "rows", phrase("No row has {accounts}.", accounts=named))
    for account_id, account in of_types.items():
        keys = rows.get(account_id, [])
        if len(keys) > 1:
            sentence = phrase(
                "{account} is counted {count} times: in {rows}.",
                account=account.code,
                count=len(keys),
                rows=", ".join(keys),
            )
            yield Finding("warning", None, "rows", sentence)


def _is_covered(definition: Definition, account: ReportAccount) -> bool:
    return account.type in definition.covers and not (definition.except_cash and is_cash(account))


def _named(accounts: Sequence[ReportAccount]) -> str:
    codes = ", ".join(account.code for account in accounts[:_NAMED])
    return codes if len(accounts) <= _NAMED else f"{codes} (+{len(accounts) - _NAMED})"
