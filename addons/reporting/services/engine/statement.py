"""A statement as a sheet: each row of its definition in each column, and the accounts beneath."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from addons.accounting.api import ReportAccount
from addons.reporting.services.definitions.checking import Plan, is_result, plan
from addons.reporting.services.definitions.formulas import work_out
from addons.reporting.services.definitions.values import Measure, Row, title_in
from addons.reporting.services.engine.columns import Column, Layout, layout
from addons.reporting.services.engine.drilling import account_url, figure_url
from addons.reporting.services.engine.figures import ZERO, Figures, read_figures
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import InvalidInput, Problem, phrase

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with what it was made of, for its checks and for drilling."""

    sheet: Sheet
    ready: Plan
    figures: Figures
    layout: Layout
    account_rows: Callable[[str], list[SheetRow]]


def statement(ground: Ground) -> Statement:
    """Work the statement out; raises InvalidInput if its definition cannot be."""
    ready = plan(ground.definition, ground.accounts)
    if not ready.is_sound:
        problems = tuple(
            Problem(f"rows.{finding.row}.{finding.field}", finding.sentence)
            for finding in ready.findings
            if finding.severity == "bad"
        )
        raise InvalidInput(problems[0].message, problems=problems)
    laid = layout(ground)
    figures = read_figures(ground, laid.columns)
    maker = _Maker(ground, ready, laid, figures)
    sheet = Sheet(
        key=ground.definition.key,
        title=title_in(ground.definition.titles, ground.language),
        heads=laid.heads,
        rows=tuple(maker.rows()),
        currency=ground.shown,
        digits=ground.digits,
        start=ground.start,
        end=ground.end,
        notes=(*ground.notes, *_unplaced(ready, figures)),
    )
    return Statement(sheet, ready, figures, laid, maker.account_rows)


def _unplaced(ready: Plan, figures: Figures) -> Iterator[str]:
    """Plans for accounts that stand in several rows are in none of them, and are named."""
    rows = [frozenset(account.id for account in found) for found in ready.accounts.values()]
    across = [
        one.title
        for one in figures.planned
        if one.amount and not any(one.account_ids <= row for row in rows)
    ]
    if across:
        named = ", ".join(across)
        yield phrase("Planned for accounts of several rows, and in none: {lines}.", lines=named)


