"""A report's own reconciliation: what is compared with the books, and in which state they are.

Every report carries these lines, on the page and in every file, so that whoever holds a print
knows whether the figures on it are whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from addons.accounting.api import (
    DaySpan,
    SubLedger,
    company_currency,
    control_differences,
    count_drafts_in,
    movements,
    open_periods,
    sub_ledgers,
)
from addons.reporting.services.definitions.checking import is_cash, is_result
from addons.reporting.services.engine.figures import ZERO
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.engine.statement import Statement
from addons.reporting.services.sheet import Check
from core.api import phrase

_CONTROL = ("receivable", "payable")
_MOST_PERIODS = 3


@dataclass(frozen=True, slots=True)
class _Books:
    """What stands on every account at the report's end, read once for all checks."""

    ground: Ground
    closing: Mapping[int, Decimal]


def checks_of(ground: Ground, made: Statement | None) -> Iterator[Check]:
    """The lines of the strip, what is wrong first."""
    books = _Books(ground, _closing(ground, made))
    found = [
        *_balanced(books),
        *(_proven(books, made) if made is not None else ()),
        *_controls(books),
        *_sub_ledgers(ground),
        *_drafts(ground),
        *_open_periods(ground),
    ]
    order = {"bad": 0, "warning": 1, "good": 2, "note": 3}
    yield from sorted(found, key=lambda check: order[check.state])


def _closing(ground: Ground, made: Statement | None) -> dict[int, Decimal]:
    """From the statement's own reading where it has one."""
    read = made.figures.closing if made is not None else None
    if read is None:
        span = DaySpan(None, ground.end)
        read = movements(ground.session, [span], ground.currency, ground.branches)[span]
    return {account_id: one.debit - one.credit for account_id, one in read.items()}


def _equal(left: Decimal, right: Decimal, good: str, bad: str, ground: Ground) -> Check:
    """Green with the words of `good`, or red with those of `bad` and the difference."""
    apart = left - right
    if apart == 0:
        return Check("good", good)
    amount = f"{ground.money(apart):,.{ground.digits}f} {ground.shown}"
    return Check("bad", phrase("{sentence} Difference: {amount}.", sentence=bad, amount=amount))


def _balanced(books: _Books) -> Iterator[Check]:
    """Debits equal credits, which is that all accounts together are nothing."""
    ground, total = books.ground, sum(books.closing.values(), ZERO)
    yield _equal(
        total,
        ZERO,
        phrase("The books balance: debits equal credits."),
        phrase("The books do not balance: debits and credits differ."),
        ground,
    )


def _proven(books: _Books, made: Statement) -> Iterator[Check]:
    """The rows that the definition names for it, against the books themselves."""
    ground = books.ground
    proof, column = ground.definition.proof, made.layout.columns[-1 if ground.asked.by else 0]
    place = next(
        (at for at, head in enumerate(made.sheet.heads) if head.key.split(".")[0] == column.key), 0
    )

    def value(name: str, measure: str = "") -> Decimal | None:
        at = place
        if measure:
            at = next(
                (at for at, head in enumerate(made.sheet.heads) if head.key.endswith(measure)),
                place,
            )
        return made.sheet.value(proof.get(name, ""), at)

    yield from _coverage(made)
    if ground.shown != ground.currency:
        return
    assets, claims = value("assets"), value("claims")
    if assets is not None and claims is not None:
        yield _equal(
            assets,
            claims,
            phrase("Assets equal liabilities and equity."),
            phrase("Assets do not equal liabilities and equity."),
            ground,
        )
    result = value("result")
    if result is not None:
        ids = [account.id for account in ground.accounts if is_result(account)]
        of_books = -sum((made.figures.net(column, "movement", one) for one in ids), ZERO)
        yield _equal(
            result,
            of_books,
            phrase("The result equals that of all income and expense accounts."),
            phrase("The result is not that of all income and expense accounts."),
            ground,
        )
    zero = value("zero", ".closing")
    if zero is not None:
        yield _equal(
            zero,
            ZERO,
            phrase("The trial balance is zero."),
            phrase("The trial balance is not zero."),
            ground,
        )
    yield from _cash(books, value("change"), value("opening"), value("closing"))
    yield from _equity(ground, made)


