"""Consolidation: the trial balances of several companies as that of one group.

    1. each company's accounts become the group's (by its mapping, or by the same code)
    2. translated: assets and liabilities at the closing rate, income and expenses at the average
       rate, equity at the closing rate unless a historical rate is given; what that leaves open is
       the currency translation difference (IAS 21)
    3. what is with another consolidated company is taken out; what two companies do not agree on
       stays visible on a line of its own, balances and results each by themselves
    4. eliminations entered by hand, which sum to zero
    5. the part of equity and result that others own becomes the minority interest (IFRS 10)

The outcome is a function of snapshots, rates, shares, mappings and eliminations alone: its digest
covers all of them, so that made again of the same it is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import (
    Account,
    Consolidation,
    ConsolidationLine,
    ConsolidationMember,
    Elimination,
    GroupAccount,
    TrialSnapshot,
)
from addons.accounting.options import AccountingOptions
from addons.accounting.services.companies.links import links_in_force
from addons.accounting.services.companies.snapshots import EARLIER, newest
from addons.accounting.services.currencies import rate as rate_on
from addons.accounting.services.default_accounts import default_account
from addons.accounting.services.exact import exact_product, exact_sum
from addons.accounting.services.money import round_money
from core.api import Conflict, InvalidInput, Problem, msg, options, phrase

TRANSLATION: Final = ("CTA", msg("Currency translation differences"), "equity")
UNEQUAL: Final = ("IC", msg("Differences between companies"), "liability")
UNEQUAL_RESULT: Final = ("IC-R", msg("Differences between companies"), "income")
ATTRIBUTED: Final = ("MI-D", msg("Attributed to minority shareholders"), "equity")
ATTRIBUTED_RESULT: Final = ("MI-R", msg("Result of minority shareholders"), "equity")
MINORITY: Final = ("MI", msg("Minority interest"), "equity")
RESULT: Final = ("income", "expense")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Target:
    """What an account of a company is in the group."""

    code: str
    name: str
    type: str
    translation: str = ""
    historical: Decimal | None = None
    counterparty: int | None = None


def create_consolidation(session: Session, values: Mapping[str, Any]) -> Consolidation:
    """A consolidation of every company that has published the month, at the known rates."""
    end = values["period_end"]
    group = options(session, AccountingOptions).company_currency
    made = Consolidation(name=values.get("name") or f"{end:%Y-%m}", period_end=end, currency=group)
    for link in links_in_force(session, "collects"):
        snapshot = newest(session, link.id, end)
        if snapshot is None:
            continue
        made.members.append(
            ConsolidationMember(
                link=link,
                snapshot=snapshot,
                share=link.share,
                closing_rate=rate_on(session, snapshot.currency, end),
                average_rate=_average(session, snapshot),
            )
        )
    if not made.members:
        raise Conflict(
            phrase("No company has published the month that ends on {day}.", day=end),
            fix=phrase("They publish a month when they close it; collect it then."),
        )
    session.add(made)
    session.flush()
    work_out(session, made)
    return made


def update_consolidation(
    session: Session, made: Consolidation, values: Mapping[str, Any]
) -> Consolidation:
    """Change rates, shares, eliminations or the name, and work it out anew."""
    _require_draft(made)
    if "name" in values:
        made.name = values["name"]
    known = {member.id: member for member in made.members}
    for given in values.get("members", ()):
        member = known.get(given.get("id", 0))
        if member is not None:
            for name in ("share", "closing_rate", "average_rate"):
                if given.get(name) is not None:
                    setattr(member, name, given[name])
    if "eliminations" in values:
        made.eliminations = [
            Elimination(
                account_id=given["account_id"],
                amount=given["amount"],
                note=given.get("note") or "",
            )
            for given in values["eliminations"]
        ]
    session.flush()
    work_out(session, made)
    return made


def delete_consolidation(session: Session, made: Consolidation) -> None:
    """Throw a draft away."""
    _require_draft(made)
    session.delete(made)
    session.flush()


def work_out(session: Session, made: Consolidation) -> None:
    """Work out every line anew. A final consolidation stays as it is."""
    _require_draft(made)
    if exact_sum(each.amount for each in made.eliminations):
        raise InvalidInput.of(
            "eliminations",
            phrase("The eliminations do not balance."),
            fix=phrase("Debits and credits of eliminations must be equal."),
        )
    lines: list[ConsolidationLine] = []
    internal: dict[tuple[frozenset[int], bool], list[Decimal]] = defaultdict(list)
    present = {member.link_id for member in made.members}
    for member in made.members:
        own = _translated(session, made, member)
        lines += [line for line, _ in own]
        for line, target in own:
            if target is not None and target.counterparty in present:
                pair = frozenset({member.link_id, target.counterparty})
                internal[pair, line.type in RESULT].append(line.amount)
                lines.append(_line("internal", line, -line.amount, member.link.title))
    lines += [
        _named("internal", UNEQUAL_RESULT if of_result else UNEQUAL, total)
        for (_, of_result), amounts in internal.items()
        if (total := exact_sum(amounts))
    ]
    for each in made.eliminations:
        account = (each.account.code, each.account.name, each.account.type)
        lines.append(_named("elimination", account, each.amount, each.note))
    for member in made.members:
        lines += _minority(made, member, lines)
    made.lines = lines
    session.flush()
    made.digest = hashlib.sha256(_canonical(session, made).encode()).hexdigest()
    session.flush()


def finalise(session: Session, made: Consolidation) -> None:
    """Keep it as it is; what is wrong is found before."""
    work_out(session, made)
    made.state = "final"
    session.flush()


def totals(made: Consolidation) -> list[tuple[str, str, str, Decimal]]:
    """The consolidated trial balance: code, name, type, amount (a debit positive)."""
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for line in made.lines:
        sums[line.code, line.name, line.type].append(line.amount)
    order = ("asset", "liability", "equity", "income", "expense")
    found = [(*key, exact_sum(amounts)) for key, amounts in sums.items()]
    return sorted((row for row in found if row[3]), key=lambda row: (order.index(row[2]), row[0]))


def _translated(
    session: Session, made: Consolidation, member: ConsolidationMember
) -> list[tuple[ConsolidationLine, _Target | None]]:
    """A company's lines in the group's accounts and currency, with the difference."""
    snapshot = member.snapshot
    assert snapshot is not None
    content = json.loads(snapshot.content)
    targets = _targets(session, member, [line[0] for line in content["lines"]])
    found: list[tuple[ConsolidationLine, _Target | None]] = []
    for code, _, kind, written in content["lines"]:
        target = targets[code]
        used = _rate(member, target, kind)
        amount = round_money(exact_product(Decimal(written), used), made.currency)
        line = ConsolidationLine(
            kind="company",
            company=member.link.title,
            code=target.code,
            name=target.name,
            type=target.type,
            original=Decimal(written),
            rate=used,
            amount=amount,
        )
        found.append((line, target))
    left = exact_sum(line.amount for line, _ in found)
    if left:
        found.append((_named("translation", TRANSLATION, -left, member.link.title), None))
    return found


def _rate(member: ConsolidationMember, target: _Target, kind: str) -> Decimal:
    if target.historical is not None:
        return target.historical
    by_type = "average" if kind in RESULT else "closing"
    chosen = target.translation or by_type
    return member.average_rate if chosen == "average" else member.closing_rate


def _targets(session: Session, member: ConsolidationMember, codes: list[str]) -> dict[str, _Target]:
    mapped = session.scalars(select(GroupAccount).where(GroupAccount.link_id == member.link_id))
    targets = {
        each.code: _Target(
            each.account.code,
            each.account.name,
            each.account.type,
            each.translation,
            each.historical_rate,
            each.counterparty_id,
        )
        for each in mapped
    }
    same = session.scalars(select(Account).where(Account.code.in_(set(codes) - set(targets))))
    targets |= {each.code: _Target(each.code, each.name, each.type) for each in same}
    if EARLIER in codes and EARLIER not in targets:
        kept = default_account(session, "retained_earnings_account")
        targets[EARLIER] = _Target(kept.code, kept.name, kept.type)
    missing = [code for code in codes if code not in targets]
    if missing:
        message = phrase(
            "{company} has accounts that are none of the group's: {codes}.",
            company=member.link.title,
            codes=", ".join(missing),
        )
        raise Conflict(
            message,
            fix=phrase("Say which they are under Accounting > Accounts of the group."),
            problems=(Problem("members", message),),
        )
    return targets


def _minority(
    made: Consolidation, member: ConsolidationMember, lines: Sequence[ConsolidationLine]
) -> list[ConsolidationLine]:
    """What others own of a company: their part of its result, and of the rest of its equity."""
    if member.share == _HUNDRED:
        return []
    others = (_HUNDRED - member.share) / _HUNDRED
    found = []
    for account, types in ((ATTRIBUTED_RESULT, RESULT), (ATTRIBUTED, ("equity",))):
        owned = exact_sum(
            line.amount
            for line in lines
            if line.company == member.link.title
            and line.kind in ("company", "translation")
            and line.type in types
        )
        part = round_money(exact_product(owned, others), made.currency)
        if part:
            found.append(_named("minority", account, -part, member.link.title))
            found.append(_named("minority", MINORITY, part, member.link.title))
    return found


def _average(session: Session, snapshot: TrialSnapshot) -> Decimal:
    """The mean of the rates at the ends of the year's months so far."""
    start = date.fromisoformat(json.loads(snapshot.content)["fiscal_start"])
    ends, day = [], start.replace(day=1)
    while day <= snapshot.period_end:
        day = (day + timedelta(days=32)).replace(day=1)
        ends.append(min(day - timedelta(days=1), snapshot.period_end))
    rates = [rate_on(session, snapshot.currency, end) for end in ends]
    return (exact_sum(rates) / len(rates)).quantize(Decimal("1E-10")).normalize()