class _Maker:
    """Makes the rows; values by key and column first, because formulas may look ahead."""

    def __init__(self, ground: Ground, ready: Plan, laid: Layout, figures: Figures) -> None:
        self._ground, self._ready, self._laid, self._figures = ground, ready, laid, figures
        self._rows = {row.key: row for row in ground.definition.rows}
        self._values: dict[tuple[str, str], Decimal | None] = {}
        for row in ground.definition.rows:
            if row.kind == "accounts":
                for head, value in self._sums(row, ready.accounts[row.key]).items():
                    self._values[row.key, head] = value
        for key in ready.order:
            for head in laid.of:
                self._values[key, head] = work_out(
                    ready.formulas[key], lambda other, head=head: self._values.get((other, head))
                )

    def rows(self) -> Iterator[SheetRow]:
        """The rows that are to be seen, in order; others are marked as hidden."""
        made = [made for row in self._ground.definition.rows for made in self._made(row)]
        return iter(_without_empty_headings(made))

    def account_rows(self, key: str) -> list[SheetRow]:
        """The accounts of a row, of one that shows none of its own, too."""
        row = self._rows.get(key)
        if row is None or row.kind != "accounts":
            return []
        return list(self._children(replace(row, detail="folded")))

    def _made(self, row: Row) -> Iterator[SheetRow]:
        ground = self._ground
        title = title_in(row.titles, ground.language)
        if row.kind == "heading":
            cells = tuple(Cell() for _ in self._laid.heads)
            yield SheetRow(row.key, title, "heading", row.level, cells, strong=True)
            return
        values = {head: self._values[row.key, head] for head in self._laid.of}
        children = list(self._children(row)) if row.kind == "accounts" else []
        is_empty = not any(values.values()) and all(child.hidden for child in children)
        hidden = row.detail == "only" and row.kind == "accounts"
        hidden = hidden or (row.hide_zero and is_empty and not ground.asked.zero)
        yield SheetRow(
            row.key,
            title,
            "total" if row.strong else "row",
            row.level,
            self._cells(values, lambda column: figure_url(ground, row, column)),
            strong=row.strong,
            sums=tuple(child.key for child in children),
            tree=self._ready.formulas.get(row.key),
            hidden=hidden,
        )
        yield from children

    def _children(self, row: Row) -> Iterator[SheetRow]:
        if row.detail == "none":
            return
        ground = self._ground
        hides = ground.definition.hide_zero and not ground.asked.zero
        for account in self._ready.accounts[row.key]:
            values = self._sums(row, (account,))
            yield SheetRow(
                f"{row.key}:{account.id}",
                ground.name(account),
                "account",
                row.level if row.detail == "only" else row.level + 1,
                self._cells(
                    values,
                    lambda column, account=account: account_url(ground, row, column, account.id),
                ),
                parent="" if row.detail == "only" else row.key,
                folded=row.detail == "folded",
                url=account_url(ground, row, self._laid.columns[0], account.id),
                hidden=hides and not any(values.values()),
            )

    def _cells(
        self, values: Mapping[str, Decimal | None], link: Callable[[Column], str]
    ) -> tuple[Cell, ...]:
        cells = []
        for head in self._laid.heads:
            if head.key in self._laid.of:
                column, _ = self._laid.of[head.key]
                cells.append(Cell(values[head.key], link(column)))
            else:
                cells.append(Cell(derived(head, values)))
        return tuple(cells)

    def _sums(self, row: Row, accounts: Sequence[ReportAccount]) -> dict[str, Decimal]:
        return {
            head: self._ground.money(self._sum(row, accounts, column, measure))
            for head, (column, measure) in self._laid.of.items()
        }

    def _sum(
        self, row: Row, accounts: Sequence[ReportAccount], column: Column, measure: Measure
    ) -> Decimal:
        if column.source == "budget":
            planned = self._figures.budgeted([account.id for account in accounts])
            return planned if row.sign == "debit" else -planned
        return sum((self._measured(row, column, measure, one) for one in accounts), ZERO)

    def _measured(
        self, row: Row, column: Column, measure: Measure, account: ReportAccount
    ) -> Decimal:
        figures, sign = self._figures, 1 if row.sign == "debit" else -1
        if row.basis == "before_first_year" and measure != "amount":
            return self._earlier(column, measure, sign, account)
        match measure:
            case "amount":
                basis = row.basis or self._ground.definition.basis
                return sign * figures.net(column, basis, account.id)
            case "opening" | "closing":
                return sign * figures.standing(column, measure, account)
            case "opening_debit" | "closing_debit":
                basis = "opening" if measure == "opening_debit" else "closing"
                return max(figures.standing(column, basis, account), ZERO)
            case "opening_credit" | "closing_credit":
                basis = "opening" if measure == "opening_credit" else "closing"
                return max(-figures.standing(column, basis, account), ZERO)
            case "debit":
                return figures.movement(column, "movement", account.id).debit
            case "credit":
                return figures.movement(column, "movement", account.id).credit
            case "result":
                moved = sign * figures.net(column, "movement", account.id)
                return moved if is_result(account) else ZERO
        # What moved equity besides the result.
        moved = figures.movement(column, "movement", account.id)
        if is_result(account):
            return ZERO
        up, down = (moved.debit, moved.credit) if sign > 0 else (moved.credit, moved.debit)
        return up if measure == "increase" else down

    def _earlier(
        self, column: Column, measure: Measure, sign: int, account: ReportAccount
    ) -> Decimal:
        """What was brought forward stands from the first day to the last, and does not move."""
        held = self._figures.net(column, "before_first_year", account.id)
        match measure:
            case "opening" | "closing":
                return sign * held
            case "opening_debit" | "closing_debit":
                return max(held, ZERO)
            case "opening_credit" | "closing_credit":
                return max(-held, ZERO)
        return ZERO


def derived(head: Head, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The value of a column that is worked out from others."""
    first, second = head.less or head.ratio or ("", "")
    now, then = values.get(first), values.get(second)
    if now is None or then is None:
        return None
    if head.less is not None:
        return now - then
    return None if then == 0 else ((now - then) / abs(then) * _HUNDRED)


def _without_empty_headings(rows: list[SheetRow]) -> list[SheetRow]:
    """Headings under which nothing is to be seen are hidden too."""
    kept: list[SheetRow] = []
    for place, row in enumerate(rows):
        if row.style == "heading" and not _has_rows(rows, place):
            row = replace(row, hidden=True)
        kept.append(row)
    return kept


def _has_rows(rows: list[SheetRow], place: int) -> bool:
    level = rows[place].level
    for row in rows[place + 1 :]:
        if row.style in ("heading", "total") and row.level <= level:
            return False
        if not row.hidden and row.style != "heading":
            return True
    return False
