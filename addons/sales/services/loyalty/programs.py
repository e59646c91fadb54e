"""Programmes as they are set up. What was earned under earlier rules stays as it was earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import LoyaltyAccount, LoyaltyProgram, LoyaltyRule, LoyaltyTier
from core.api import Conflict, InvalidInput, phrase

_WHOLE: Final = ("earn_points", "least_points", "offline_points")
_ABOVE: Final = ("earn_points", "earn_amount", "point_value", "most_percent")
_BOUNDS: Final = {
    "earn_points": Decimal("1e9"),
    "earn_amount": Decimal("1e15"),
    "point_value": Decimal("1e9"),
    "expected_use": Decimal(101),
    "least_points": Decimal("1e12"),
    "most_percent": Decimal(101),
    "offline_points": Decimal("1e12"),
}
_MOST_TIMES: Final = Decimal(1000)


def create_program(session: Session, values: Mapping[str, Any]) -> LoyaltyProgram:
    """A programme; raises InvalidInput that names the field."""
    program = LoyaltyProgram()
    _write(session, program, values)
    session.add(program)
    session.flush()
    return program


def update_program(
    session: Session, program: LoyaltyProgram, values: Mapping[str, Any]
) -> LoyaltyProgram:
    """Change a programme. Raises Conflict for another currency once there are points."""
    currency = values.get("currency") or program.currency
    if currency.strip().upper() != program.currency and _has_accounts(session, program):
        raise Conflict(
            phrase("Customers have points in {currency}.", currency=program.currency),
            fix=phrase("Write another programme for the other currency."),
        )
    _write(session, program, values)
    session.flush()
    return program


def delete_program(session: Session, program: LoyaltyProgram) -> None:
    """Delete a programme that nobody has points of; raises Conflict for others."""
    if _has_accounts(session, program):
        raise Conflict(
            phrase("Customers have points of {name}.", name=program.name),
            fix=phrase("Make it inactive: nothing more is earned then."),
        )
    session.delete(program)
    session.flush()


def _has_accounts(session: Session, program: LoyaltyProgram) -> bool:
    wanted = select(LoyaltyAccount.id).where(LoyaltyAccount.program_id == program.id).limit(1)
    return session.scalar(wanted) is not None


def _write(session: Session, program: LoyaltyProgram, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name not in ("rules", "tiers"):
            setattr(program, name, value)
    program.name = (program.name or "").strip()
    program.currency = (program.currency or "").strip().upper()
    if not program.name:
        raise InvalidInput.of("name", phrase("Give the programme a name."))
    if len(program.currency) != 3 or not (
        program.currency.isascii() and program.currency.isalpha()
    ):
        raise InvalidInput.of("currency", phrase("A currency has three letters, such as SAR."))
    for name, most in _BOUNDS.items():
        _require(getattr(program, name), name, most)
    _require_days(program.valid_from, program.valid_to, "valid_to")
    same = select(LoyaltyProgram.id).where(
        LoyaltyProgram.name == program.name, LoyaltyProgram.id != (program.id or 0)
    )
    with session.no_autoflush:
        if session.scalar(same) is not None:
            raise Conflict(phrase("There is a programme {name} already.", name=program.name))
    if "rules" in values:
        program.rules = _rules({one.id: one for one in program.rules}, values["rules"])
    if "tiers" in values:
        program.tiers = _tiers({one.id: one for one in program.tiers}, values["tiers"])


def _require(value: Decimal | None, name: str, most: Decimal) -> None:
    if value is None:
        return
    least_ok = value > 0 if name in _ABOVE else value >= 0
    if not value.is_finite() or not least_ok or value >= most:
        raise InvalidInput.of(name, phrase("This figure is not possible."))
    if name in _WHOLE and value != value.to_integral_value():
        raise InvalidInput.of(name, phrase("Points are whole."))
    if name in ("expected_use", "most_percent") and value > 100:
        raise InvalidInput.of(name, phrase("A percentage lies between 0 and 100."))


def _require_days(start: Any, end: Any, field: str) -> None:
    if start is not None and end is not None and end < start:
        raise InvalidInput.of(field, phrase("It ends before it begins."))


def _rules(known: dict[int, LoyaltyRule], sent: Iterable[Mapping[str, Any]]) -> list[LoyaltyRule]:
    kept = []
    for place, values in enumerate(sent):
        rule = known.get(values.get("id") or 0) or LoyaltyRule()
        for name, value in values.items():
            if name != "id":
                setattr(rule, name, value)
        rule.position = values.get("position") or place + 1
        rule.weekdays = "".join(sorted(set(rule.weekdays or "")))
        if not set(rule.weekdays) <= set("1234567"):
            raise InvalidInput.of(
                f"rules.{place}.weekdays", phrase("Days are figures from 1 to 7.")
            )
        _require_days(rule.valid_from, rule.valid_to, f"rules.{place}.valid_to")
        rule.factor = _factor(rule.factor, f"rules.{place}.factor")
        kept.append(rule)
    return kept


def _tiers(known: dict[int, LoyaltyTier], sent: Iterable[Mapping[str, Any]]) -> list[LoyaltyTier]:
    kept: list[LoyaltyTier] = []
    for place, values in enumerate(sent):
        tier = known.get(values.get("id") or 0) or LoyaltyTier()
        for name, value in values.items():
            if name != "id":
                setattr(tier, name, value)
        if not (tier.name or "").strip():
            raise InvalidInput.of(f"tiers.{place}.name", phrase("Give the tier a name."))
        points = tier.from_points
        if points is None or not points.is_finite() or not 0 <= points < Decimal("1e12"):
            raise InvalidInput.of(f"tiers.{place}.from_points", phrase("Say from which points on."))
        if points in {one.from_points for one in kept}:
            raise InvalidInput.of(
                f"tiers.{place}.from_points", phrase("Another tier begins there already.")
            )
        tier.factor = _factor(tier.factor, f"tiers.{place}.factor", above=True)
        kept.append(tier)
    return kept


def _factor(value: Decimal | None, field: str, *, above: bool = False) -> Decimal:
    factor = Decimal(1) if value is None else value
    if not factor.is_finite() or not 0 <= factor <= _MOST_TIMES or (above and not factor):
        raise InvalidInput.of(field, phrase("This figure is not possible."))
    return factor