def _coverage(made: Statement) -> Iterator[Check]:
    for finding in made.ready.findings:
        yield Check("warning", finding.sentence)


def _cash(
    books: _Books, change: Decimal | None, opening: Decimal | None, closing: Decimal | None
) -> Iterator[Check]:
    ground = books.ground
    if change is None or opening is None or closing is None:
        return
    yield _equal(
        opening + change,
        closing,
        phrase("Opening cash and the change in cash are the closing cash."),
        phrase("Opening cash and the change in cash are not the closing cash."),
        ground,
    )
    balances = books.closing
    cash = sum((balances.get(one.id, ZERO) for one in ground.accounts if is_cash(one)), ZERO)
    if not ground.asked.by:
        yield _equal(
            closing,
            cash,
            phrase("The closing cash is that of the cash accounts in the ledger."),
            phrase("The closing cash is not that of the cash accounts in the ledger."),
            ground,
        )


def _equity(ground: Ground, made: Statement) -> Iterator[Check]:
    """Opening, result, increases and decreases are the closing equity."""
    row = made.sheet.row(ground.definition.proof.get("equity", ""))
    if row is None or "result" not in ground.definition.measures:
        return
    by_measure = {
        head.key.rpartition(".")[2]: cell.value
        for head, cell in zip(made.sheet.heads, row.cells, strict=True)
        if isinstance(cell.value, Decimal)
    }
    moved = by_measure["result"] + by_measure["increase"] - by_measure["decrease"]
    yield _equal(
        by_measure["opening"] + moved,
        by_measure["closing"],
        phrase("Opening equity, the result and other changes are the closing equity."),
        phrase("Opening equity, the result and other changes are not the closing equity."),
        ground,
    )


def _controls(books: _Books) -> Iterator[Check]:
    """Receivables and payables against the open items of which they are made."""
    ground = books.ground
    accounts = [one for one in ground.accounts if one.subtype in _CONTROL]
    if not accounts:
        return
    apart = control_differences(ground.session, ground.end, ground.currency, ground.branches)
    wrong = [account for account in accounts if account.id in apart]
    if not wrong:
        yield Check("good", phrase("Receivables and payables equal their open items."))
    for account in wrong:
        yield _equal(
            apart[account.id],
            ZERO,
            "",
            phrase("{account} is not the sum of its open items.", account=account.code),
            ground,
        )


def _sub_ledgers(ground: Ground) -> Iterator[Check]:
    """Stock, assets and what is owed in goods, each account by itself: what is too much on one
    never makes good what is missing on another."""
    if ground.branches is not None or ground.currency != company_currency(ground.session):
        return
    by_title: dict[str, list[SubLedger]] = {}
    for one in sub_ledgers(ground.session, ground.end):
        by_title.setdefault(one.title, []).append(one)
    for title, found in by_title.items():
        if not any(one.difference for one in found):
            yield Check("good", phrase("{title}: equal to the ledger.", title=title))
        for one in found:
            if one.difference:
                told = {"title": title, "account": one.account}
                wrong = phrase("{title}: account {account} says something else.", **told)
                yield _equal(one.ledger, one.kept, "", wrong, ground)


def _drafts(ground: Ground) -> Iterator[Check]:
    count = count_drafts_in(ground.session, ground.start, ground.end, ground.branches)
    if count:
        query = f"date__from={ground.start}&" if ground.start is not None else ""
        url = f"/accounting/entries?state=draft&{query}date__to={ground.end}"
        message = phrase("{count} draft entries of these days are not in the figures.", count=count)
        yield Check("warning", message, url)


def _open_periods(ground: Ground) -> Iterator[Check]:
    periods = open_periods(ground.session, ground.start, ground.end)
    if not periods:
        yield Check("good", phrase("All periods of these days are closed."))
        return
    names = ", ".join(period.name for period in periods[-_MOST_PERIODS:])
    message = (
        phrase("Still open, so that figures may change: {names}.", names=names)
        if len(periods) <= _MOST_PERIODS
        else phrase(
            "{count} periods are still open, so that figures may change; the last: {names}.",
            count=len(periods),
            names=names,
        )
    )
    yield Check("note", message, "/accounting/periods?state=open")