def _canonical(session: Session, made: Consolidation) -> str:
    mapping = session.scalars(select(GroupAccount).order_by(GroupAccount.id))
    content = {
        "period_end": made.period_end.isoformat(),
        "currency": made.currency,
        "members": [
            [
                m.link.company_id,
                m.snapshot.digest if m.snapshot else "",
                *map(
                    str,
                    (m.share.normalize(), m.closing_rate.normalize(), m.average_rate.normalize()),
                ),
            ]
            for m in made.members
        ],
        "mapping": [
            [
                g.link_id,
                g.code,
                g.account.code,
                g.translation,
                str(g.historical_rate or ""),
                g.counterparty_id or 0,
            ]
            for g in mapping
        ],
        "lines": [[line.kind, line.company, line.code, f"{line.amount:f}"] for line in made.lines],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _line(kind: str, like: ConsolidationLine, amount: Decimal, company: str) -> ConsolidationLine:
    return _named(kind, (like.code, like.name, like.type), amount, company)


def _named(
    kind: str, account: tuple[str, str, str], amount: Decimal, company: str = ""
) -> ConsolidationLine:
    code, name, account_type = account
    return ConsolidationLine(
        kind=kind, company=company, code=code, name=name, type=account_type, amount=amount
    )


def _require_draft(made: Consolidation) -> None:
    if made.state == "final":
        raise Conflict(
            phrase("{name} is final.", name=made.name),
            fix=phrase("Make another consolidation of the same month."),
        )
