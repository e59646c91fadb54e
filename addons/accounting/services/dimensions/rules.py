"""Which lines must, may or must not be split, and the split that they get by themselves.

Both are read once in a session, for each posting asks. Reversals and what is taken over from an
older system are as their originals were: no rule of today changes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.dimensions import (
    Dimension,
    DimensionDefault,
    DimensionRule,
    DimensionValue,
)
from addons.accounting.services.dimensions.splits import Analytic, read_split_of
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.rules_in_use import rules_in_use
from core.api import Problem, phrase

OPENING: Final = "accounting.openings"
_KEY: Final = "accounting.dimension_rules"


@dataclass(frozen=True, slots=True)
class _Rule:
    dimension_id: int
    dimension: str
    prefix: str
    requirement: str


@dataclass(frozen=True, slots=True)
class _Default:
    dimension_id: int
    prefix: str
    partner_id: int | None
    parts: Mapping[str, str]

    def fits(self, account: str, partner_id: int | None) -> bool:
        return account.startswith(self.prefix) and self.partner_id in (None, partner_id)


@dataclass(frozen=True, slots=True)
class _Known:
    rules: Sequence[_Rule]
    defaults: Sequence[_Default]


def forget_rules(session: Session) -> None:
    """To be called when dimensions, rules or defaults have changed in this session."""
    session.info.pop(_KEY, None)


def check_dimensions(session: Session, entry: EntryDraft) -> Iterable[Problem]:
    """What the rules object to: a dimension that is missing, or is not for the account, and
    values that are no longer used."""
    if entry.reverses_id or entry.source_type == OPENING:
        return
    rules = _known(session).rules
    for position, line in enumerate(entry.lines if rules else ()):
        for message in _broken(rules, line):
            yield Problem(
                f"lines.{position}.dimensions",
                phrase("Line {line}: {what}", line=position + 1, what=message),
            )
    yield from _unsound(session, entry)


def with_default_splits(session: Session, entry: EntryDraft) -> EntryDraft:
    """The entry with the usual split on each line that names none of the dimension."""
    if entry.reverses_id or entry.source_type == OPENING or not _known(session).defaults:
        return entry
    lines = tuple(
        replace(
            line,
            analytic=default_split(
                session, line.account, line.partner_id or entry.partner_id, line.analytic
            ),
        )
        for line in entry.lines
    )
    return replace(entry, lines=lines)


def default_split(
    session: Session,
    account: str,
    partner_id: int | None,
    given: Mapping[str, Mapping[str, str]] | None = None,
) -> Analytic | None:
    """A line's split, completed by defaults: the partner's before the account's, and among
    accounts the longest prefix."""
    known = _known(session)
    split = {key: dict(parts) for key, parts in (given or {}).items()}
    for item in known.defaults:
        key = str(item.dimension_id)
        forbidden = _requirement(known.rules, item.dimension_id, account) == "forbidden"
        if key not in split and not forbidden and item.fits(account, partner_id):
            split[key] = dict(item.parts)
    return split or None


def _broken(rules: Sequence[_Rule], line: LineDraft) -> Iterable[str]:
    for dimension_id, name in dict.fromkeys((rule.dimension_id, rule.dimension) for rule in rules):
        requirement = _requirement(rules, dimension_id, line.account)
        present = bool((line.analytic or {}).get(str(dimension_id)))
        if requirement == "mandatory" and not present:
            yield phrase(
                "account {account} asks for a value of {dimension}.",
                account=line.account,
                dimension=name,
            )
        elif requirement == "forbidden" and present:
            yield phrase(
                "account {account} takes no value of {dimension}.",
                account=line.account,
                dimension=name,
            )


def _requirement(rules: Sequence[_Rule], dimension_id: int, account: str) -> str:
    """Rules come with the longest prefix first."""
    for rule in rules:
        if rule.dimension_id == dimension_id and account.startswith(rule.prefix):
            return rule.requirement
    return "optional"


def _unsound(session: Session, entry: EntryDraft) -> Iterable[Problem]:
    """Splits that are not whole, or name what is not there or not used any more."""
    split = [line.analytic for line in entry.lines if line.analytic]
    if not split:
        return
    named = {
        int(value)
        for analytic in split
        for parts in analytic.values()
        for value in parts
        if value.isdecimal()
    }
    statement = select(DimensionValue).where(DimensionValue.id.in_(named))
    values = {str(value.id): value for value in session.scalars(statement)}
    for position, line in enumerate(entry.lines):
        for dimension_id, parts in (line.analytic or {}).items():
            message = _wrong_split(dimension_id, parts, values)
            if message:
                yield Problem(
                    f"lines.{position}.dimensions",
                    phrase("Line {line}: {what}", line=position + 1, what=message),
                )


def _wrong_split(
    dimension_id: str, parts: Mapping[str, str], values: Mapping[str, DimensionValue]
) -> str:
    total = Decimal(0)
    for key, percent in parts.items():
        value = values.get(key)
        if value is None or str(value.dimension_id) != dimension_id:
            return phrase("the split names value {value}, which is not there.", value=key)
        if not value.active:
            return phrase("{value} is no longer used.", value=value.code)
        total += _percent(percent)
    if total != 100:
        return phrase("the split sums to {percent} %, not 100 %.", percent=f"{total:f}")
    return ""


def _percent(written: str) -> Decimal:
    """The percentage; NaN, which sums to no hundred, for what is none."""
    try:
        percent = Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")
    return percent if percent.is_finite() and percent > 0 else Decimal("NaN")


def _known(session: Session) -> _Known:
    known = session.info.get(_KEY)
    if known is None:
        used = rules_in_use(session).dimensions
        known = _Known(_rules(session), _defaults(session)) if used else _Known((), ())
        session.info[_KEY] = known
    return known


def _rules(session: Session) -> Sequence[_Rule]:
    """The rules, the longest prefix first."""
    statement = (
        select(
            Dimension.id, Dimension.name, DimensionRule.account_prefix, DimensionRule.requirement
        )
        .join(DimensionRule, DimensionRule.dimension_id == Dimension.id)
        .where(Dimension.active)
    )
    rules = [_Rule(*row) for row in session.execute(statement)]
    return sorted(rules, key=lambda rule: -len(rule.prefix))


def _defaults(session: Session) -> Sequence[_Default]:
    statement = (
        select(DimensionDefault, Dimension)
        .join(Dimension, DimensionDefault.dimension_id == Dimension.id)
        .where(Dimension.active)
    )
    found = [
        _Default(
            row.dimension_id,
            row.account_prefix,
            row.partner_id,
            read_split_of(session, dimension, row.split),
        )
        for row, dimension in session.execute(statement)
    ]
    return sorted(found, key=lambda item: (item.partner_id is None, -len(item.prefix)))
